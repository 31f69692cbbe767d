"""The nouns of long work: a step on one Space, and the operation that all of them make."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.operations.verbs import Verb


class StepState(StrEnum):
    """How far a step is. The last three are final."""

    WAITING = "waiting"
    SENT = "sent"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"


class SkipReason(StrEnum):
    """Why a step was not sent."""

    NOT_NEEDED = "not_needed"
    BUSY = "busy"  # something else was under way on its Space
    STOPPED = "stopped"  # a person ended the operation before


@dataclass(frozen=True, slots=True)
class Step:
    """What is being done to one Space."""

    space: str
    state: StepState = StepState.WAITING
    message: str = ""  # why it failed, was skipped, or waits; or how it went
    stage: str = ""  # as last seen
    stage_before: str = ""  # the stage when it was sent; "": there was no such Space
    sent_at: datetime | None = None
    accepted: bool = False  # the Hub has answered yes
    stage_changed: bool = False  # the fleet has shown another stage since it was sent
    attempts: int = 0
    retry_at: datetime | None = None  # when it may be sent (again)
    missing_since: datetime | None = None  # when a list first left its Space out
    limited_since: datetime | None = None  # when a rate limit first turned it away
    skip_reason: SkipReason | None = None
    unserved_since: datetime | None = None  # since when it looks as if nothing was committed

    @property
    def is_finished(self) -> bool:
        return self.state in (StepState.DONE, StepState.SKIPPED, StepState.FAILED)

    @property
    def is_outcome_unknown(self) -> bool:
        """Whether it waits to be sent again because nobody knows if it was heard.

        What the Hub has turned away has a time before which it isn't sent.
        """
        is_waiting = self.state is StepState.WAITING
        return is_waiting and self.attempts > 0 and self.retry_at is None


@dataclass(frozen=True, slots=True)
class Operation:
    """Long work as data: who asked for what, and how far it is."""

    verb: Verb
    steps: tuple[Step, ...]
    requested_by: str
    channel: str
    requested_at: datetime
    id: int = 0
    thread: str | None = None
    # What the verb needs to know beyond the Spaces. It is kept: no secret's value belongs here.
    args: Mapping[str, str] = field(default_factory=dict, hash=False)
    stopped_by: str | None = None  # who ended it before all of it was sent
    stopped_at: datetime | None = None

    @property
    def is_finished(self) -> bool:
        return all(step.is_finished for step in self.steps)

    @property
    def spaces(self) -> tuple[str, ...]:
        return tuple(step.space for step in self.steps)

    def skipped_for(self, reason: SkipReason) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.skip_reason is reason)

    def in_state(self, *states: StepState) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.state in states)
