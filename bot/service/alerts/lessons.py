"""The schedules of class hours, added and removed with the hours that wake Spaces."""

from dataclasses import replace
from datetime import datetime

from bot.class_hours import ClassHours
from bot.model import Ask
from bot.schedules import ScheduleState
from bot.schedules.lessons import lesson_schedule
from bot.store import Tx, class_hours, schedules


def replace_hours(tx: Tx, ask: Ask, hours: ClassHours, now: datetime) -> None:
    """Save *hours*, with a schedule if they wake Spaces, in place of those before."""
    remove_hours(tx, hours.targets)
    schedule = lesson_schedule(hours, ask.channel, ask.thread, now) if hours.wakes else None
    number = schedules.add(tx, schedule) if schedule else None
    class_hours.save(tx, replace(hours, schedule=number), now)


def remove_hours(tx: Tx, targets: tuple[str, ...]) -> ClassHours | None:
    """Delete the class hours of *targets* and their schedule; return them, or None."""
    removed = class_hours.remove(tx, targets)
    if removed and removed.schedule:
        _remove_schedule(tx, removed.schedule)
    return removed


def _remove_schedule(tx: Tx, number: int) -> None:
    schedule = schedules.get(tx, number)
    if schedule and schedule.state is not ScheduleState.ENDED:
        schedules.save(tx, replace(schedule, state=ScheduleState.REMOVED))
