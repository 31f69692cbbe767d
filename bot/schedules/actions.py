"""Requests that add or change schedules, and the query for all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.audit import AskState
from bot.class_hours import ClassHours
from bot.queries import Query
from bot.schedules.schedule import Schedule
from bot.stages import Condition


class ScheduleChange(StrEnum):
    """What a person does to a schedule."""

    ON = "on"
    OFF = "off"
    SKIP = "skip"  # its next run
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class AddSchedule:
    """A schedule to keep: at once, or after a person confirms its *warning*."""

    schedule: Schedule
    spaces: tuple[str, ...]  # what its command would select now …
    names: tuple[str, ...] = ()  # … by short name …
    conditions: Mapping[Condition, int] = field(default_factory=dict)  # … and by condition
    warning: tuple[str, ...] = ()  # why it needs a confirmation
    first_start: datetime | None = None  # when the first Space is woken for a deadline


@dataclass(frozen=True, slots=True)
class ChangeSchedule:
    """A change of the schedule of this number."""

    id: int
    change: ScheduleChange


@dataclass(frozen=True, slots=True)
class ScheduleEntry:
    """A schedule with the result of its last run, as the list shows it."""

    schedule: Schedule
    last_at: datetime | None = None  # None: it has not run
    last_state: AskState | None = None
    last_result: str = ""


@dataclass(frozen=True, slots=True)
class ClassHoursEntry:
    """Class hours with the schedule that wakes their Spaces, as the list shows them."""

    hours: ClassHours
    schedule: Schedule | None = None


@dataclass(frozen=True, slots=True)
class ClassHoursQuery(Query[Sequence[ClassHoursEntry]]):
    """All class hours."""


@dataclass(frozen=True, slots=True)
class SchedulesQuery(Query[Sequence[ScheduleEntry]]):
    """The schedules that are on or off, the next one first."""
