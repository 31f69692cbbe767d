"""The collaborators of the service layer, and the protocols of the Hub and Slack."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from threading import BoundedSemaphore
from typing import Any, Protocol

from bot.alerts.channels import AlertChannel
from bot.cards import Message, MessageRef
from bot.command import Command
from bot.concurrency import KeyedExecutor
from bot.health.verdict import ProbeAnswer
from bot.hub_facts import Commit, Flavor, LastCommit, RateBudget, SpaceSettings
from bot.model import CheckResult, Person, SlackFile, Space
from bot.service.fleet_cache import FleetCache
from bot.service.leadership import Leadership
from bot.service.poll_schedule import PollSchedule
from bot.service.response_urls import ResponseUrls
from bot.service.sanitizing import Sanitizer
from bot.service.secret_values import SecretValues
from bot.settings import Settings
from bot.slack.rate_limiter import SlackRateLimiter
from bot.store import Store


class Hub(Protocol):
    """The Hub's API as the service layer uses it. Methods raise the errors of `bot.errors`."""

    def fleet(self, owner: str) -> list[Space]:
        """Return all Spaces of *owner*, with their stages."""

    def runtime(self, id: str) -> Space:
        """Return the Space with its current runtime."""

    def space(self, id: str) -> Space:
        """Return the Space with all its fields."""

    def details(self, id: str) -> tuple[Space, SpaceSettings]:
        """Return the Space and its settings."""

    def last_commit(self, id: str) -> LastCommit | None:
        """Return the newest commit with its author; None if there is none."""

    def plan(self, owner: str) -> str:
        """Return the plan of *owner*."""

    def head(self, id: str) -> str | None:
        """Return the newest commit of the repository; None if it is unknown."""

    def restart(self, id: str, *, factory: bool = False) -> str:
        """Restart the Space, with a new build if *factory*; return the stage in the response."""

    def pause(self, id: str) -> str:
        """Pause the Space; return the stage in the response."""

    def budget(self) -> RateBudget | None:
        """Return the rate-limit window of the last response; None before the first."""

    def flavors(self) -> tuple[Flavor, ...]:
        """Return the hardware that Spaces can run on, with prices."""

    def logs(
        self, id: str, *, build: bool = False, seconds: float = 8.0, lines: int = 200
    ) -> tuple[str, ...]:
        """Return the last lines of the build or run log, read for at most *seconds*."""

    def secrets(self, id: str) -> tuple[str, ...]:
        """Return the names of the Space's secrets."""

    def variables(self, id: str) -> Mapping[str, str]:
        """Return the Space's variables."""

    def set_secret(self, id: str, key: str, value: str) -> None:
        """Set one secret."""

    def delete_secret(self, id: str, key: str) -> None:
        """Delete one secret."""

    def set_variable(self, id: str, key: str, value: str) -> None:
        """Set one variable."""

    def delete_variable(self, id: str, key: str) -> None:
        """Delete one variable."""

    def set_sleep(self, id: str, seconds: int | None) -> None:
        """Set the seconds until the Space sleeps; None is never."""

    def set_hardware(self, id: str, flavor: str, sleep_seconds: int | None = None) -> None:
        """Move the Space to *flavor*, with a sleep time if given."""

    def create(self, id: str, *, sdk: str, private: bool) -> str:
        """Create an empty Space; return its id."""

    def duplicate(
        self,
        template: str,
        id: str,
        *,
        private: bool,
        secrets: Mapping[str, str],
        variables: Mapping[str, str],
    ) -> str:
        """Copy *template* with secrets and variables; return the id of the copy."""

    def delete(self, id: str) -> None:
        """Delete the Space."""

    def validate_card(self, text: str) -> None:
        """Raise HubError if the Hub would reject this README."""

    def commit(self, id: str, files: Mapping[str, bytes], message: str) -> Commit:
        """Commit *files*; return the commit."""


class Slack(Protocol):
    """Slack's Web API as the service layer uses it. Methods raise the errors of `bot.errors`."""

    def post(
        self, channel: str, message: Message, *, thread: str | None = None, nonce: str = ""
    ) -> MessageRef:
        """Post a message; *nonce* finds it in the history."""

    def update(self, ref: MessageRef, message: Message) -> None:
        """Replace the content of a message."""

    def delete(self, ref: MessageRef) -> None:
        """Delete a message."""

    def find(
        self, channel: str, nonce: str, since: datetime, *, thread: str | None = None
    ) -> MessageRef | None:
        """Return the message with this nonce; None if it isn't in the history."""

    def post_ephemeral(
        self, channel: str, user: str, message: Message, *, thread: str | None = None
    ) -> None:
        """Post a message that only *user* sees."""

    def respond(self, url: str, message: Message, *, replace: bool = False) -> None:
        """Post to a response URL; *replace* replaces the original message."""

    def upload(self, channel: str, name: str, content: str, *, thread: str | None = None) -> None:
        """Upload a text file."""

    def open_form(self, trigger_id: str, view: Mapping[str, Any]) -> str:
        """Open a form; return its id."""

    def update_form(self, id: str, view: Mapping[str, Any]) -> None:
        """Replace the content of an open form."""

    def attachment(self, id: str) -> SlackFile:
        """Return the metadata of a file."""

    def download(self, attachment: SlackFile, max_bytes: int) -> bytes:
        """Return the content of a file of at most *max_bytes*."""

    def find_channel(self, name: str) -> str | None:
        """Return the id of a channel by name; None if the bot isn't a member."""

    def list_channel_names(self) -> Mapping[str, str]:
        """Return the names of the bot's channels, by id."""

    def person(self, user: str) -> Person:
        """Return a person with their flags."""

    def group(self, id: str) -> frozenset[str]:
        """Return the members of a user group."""


class Prober(Protocol):
    """Requests the app of a Space. It never raises."""

    def probe(self, space: Space, paths: Sequence[str]) -> ProbeAnswer:
        """Request *paths* in order until one decides; return its answer."""


class SetupChecks(Protocol):
    """The checks of Slack, the Hub and the database, as `doctor` runs them."""

    def run(self, channel: Callable[[], AlertChannel]) -> Sequence[CheckResult]:
        """Run all checks; *channel* returns the alert channel."""


class Job(StrEnum):
    """The jobs that run at intervals, and at once when they are triggered."""

    SWEEP = "sweep"
    ADVANCE = "advance"
    PROBE = "probe"
    DELIVER = "deliver"
    SCHEDULES = "schedules"
    VALUES = "values"  # of secrets that wait for their wave


#: Returns the current time, in UTC.
Clock = Callable[[], datetime]
#: Concurrent calls of steps to the Hub.
STEP_CALLS = 24
#: Runs a job at once.
Trigger = Callable[[Job], None]


@dataclass(frozen=True, slots=True)
class AnswerTimeouts:
    """How many seconds a read may take before its asker gets something else."""

    hub: float = 0.8  # then the last sweep answers, if there was one
    notice: float = 1.0  # a person who sees nothing for longer types the command again


@dataclass(frozen=True)
class Dependencies:
    """The collaborators of every use case. Tests replace them, never the use cases."""

    hub: Hub
    slack: Slack
    store: Store
    commands: Mapping[str, Command]
    settings: Settings
    now: Clock
    hub_pool: Executor  # runs concurrent calls to the Hub
    step_calls: KeyedExecutor  # runs the calls of steps, one per Space at a time
    schedule_runs: KeyedExecutor  # answers the requests of schedules
    prober: Prober
    probe_pool: Executor  # runs concurrent probes
    probe_calls: KeyedExecutor  # runs probes, one per Space at a time, in the same pool
    log_calls: KeyedExecutor  # fetches logs, which is slow and which no request waits for
    rate_limiter: SlackRateLimiter  # limits calls to Slack per method and channel
    fleet_cache: FleetCache
    sanitizer: Sanitizer
    trigger: Trigger  # runs a job at once
    leadership: Leadership
    setup_checks: SetupChecks
    poll_schedule: PollSchedule
    answer_timeouts: AnswerTimeouts = AnswerTimeouts()
    response_urls: ResponseUrls = field(default_factory=ResponseUrls)
    secret_values: SecretValues = field(default_factory=SecretValues)
    # bounds the steps' calls, not their waits for commits
    step_call_slots: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(STEP_CALLS))
