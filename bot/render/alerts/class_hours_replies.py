"""Replies to `hours`: the class hours in words, and the form for a calendar file."""

from collections.abc import Sequence
from datetime import date, datetime, time

from bot.alerts.actions import SetClassHours
from bot.cards import Message
from bot.class_hours import ClassHours, WeeklyRule, next_lesson
from bot.render import formatting, modals
from bot.render.alerts.incident_card import to_push_text
from bot.render.blocks import (
    code,
    context,
    escape,
    line_sections,
    message,
    section,
    user_mention,
)
from bot.render.modals import View
from bot.render.schedules import run_time
from bot.schedules import Schedule, ScheduleState
from bot.schedules.actions import ClassHoursEntry

#: The fields of the form.
FILE_FIELD, TIMES_FIELD, WAKE_FIELD = "calendar", "times", "wake"

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WEEKDAYS, _ALL_DAYS = (0, 1, 2, 3, 4), (0, 1, 2, 3, 4, 5, 6)
# Excluded days that are named; more are counted.
_MAX_EXCLUDED = 3


def form(targets: Sequence[str]) -> View:
    """Return the form for the class hours of *targets*."""
    return modals.modal(
        "Class hours",
        "Save",
        section(
            f"*{escape(' '.join(targets), 300)}*\nOutside class hours, sleeping Spaces don't alert."
        ),
        modals.file_field(
            FILE_FIELD,
            "Calendar of the term",
            max_files=1,
            hint="An .ics file from Google, Outlook or Canvas. All-day holidays count.",
            optional=True,
        ),
        modals.as_optional(
            modals.text_field(
                TIMES_FIELD,
                "Or days and times",
                hint="Such as mon,wed 09:45-12:00 except 24 dec",
                max_length=300,
            )
        ),
        modals.checkbox(WAKE_FIELD, "Wake", "Have the Spaces ready when class starts"),
    )


def set_announcement(
    action: SetClassHours, now: datetime, slash: str, *, is_asked: bool = False
) -> Message:
    """Return the message about new class hours: when they are, and what changes.

    *is_asked*: a person has to confirm what it costs to wake the Spaces.
    """
    hours, holidays = action.hours, action.holidays
    targets = " ".join(hours.targets)
    wakes = " I'll have them ready when class starts." if hours.wakes else ""
    wakes = " They aren't woken for class until someone confirms the cost." if is_asked else wakes
    free = f"\nNo class on: {escape(formatting.join_names(holidays), 300)}." if holidays else ""
    return message(
        to_push_text(f"Class hours for {targets}"),
        section(
            f":calendar: Class hours for {code(targets, 300)}: {describe(hours)}.\n"
            f"{_next_class(hours, now)}{free}"
        ),
        section(
            f"Outside them, {formatting.count(len(action.spaces), 'Space')} can sleep without an "
            f"alert. Alerts start 20 minutes before class.{wakes}"
        ),
        context(
            f"Set by {user_mention(hours.made_by)} · {_off_command(slash, hours.targets)} ends them"
        ),
    )


def removed_reply(targets: Sequence[str], by: str, removed: ClassHours | None) -> Message:
    """Return the reply to `hours … off`."""
    words = code(" ".join(targets), 300)
    if removed is None:
        text = f"There are no class hours for {words}. `hours` lists them."
    else:
        text = (
            f":calendar: {user_mention(by)} ended the class hours for {words}. "
            "Sleeping Spaces alert at any time again."
        )
    return message(to_push_text(f"No class hours for {' '.join(targets)}"), section(text))


def hours_list(found: Sequence[ClassHoursEntry], now: datetime, slash: str) -> Message:
    """Return all class hours, each with its next lesson."""
    if not found:
        text = (
            "There are no class hours, so sleeping Spaces alert at any time. "
            f"Set some: `{slash} hours team-* mon,wed 09:45-12:00`."
        )
        return message("No class hours", section(text))
    lines = [
        f":calendar: {code(' '.join(entry.hours.targets), 200)} {describe(entry.hours)}. "
        f"{_next_class(entry.hours, now)} Set by {user_mention(entry.hours.made_by)}."
        f"{_waking(entry.schedule)}"
        for entry in found
    ]
    return message(
        f"Class hours: {len(found)}",
        *line_sections(lines),
        context(f"To end some: {_off_command(slash, found[0].hours.targets)}"),
    )


def _waking(schedule: Schedule | None) -> str:
    """Return when the Spaces are woken, for which owner and up to which price."""
    match schedule.state if schedule else None:
        case ScheduleState.ON if schedule:
            dollars = schedule.confirmed_dollars
            cost = f" for up to ${dollars:.2f} an hour" if dollars else ""
            waking = f"Schedule {schedule.id} wakes them as {user_mention(schedule.owner)}{cost}"
            return f"\n{waking}. Next: {run_time(schedule)}."
        case ScheduleState.PROPOSED:
            return (
                "\nThey aren't woken for class, because the cost isn't confirmed. Set the hours "
                "again to be asked."
            )
        case ScheduleState.OFF if schedule:
            return f"\nThey aren't woken for class: schedule {schedule.id} is off."
    return ""


def _off_command(slash: str, targets: Sequence[str]) -> str:
    """Return the command that ends class hours, as text to copy."""
    return code(f"{slash} hours {' '.join(targets)} off", 300)


def describe(hours: ClassHours) -> str:
    """Return when class is, in words."""
    if not hours.weekly:
        lessons = formatting.count(len(hours.listed), "lesson")
        return f"{lessons} of {code(hours.file_name, 80)}"
    rules = "; ".join(
        f"{_days(rule.days)} {_time(rule.start)}–{_time(rule.end)}" for rule in hours.weekly
    )
    return f"{rules} ({escape(hours.zone)}){_limits(hours.weekly[0])}"


def _limits(rule: WeeklyRule) -> str:
    shown = [_date(day) for day in rule.excluded[:_MAX_EXCLUDED]]
    rest = len(rule.excluded) - len(shown)
    days = [*shown, formatting.count(rest, "more day")] if rest else shown
    excluded = f", except {formatting.join_names(days)}" if days else ""
    until = f", until {_date(rule.until)} {rule.until.year}" if rule.until else ""
    return f"{excluded}{until}"


def _days(days: Sequence[int]) -> str:
    names = {_WEEKDAYS: "weekdays", _ALL_DAYS: "every day"}
    return names.get(tuple(days)) or formatting.join_names([_DAYS[day] for day in days], 7)


def _time(at: time) -> str:
    return f"{at:%H:%M}"


def _date(day: date) -> str:
    return f"{day.day} {day:%b}"


def _next_class(hours: ClassHours, now: datetime) -> str:
    lesson = next_lesson(hours, now)
    if lesson is None:
        return "There's no class left."
    if lesson.starts_at <= now:
        return f"Class is on until {formatting.time_of_day(lesson.ends_at)}."
    return f"Next class: {formatting.timestamp(lesson.starts_at)}."
