"""Schedules as data: a command, its timing, and who wanted it where."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.operations.deadline import DEADLINE_LEAD
from bot.parsing import to_command, tokenize

#: Schedules of one person, and of all people together.
MAX_PER_OWNER, MAX_TOTAL = 20, 200
#: The age at which the confirmation of a schedule is too old to be answered.
PROPOSAL_TTL = timedelta(minutes=10)
# Sums of the same prices in another order differ by less.
_HALF_CENT = 0.005


class ScheduleState(StrEnum):
    """The state of a schedule. The last two are final."""

    PROPOSED = "proposed"  # it starts if a person confirms it
    ON = "on"
    OFF = "off"
    ENDED = "ended"  # it has no run to come
    REMOVED = "removed"


class ScheduleKind(StrEnum):
    """What the times of a schedule mean."""

    AT = "at"  # its command runs at them
    BEFORE = "before"  # deadlines: its command begins earlier, so that it is done at that time
    LESSON = "lesson"  # deadlines, which class hours set
    KEEP = "keep"  # when Spaces are no longer kept awake: nothing runs then


class OffReason(StrEnum):
    """Why a schedule is off."""

    PERSON = "person"  # someone switched it off
    PERMISSION = "permission"  # its owner may not run the command any more


@dataclass(frozen=True, slots=True)
class Schedule:
    """A command that runs at a time, with its owner's permission at that time."""

    command: str  # without the time: "wake all"
    timing: str  # as typed: "every weekday at 13:50"
    zone: str
    recurrence: str  # hron's canonical expression; "": it runs once
    next_at: datetime | None  # None: no run is to come
    owner: str
    channel: str
    made_at: datetime
    id: int = 0
    thread: str | None = None
    state: ScheduleState = ScheduleState.ON
    off_reason: OffReason | None = None
    off_detail: str = ""  # what the refusal said
    #: Dollars an hour of paid hardware that a person confirmed; None: nothing was confirmed.
    confirmed_dollars: float | None = None
    missed_at: datetime | None = None  # the last run that was missed
    kind: ScheduleKind = ScheduleKind.AT
    targets: tuple[str, ...] = ()  # what it keeps awake; other kinds select by their command
    wakes: int = 0  # of the Spaces that it keeps awake

    @property
    def is_recurring(self) -> bool:
        """Whether it runs more than once."""
        return bool(self.recurrence) or self.kind is ScheduleKind.LESSON

    @property
    def lead(self) -> timedelta:
        """Return how long before each of its times a run begins."""
        has_deadline = self.kind in (ScheduleKind.BEFORE, ScheduleKind.LESSON)
        return DEADLINE_LEAD if has_deadline else timedelta()

    def covers_cost(self, dollars_per_hour: float) -> bool:
        """Return whether a person confirmed at least this many dollars an hour."""
        confirmed = self.confirmed_dollars
        return confirmed is not None and dollars_per_hour <= confirmed + _HALF_CENT

    @property
    def next_time(self) -> datetime | None:
        """Return its next time, which for a deadline is when Spaces must be ready."""
        return self.next_at + self.lead if self.next_at else None


def rename_targets(schedule: Schedule, spellings: Mapping[str, str]) -> Schedule:
    """Return *schedule* with the new *spellings* of Spaces, by casefolded old one."""
    verb, *words = tokenize(schedule.command)
    renamed = _rename(words, spellings)
    if renamed == words:
        return schedule
    targets = tuple(_rename(schedule.targets, spellings))
    return replace(schedule, command=to_command((verb, *renamed)), targets=targets)


def _rename(words: Iterable[str], spellings: Mapping[str, str]) -> list[str]:
    return [spellings.get(word.casefold(), word) for word in words]


def is_expired_proposal(schedule: Schedule, now: datetime) -> bool:
    """Return whether the confirmation of *schedule* is too old to be answered."""
    return schedule.state is ScheduleState.PROPOSED and now - schedule.made_at > PROPOSAL_TTL
