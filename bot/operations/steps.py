"""The nouns of long work: a step on one Space, and the operation that all of them make."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.operations.verbs import Verb


class Progress(StrEnum):
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
    progress: Progress = Progress.WAITING
    note: str = ""  # why it failed, was skipped, or waits; or how it went
    stage: str = ""  # as last seen
    was: str = ""  # the stage when it was sent; "": there was no such Space
    sent_at: datetime | None = None
    accepted: bool = False  # the Hub has answered yes
    moved: bool = False  # the fleet has shown another stage since it was sent
    tries: int = 0
    not_before: datetime | None = None  # when it may be sent (again)
    missing_since: datetime | None = None  # when a list first left its Space out
    limited_since: datetime | None = None  # when a rate limit first turned it away
    skip_reason: SkipReason | None = None
    unserved_since: datetime | None = None  # since when it looks as if nothing was committed

    @property
    def settled(self) -> bool:
        return self.progress in (Progress.DONE, Progress.SKIPPED, Progress.FAILED)

    @property
    def is_in_doubt(self) -> bool:
        """Whether it waits to be sent again because nobody knows if it was heard.

        What the Hub has turned away has a time before which it isn't sent.
        """
        waits = self.progress is Progress.WAITING
        return waits and self.tries > 0 and self.not_before is None


@dataclass(frozen=True, slots=True)
class Operation:
    """Long work as data: who asked for what, and how far it is."""

    verb: Verb
    steps: tuple[Step, ...]
    asked_by: str
    channel: str
    asked_at: datetime
    id: int = 0
    thread: str | None = None
    # What the verb needs to know beyond the Spaces. It is kept: no secret's value belongs here.
    args: Mapping[str, str] = field(default_factory=dict, hash=False)
    stopped_by: str | None = None  # who ended it before all of it was sent
    stopped_at: datetime | None = None

    @property
    def finished(self) -> bool:
        return all(step.settled for step in self.steps)

    @property
    def spaces(self) -> tuple[str, ...]:
        return tuple(step.space for step in self.steps)

    def skipped(self, reason: SkipReason) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.skip_reason is reason)

    def having(self, *progress: Progress) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.progress in progress)
