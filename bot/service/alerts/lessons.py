"""The schedules of class hours, added and removed with the hours that wake Spaces."""

from collections import Counter
from dataclasses import replace
from datetime import datetime

from bot.alerts.actions import SetClassHours
from bot.cards import Message
from bot.class_hours import ClassHours
from bot.command import Context
from bot.model import Ask
from bot.render import schedules as render
from bot.schedules import Schedule, ScheduleState
from bot.schedules.actions import AddSchedule
from bot.schedules.lessons import lesson_schedule, with_cost
from bot.store import Tx, class_hours, schedules


def replace_hours(tx: Tx, ask: Ask, action: SetClassHours, now: datetime) -> Schedule | None:
    """Save class hours in place of those before; return the schedule that wakes their Spaces."""
    hours = action.hours
    before = _schedule_of(tx, class_hours.find(tx, hours.targets))
    remove_hours(tx, hours.targets)
    schedule = lesson_schedule(hours, ask.channel, ask.thread, now) if hours.wakes else None
    if schedule and action.warning:
        schedule = with_cost(schedule, before, action.dollars_per_hour)
    added = replace(schedule, id=schedules.add(tx, schedule)) if schedule else None
    class_hours.save(tx, replace(hours, schedule=added.id if added else None), now)
    return added


def _schedule_of(tx: Tx, hours: ClassHours | None) -> Schedule | None:
    return schedules.get(tx, hours.schedule) if hours and hours.schedule else None


def cost_confirmation(
    context: Context, action: SetClassHours, schedule: Schedule
) -> Message | None:
    """Return the confirmation of the cost of *schedule*; None if it needs none."""
    if schedule.state is not ScheduleState.PROPOSED:
        return None
    names = tuple(map(context.names.short_name, action.spaces))
    conditions = Counter(context.fleet[id].condition for id in action.spaces)
    add = AddSchedule(schedule, action.spaces, names, conditions, action.warning)
    return render.confirmation(add, schedule.id)


def remove_hours(tx: Tx, targets: tuple[str, ...]) -> ClassHours | None:
    """Delete the class hours of *targets* and their schedule; return them, or None."""
    removed = class_hours.remove(tx, targets)
    if removed and removed.schedule:
        remove_schedule(tx, removed.schedule)
    return removed


def remove_schedule(tx: Tx, number: int) -> None:
    """Remove the schedule of class hours that were deleted."""
    schedule = schedules.get(tx, number)
    if schedule and schedule.state is not ScheduleState.ENDED:
        schedules.save(tx, replace(schedule, state=ScheduleState.REMOVED))
