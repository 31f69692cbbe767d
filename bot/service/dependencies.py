"""What the verbs of the bot work with: the collaborators, each behind one object."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from bot.cards import Message, MessageRef
from bot.command import Command
from bot.concurrency.keyed import KeyedExecutor
from bot.model import Attachment, CheckResult, Commit, Flavor, Person, RateBudget, Space
from bot.service.fleet_cache import FleetCache
from bot.service.response_urls import ResponseUrls
from bot.settings import Settings
from bot.slack.rate_limiter import SlackRateLimiter
from bot.store import Store, Tx, lease
from bot.store.lease import Lease

T = TypeVar("T")


class Hub(Protocol):
    """The Hub, as the verbs see it. Errors are those of bot.errors."""

    def fleet(self, owner: str) -> list[Space]: ...
    def runtime(self, id: str) -> Space: ...
    def space(self, id: str) -> Space: ...
    def head(self, id: str) -> str | None: ...
    def restart(self, id: str, *, factory: bool = False) -> str: ...
    def pause(self, id: str) -> str: ...
    def budget(self) -> RateBudget | None: ...
    def flavors(self) -> tuple[Flavor, ...]: ...
    def logs(
        self, id: str, *, build: bool = False, seconds: float = 8.0, lines: int = 200
    ) -> tuple[str, ...]: ...
    def secrets(self, id: str) -> tuple[str, ...]: ...
    def variables(self, id: str) -> Mapping[str, str]: ...
    def set_secret(self, id: str, key: str, value: str) -> None: ...
    def delete_secret(self, id: str, key: str) -> None: ...
    def set_variable(self, id: str, key: str, value: str) -> None: ...
    def delete_variable(self, id: str, key: str) -> None: ...
    def set_sleep(self, id: str, seconds: int | None) -> None: ...
    def set_hardware(self, id: str, flavor: str) -> None: ...
    def create(self, id: str, *, sdk: str, private: bool) -> str: ...
    def duplicate(
        self,
        template: str,
        id: str,
        *,
        private: bool,
        secrets: Mapping[str, str],
        variables: Mapping[str, str],
    ) -> str: ...
    def delete(self, id: str) -> None: ...
    def validate_card(self, text: str) -> tuple[str, ...]: ...
    def commit(self, id: str, files: Mapping[str, bytes], message: str) -> Commit: ...


class Slack(Protocol):
    """The Web API, as the verbs see it. Errors are those of bot.errors."""

    def post(
        self, channel: str, message: Message, *, thread: str | None = None, nonce: str = ""
    ) -> MessageRef: ...
    def update(self, ref: MessageRef, message: Message) -> None: ...
    def delete(self, ref: MessageRef) -> None: ...
    def find(
        self, channel: str, nonce: str, since: datetime, *, thread: str | None = None
    ) -> MessageRef | None: ...
    def post_ephemeral(
        self, channel: str, user: str, message: Message, *, thread: str | None = None
    ) -> None: ...
    def respond(self, url: str, message: Message, *, replace: bool = False) -> None: ...
    def upload(
        self, channel: str, name: str, content: str, *, thread: str | None = None
    ) -> None: ...
    def open_form(self, trigger_id: str, view: Mapping[str, Any]) -> str: ...
    def update_form(self, id: str, view: Mapping[str, Any]) -> None: ...
    def attachment(self, id: str) -> Attachment: ...
    def download(self, attachment: Attachment, max_bytes: int) -> bytes: ...
    def find_channel(self, name: str) -> str | None: ...
    def person(self, user: str) -> Person: ...
    def group(self, id: str) -> frozenset[str]: ...


class Job(StrEnum):
    """The verbs that run by the clock, and at once when something has happened."""

    SWEEP = "sweep"
    ADVANCE = "advance"
    DELIVER = "deliver"


@dataclass(frozen=True)
class Dependencies:
    """Everything the verbs may touch. Tests plug in other parts, never other verbs."""

    hub: Hub
    slack: Slack
    store: Store
    commands: Mapping[str, Command]
    settings: Settings
    now: Callable[[], datetime]
    hub_pool: Executor  # where calls to the Hub run beside each other
    step_calls: KeyedExecutor  # … those of operations, each once at a time
    log_calls: KeyedExecutor  # … those that read logs: they take long, and nobody waits for them
    rate_limiter: SlackRateLimiter  # how fast Slack takes what we say
    fleet_cache: FleetCache
    trigger: Callable[[Job], None]  # asks for a job to run now
    current_lease: Callable[[], Lease | None]  # proof of leading, while we do
    run_checks: Callable[[], Sequence[CheckResult]]  # looks at what the bot stands on
    response_urls: ResponseUrls = field(default_factory=ResponseUrls)

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        """Open a transaction that any replica may write."""
        with self.store.transaction() as tx:
            yield tx

    def leader_batch(self, work: Callable[[Tx], T]) -> T:
        """Do short work in one commit with whoever else waits for one; only if we lead."""
        own_lease = self.current_lease()
        if own_lease is None:
            raise lease.LeaseLost

        def fenced(tx: Tx) -> T:
            lease.check(tx, own_lease)
            return work(tx)

        return self.store.leader_batch(fenced)

    def assert_leader(self) -> None:
        """Raise Deposed unless we still lead, right before a call that nobody can fence.

        A process may be held up for long between what it wrote down and what it then sends.
        """
        if self.current_lease() is None:
            raise lease.LeaseLost

    @contextmanager
    def leader_transaction(self) -> Iterator[Tx]:
        """Open a transaction that is written only if this replica leads; else Deposed."""
        own_lease = self.current_lease()
        if own_lease is None:
            raise lease.LeaseLost
        with self.store.transaction() as tx:
            lease.check(tx, own_lease)
            yield tx
