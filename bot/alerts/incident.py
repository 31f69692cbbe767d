"""An incident: one Space in trouble, from its first bad sight to its end."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.alerts.problems import ProblemKind
from bot.model import Condition, condition


class ProbableCause(StrEnum):
    """Whose move it probably is."""

    CODE = "their code"
    DEPENDENCY = "a dependency"
    CONFIGURATION = "the configuration"
    PLATFORM = "the platform"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What the log told: a few lines, and a guess with the line that made us think so."""

    lines: tuple[str, ...] = ()
    cause: ProbableCause | None = None
    matched_line: str = ""
    shared: tuple[str, ...] = ()  # names that both a secret and a variable have


@dataclass(frozen=True, slots=True)
class Ack:
    """Somebody is on it. Asked again after a while, and forgotten when nobody answers."""

    by: str
    at: datetime
    checked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Incident:
    """One Space in trouble. `stage` is what it shows now, `trouble` the worst of it."""

    space: str
    problem: ProblemKind
    stage: str
    error: str
    opened_at: datetime
    changed_at: datetime
    reason: str = ""  # why people were told what they were told last
    id: int = 0
    closed_at: datetime | None = None
    resolution: str = ""  # how it ended, in words
    flapping_since: datetime | None = None  # it goes up and down …
    is_up: bool = False  # … and is up just now
    gap_since: datetime | None = None  # nobody looked from then until it was over
    fingerprint: str = ""  # of its error: the same in every Space with the same cause
    ack: Ack | None = None
    diagnosis: Diagnosis | None = None  # None: the log was not read

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def is_recovering(self) -> bool:
        """Whether it is on its way back, which is not back."""
        rising = condition(self.stage) is Condition.STARTING
        return self.is_open and rising and self.problem is not ProblemKind.STUCK

    @property
    def duration(self) -> timedelta:
        return (self.closed_at or self.changed_at) - self.opened_at


@dataclass(frozen=True, slots=True)
class Notification:
    """How one channel was told of an incident: on which card, when, and how often again."""

    card: int
    notified_at: datetime
    reminders: int = 0
    reminded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Mute:
    """Who muted a Space, until when, and why."""

    space: str
    until: datetime
    by: str
    at: datetime
    reason: str = ""
