"""Lessons: the times of a weekly rule or a calendar file, and class time."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

#: Class time starts this long before a lesson, so that a sleeping Space can still be woken.
LEAD_TIME = timedelta(minutes=20)
#: A longer event of a calendar is no lesson, but a project week or an office day.
MAX_LESSON = timedelta(hours=12)
#: How far ahead the next lesson of a weekly rule is searched.
_SEARCH_DAYS = 400


@dataclass(frozen=True, slots=True, order=True)
class Lesson:
    """One lesson, in UTC."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class WeeklyRule:
    """Lessons on `days` (0 is Monday) in local time, without the `excluded` dates.

    A lesson whose end isn't after its start ends on the next day.
    """

    days: tuple[int, ...]
    start: time
    end: time
    excluded: tuple[date, ...] = ()
    until: date | None = None  # the last day; None: no end

    def on(self, day: date, zone: str) -> Iterator[Lesson]:
        """Yield the lesson that starts on *day*, if there is one."""
        is_over = self.until is not None and day > self.until
        if is_over or day.weekday() not in self.days or day in self.excluded:
            return
        local = ZoneInfo(zone)
        end_day = day if self.end > self.start else day + timedelta(days=1)
        yield Lesson(
            datetime.combine(day, self.start, local).astimezone(UTC),
            datetime.combine(end_day, self.end, local).astimezone(UTC),
        )


@dataclass(frozen=True, slots=True)
class ClassHours:
    """The class hours of the Spaces that `targets` select: weekly rules, or listed lessons."""

    targets: tuple[str, ...]
    zone: str
    made_by: str
    weekly: tuple[WeeklyRule, ...] = ()
    listed: tuple[Lesson, ...] = ()  # from a calendar file, in order
    file_name: str = ""
    wakes: bool = False  # every lesson is a deadline for waking the Spaces
    id: int = 0
    schedule: int | None = None  # what wakes the Spaces before each lesson

    def lessons(self, start: datetime, end: datetime) -> Iterator[Lesson]:
        """Yield the lessons that end after *start* and start by *end*, in order."""
        found = self._weekly_lessons(start, end) if self.weekly else iter(self.listed)
        return (lesson for lesson in found if lesson.ends_at > start and lesson.starts_at <= end)

    def _weekly_lessons(self, start: datetime, end: datetime) -> Iterator[Lesson]:
        """Yield the lessons of the days around *start* to *end*. A lesson may begin a day early."""
        local = ZoneInfo(self.zone)
        day, last = start.astimezone(local).date() - timedelta(days=1), end.astimezone(local).date()
        while day <= last:
            yield from sorted(lesson for rule in self.weekly for lesson in rule.on(day, self.zone))
            day += timedelta(days=1)


def is_class_time(hours: ClassHours, now: datetime) -> bool:
    """Return whether a lesson takes place, or starts within `LEAD_TIME`."""
    return any(hours.lessons(now, now + LEAD_TIME))


def next_lesson(hours: ClassHours, now: datetime) -> Lesson | None:
    """Return the current or next lesson; None if there is none in 400 days."""
    return next(hours.lessons(now, now + timedelta(days=_SEARCH_DAYS)), None)


def silent_spaces(
    resolved: Sequence[tuple[ClassHours, Iterable[str]]], now: datetime
) -> frozenset[str]:
    """Return the Spaces with class hours that have no class now.

    *resolved*: class hours with the ids of their Spaces. A Space in several has class during each.
    """
    in_class: set[str] = set()
    known: set[str] = set()
    for hours, spaces in resolved:
        (in_class if is_class_time(hours, now) else known).update(spaces)
    return frozenset(known - in_class)
