"""The data of an operation and its steps."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.causes import CauseId
from bot.operations.reasons import Failure, SkipReason
from bot.operations.verbs import Verb

#: The argument with the time by which a wake must be done, in ISO format with the class's offset.
DEADLINE_ARGUMENT = "deadline"


#: The argument of a wake that the bot makes by itself and doesn't show.
QUIET_ARGUMENT = "quiet"


class StepState(StrEnum):
    """The state of a step. The last three are final."""

    WAITING = "waiting"
    SENT = "sent"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"


class OperationState(StrEnum):
    """The state of an operation. The last two are final."""

    PROPOSED = "proposed"  # it starts if a person confirms it
    RUNNING = "running"
    FINISHED = "finished"
    DROPPED = "dropped"  # a person answered its confirmation with no


@dataclass(frozen=True, slots=True)
class Step:
    """The part of an operation on one Space."""

    space: str
    state: StepState = StepState.WAITING
    message: str = ""  # why it failed or waits, or how it went; without `failed_stage`
    stage: str = ""  # as last observed
    stage_before: str = ""  # the stage when it was sent; "" if the Space didn't exist
    sent_at: datetime | None = None
    accepted: bool = False  # the Hub accepted the call
    stage_changed: bool = False  # another stage has been observed since it was sent
    attempts: int = 0
    retry_at: datetime | None = None  # when it may be sent (again)
    not_before: datetime | None = None  # its own time on the way to a deadline
    missing_since: datetime | None = None  # when a list first omitted its Space
    limited_since: datetime | None = None  # when a rate limit first rejected it
    skip_reason: SkipReason | None = None  # why it was not sent, or not again
    busy_with: Verb | None = None  # what another operation was doing to its Space
    unserved_since: datetime | None = None  # since when the Space hasn't shown the commit
    may_have_been_done: bool = False  # the outcome of an earlier call is still unknown
    running_since: datetime | None = None  # when it was seen running and its app had to answer
    is_forbidden: bool = False  # it failed because the token may not do it
    was_unready: bool = False  # its app didn't answer when the operation was planned
    is_unready: bool = False  # it failed because it runs and its app doesn't answer
    cause: CauseId | None = None  # why the Hub refused it, if its words are known
    # What differs from the operation's arguments, in an undo.
    args: Mapping[str, str] = field(default_factory=dict, hash=False)
    # The arguments that put back what its Space had before the call; empty: unknown or none.
    before: Mapping[str, str] = field(default_factory=dict, hash=False)
    wakes_copy: bool = False  # its Space is created, paused like its template, and to be woken
    failed_stage: str = ""  # the stage that made it fail; "" if it failed otherwise

    @property
    def note(self) -> str:
        """Return why it failed or waits, with the stage that made it fail."""
        return str(Failure(self.message, self.failed_stage))

    @property
    def is_finished(self) -> bool:
        """Return whether the state is final."""
        return self.state in (StepState.DONE, StepState.SKIPPED, StepState.FAILED)

    def is_early(self, now: datetime) -> bool:
        """Return whether its own time is to come and nothing was sent."""
        is_unsent = self.state is StepState.WAITING and self.sent_at is None
        return is_unsent and self.not_before is not None and now < self.not_before

    @property
    def is_refused(self) -> bool:
        """Return whether it failed because the Hub refused the call, which changed nothing."""
        has_effect = self.accepted or self.stage_changed or self.may_have_been_done
        return self.state is StepState.FAILED and not has_effect

    @property
    def is_outcome_unknown(self) -> bool:
        """Return whether the Hub may have executed it without an answer that says so."""
        is_unanswered = self.state is StepState.SENT and not self.accepted
        return is_unanswered or self.may_have_been_done


@dataclass(frozen=True, slots=True)
class ScheduleOrigin:
    """The schedule that an operation comes from."""

    id: int
    timing: str = ""  # "every weekday at 13:50"; "" if it ran once


@dataclass(frozen=True, slots=True)
class Rollout:
    """The waves of an operation that interrupts many Spaces, and whether a person continued it."""

    waves: tuple[int, ...]  # the planned sizes; the last one is the rest
    held_at: datetime | None = None  # since when a new failure holds it
    accepted_failures: int = 0  # with how many new failures a person continued it
    continued_by: str | None = None
    continued_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """A bulk act as data: its steps, and who requested it where."""

    verb: Verb
    steps: tuple[Step, ...]
    requested_by: str
    channel: str
    requested_at: datetime
    id: int = 0
    thread: str | None = None
    # The verb's arguments other than the Spaces. They are stored, so they must not hold a secret's
    # value.
    args: Mapping[str, str] = field(default_factory=dict, hash=False)
    stopped_by: str | None = None  # who stopped it early
    stopped_at: datetime | None = None
    undone_by: int | None = None  # the operation that puts back what it did
    alert_card: int | None = None  # the id of the alert card that shows it instead of its own
    schedule: ScheduleOrigin | None = None  # None: a person sent the command
    rollout: Rollout | None = None  # None: its steps are sent all at once
    value_until: datetime | None = None  # until when a process has the secret's value for sure

    @property
    def is_finished(self) -> bool:
        """Return whether all steps are final."""
        return all(step.is_finished for step in self.steps)

    @property
    def is_quiet(self) -> bool:
        """Return whether it has no card."""
        return QUIET_ARGUMENT in self.args

    @property
    def deadline(self) -> datetime | None:
        """Return when its Spaces must be ready, in the class's zone; None for any time."""
        given = self.args.get(DEADLINE_ARGUMENT)
        return datetime.fromisoformat(given) if given else None

    @property
    def spaces(self) -> tuple[str, ...]:
        """Return the ids of its Spaces, in the order of the steps."""
        return tuple(step.space for step in self.steps)

    @property
    def affected(self) -> frozenset[str]:
        """Return the ids of the Spaces on which it has work."""
        return frozenset(s.space for s in self.steps if s.state is not StepState.SKIPPED)

    def skipped_for(self, *reasons: SkipReason) -> tuple[Step, ...]:
        """Return the steps that were skipped for one of *reasons*."""
        skipped = self.in_state(StepState.SKIPPED)
        return tuple(step for step in skipped if step.skip_reason in reasons)

    @property
    def unready(self) -> tuple[Step, ...]:
        """Return the steps whose Space runs although its app doesn't answer."""
        return tuple(step for step in self.steps if step.is_unready)

    @property
    def failed(self) -> tuple[Step, ...]:
        """Return the failed steps whose Space doesn't even run."""
        return tuple(step for step in self.in_state(StepState.FAILED) if not step.is_unready)

    def args_of(self, step: Step) -> Mapping[str, str]:
        """Return the arguments of *step*: those of the operation, and its own."""
        return {**self.args, **step.args}

    def in_state(self, *states: StepState) -> tuple[Step, ...]:
        """Return the steps that are in one of *states*."""
        return tuple(step for step in self.steps if step.state in states)
