"""An incident: one Space in trouble, from its first bad sight to its end."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.alerts.troubles import Trouble
from bot.model import Condition, condition


class Blame(StrEnum):
    """Whose move it probably is."""

    CODE = "their code"
    DEPENDENCY = "a dependency"
    CONFIGURATION = "the configuration"
    PLATFORM = "the platform"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the log told: a few lines, and a guess with the line that made us think so."""

    lines: tuple[str, ...] = ()
    blame: Blame | None = None
    clue: str = ""
    shared: tuple[str, ...] = ()  # names that both a secret and a variable have


@dataclass(frozen=True, slots=True)
class Ack:
    """Somebody is on it. Asked again after a while, and forgotten when nobody answers."""

    by: str
    at: datetime
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Incident:
    """One Space in trouble. `stage` is what it shows now, `trouble` the worst of it."""

    space: str
    trouble: Trouble
    stage: str
    error: str
    opened_at: datetime
    changed_at: datetime
    reason: str = ""  # why people were told what they were told last
    id: int = 0
    closed_at: datetime | None = None
    ending: str = ""  # how it ended, in words
    unstable_since: datetime | None = None  # it goes up and down …
    is_up: bool = False  # … and is up just now
    unseen_since: datetime | None = None  # nobody looked from then until it was over
    fingerprint: str = ""  # of its error: the same in every Space with the same cause
    ack: Ack | None = None
    evidence: Evidence | None = None  # None: the log was not read

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def is_coming_up(self) -> bool:
        """Whether it is on its way back, which is not back."""
        rising = condition(self.stage) is Condition.COMING_UP
        return self.is_open and rising and self.trouble is not Trouble.STUCK

    @property
    def lasted(self) -> timedelta:
        return (self.closed_at or self.changed_at) - self.opened_at


@dataclass(frozen=True, slots=True)
class Telling:
    """How one channel was told of an incident: on which card, when, and how often again."""

    card: int
    at: datetime
    reminders: int = 0
    reminded_at: datetime | None = None
