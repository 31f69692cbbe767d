"""Schedules of class hours: each lesson is a deadline by which the Spaces are woken."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.class_hours import ClassHours
from bot.schedules.schedule import Schedule, ScheduleKind, ScheduleState

_TIMING = "before each lesson"
# How far ahead the next lesson is searched: no holidays last longer.
_SEARCH = timedelta(days=400)


def lesson_schedule(
    hours: ClassHours, channel: str, thread: str | None, now: datetime
) -> Schedule | None:
    """Return the schedule that wakes the Spaces of *hours*; None without a lesson."""
    schedule = Schedule(
        command=lesson_command(hours),
        timing=_TIMING,
        zone=hours.zone,
        recurrence="",
        next_at=None,
        owner=hours.made_by,
        channel=channel,
        made_at=now,
        thread=thread,
        kind=ScheduleKind.LESSON,
    )
    start = next_lesson_start(schedule, hours, now - schedule.lead)
    return replace(schedule, next_at=start) if start else None


def with_cost(schedule: Schedule, before: Schedule | None, dollars_per_hour: float) -> Schedule:
    """Return *schedule*, whose cost a person has to confirm unless that has happened.

    *before* is the schedule that it replaces. Its owner isn't asked about the same cost again.
    """
    is_on = before is not None and before.state is ScheduleState.ON
    if before and is_on and before.owner == schedule.owner and before.covers_cost(dollars_per_hour):
        return replace(schedule, confirmed_dollars=before.confirmed_dollars)
    return replace(schedule, state=ScheduleState.PROPOSED, confirmed_dollars=dollars_per_hour)


def lesson_command(hours: ClassHours) -> str:
    """Return the command that runs before each lesson."""
    return f"wake {' '.join(hours.targets)}"


def next_lesson_start(schedule: Schedule, hours: ClassHours, after: datetime) -> datetime | None:
    """Return when the first run after a moment begins; None without a lesson."""
    earliest = after + schedule.lead
    lessons = hours.lessons(earliest, earliest + _SEARCH)
    times = (lesson.starts_at for lesson in lessons if lesson.starts_at > earliest)
    following = next(times, None)
    return following - schedule.lead if following else None
