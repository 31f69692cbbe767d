"""The collaborators of the service layer, and the protocols of the Hub and Slack."""

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
    """The Hub's API as the service layer uses it. Methods raise the errors of `bot.errors`."""

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
    """Slack's Web API as the service layer uses it. Methods raise the errors of `bot.errors`."""

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
    """The jobs that run at intervals, and at once when they are triggered."""

    SWEEP = "sweep"
    ADVANCE = "advance"
    DELIVER = "deliver"


@dataclass(frozen=True)
class Dependencies:
    """The collaborators of every use case. Tests replace them, never the use cases."""

    hub: Hub
    slack: Slack
    store: Store
    commands: Mapping[str, Command]
    settings: Settings
    now: Callable[[], datetime]
    hub_pool: Executor  # runs concurrent calls to the Hub
    step_calls: KeyedExecutor  # runs the calls of steps, one per Space at a time
    log_calls: KeyedExecutor  # fetches logs, which is slow and which no request waits for
    rate_limiter: SlackRateLimiter  # limits calls to Slack per method and channel
    fleet_cache: FleetCache
    trigger: Callable[[Job], None]  # runs a job at once
    current_lease: Callable[[], Lease | None]  # the lease while this replica leads
    run_checks: Callable[[], Sequence[CheckResult]]  # runs the checks of the setup
    response_urls: ResponseUrls = field(default_factory=ResponseUrls)

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        """Open a transaction that any replica may write."""
        with self.store.transaction() as tx:
            yield tx

    def leader_batch(self, work: Callable[[Tx], T]) -> T:
        """Return the result of *work*, run in a group commit and fenced by the lease.

        Raises:
            LeaseLost: This replica doesn't lead.
        """
        own_lease = self.current_lease()
        if own_lease is None:
            raise lease.LeaseLost

        def fenced(tx: Tx) -> T:
            """Return the result of *work* if the lease is still valid."""
            lease.check(tx, own_lease)
            return work(tx)

        return self.store.leader_batch(fenced)

    def assert_leader(self) -> None:
        """Raise LeaseLost unless this replica leads; call it right before an external call.

        External calls can't be fenced, and a process may be paused between its commit and its
        call.
        """
        if self.current_lease() is None:
            raise lease.LeaseLost

    @contextmanager
    def leader_transaction(self) -> Iterator[Tx]:
        """Open a transaction that commits only while this replica leads.

        Raises:
            LeaseLost: This replica doesn't lead.
        """
        own_lease = self.current_lease()
        if own_lease is None:
            raise lease.LeaseLost
        with self.store.transaction() as tx:
            lease.check(tx, own_lease)
            yield tx
