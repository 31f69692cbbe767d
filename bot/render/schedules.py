"""Schedules in words: the confirmation before one is kept, its card, the list, and changes."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.audit import AskState
from bot.cards import Block, Message
from bot.render import formatting
from bot.render.blocks import (
    actions,
    button,
    code,
    context,
    count_fitting,
    escape,
    line_sections,
    menu,
    message,
    section,
    user_mention,
)
from bot.schedules import OffReason, Schedule, ScheduleKind, ScheduleState
from bot.schedules.actions import AddSchedule, ScheduleChange, ScheduleEntry

# Schedules with a menu in the list; the others get a line.
_MAX_MENUS = 8
# Characters of JSON for the lines of the others.
_MAX_LINES_LENGTH = 2_500
# Characters of a command in the list.
_MAX_LISTED_COMMAND = 80
# Hours of an average month.
_MONTH_HOURS = 730
_WHOLE_DAY = " from 00:00 to 23:59"
_PROBLEM_EMOJI = {AskState.FAILED: ":red_circle:", AskState.REFUSED: ":red_circle:"}
_HEADS = {
    ScheduleState.PROPOSED: (":alarm_clock:", "Proposed"),
    ScheduleState.ON: (":alarm_clock:", "Scheduled"),
    ScheduleState.OFF: (":double_vertical_bar:", "Off"),
    ScheduleState.ENDED: (":white_check_mark:", "Ended"),
    ScheduleState.REMOVED: (":wastebasket:", "Removed"),
}
_CHANGED = {
    ScheduleChange.ON: "switched on",
    ScheduleChange.OFF: "switched off",
    ScheduleChange.SKIP: "skipped the next run of",
    ScheduleChange.REMOVE: "removed",
}


def later_warning(verb: str) -> str:
    """Return the warning before *verb* is scheduled for Spaces that may be in use."""
    if verb == "pause":
        return "What is running then will stay down until someone wakes it."
    return "What is running then will be briefly unavailable."


def confirmation(add: AddSchedule, number: int) -> Message:
    """Return the confirmation of a schedule: when it runs, on what, and what that means."""
    schedule = add.schedule
    lines = [
        f"*Schedule {code(schedule.command)}?*",
        _timing_line(schedule),
        *([_selection_line(add)] if add.spaces else []),
        *add.warning,
        *_monthly_cost(schedule),
    ]
    return message(
        f"Schedule {schedule.command}? {describe_timing(schedule)}",
        *line_sections(lines),
        actions(
            button("Schedule it", f"schedule {number} on", style="primary"),
            button("Cancel", f"unschedule {number}"),
        ),
    )


def card(schedule: Schedule, add: AddSchedule | None = None) -> Message:
    """Return the card of a schedule. *add* has what it would select now."""
    emoji, word = _HEADS[schedule.state]
    lines = [f"{emoji} *{word}: {code(schedule.command)}*", _card_line(schedule, is_new=bool(add))]
    lines += [_selection_line(add)] if add and add.spaces else []
    lines += _monthly_cost(schedule) if schedule.state is ScheduleState.ON else []
    buttons, timing = _card_buttons(schedule), describe_timing(schedule)
    return message(
        f"{word}: {schedule.command}, {timing[:1].lower()}{timing[1:]}",
        *line_sections(lines),
        *([actions(*buttons)] if buttons else []),
        context(f"Schedule {schedule.id} by {user_mention(schedule.owner)}"),
    )


def _card_line(schedule: Schedule, *, is_new: bool) -> str:
    """Return the times of the schedule, with its first or next run."""
    if schedule.state is not ScheduleState.ON:
        return escape(describe_timing(schedule))
    if not schedule.is_recurring:
        return _timing_line(schedule)
    which = "first" if is_new else "next"
    return f"{escape(describe_timing(schedule))}, {which} {run_time(schedule)}"


def _card_buttons(schedule: Schedule) -> list[Block]:
    id = schedule.id
    skip = [button("Skip once", f"schedule {id} skip once")] if schedule.is_recurring else []
    remove = button("Remove", f"unschedule {id}")
    if schedule.state is ScheduleState.OFF:
        return [button("Switch on", f"schedule {id} on"), remove]
    return [*skip, remove] if schedule.state is ScheduleState.ON else []


def schedule_list(entries: Sequence[ScheduleEntry], slash: str) -> Message:
    """Return the list of schedules, the next one first, with a menu for each."""
    if not entries:
        text = f"Nothing is scheduled. Try `{slash} wake all every weekday at 13:50`."
        return message("Nothing is scheduled", section(text))
    with_menu, others = entries[:_MAX_MENUS], entries[_MAX_MENUS:]
    blocks = [{**section(_entry_text(e)), "accessory": _entry_menu(e)} for e in with_menu]
    lines = [_entry_text(entry) for entry in others]
    number = count_fitting(lines, _MAX_LINES_LENGTH)
    rest = [f"… and {len(lines) - number} more."] if number < len(lines) else []
    more = line_sections([*lines[:number], *rest])
    usage = f"To change one: `{slash} schedule <number> off`, `on` or `skip once`."
    count = formatting.count(len(entries), "schedule")
    return message(count, section(f"*{count}*"), *blocks, *more, context(usage))


def changed(schedule: Schedule, change: ScheduleChange, by: str) -> Message:
    """Return the announcement that *by* changed *schedule*, to the channel where it runs."""
    what = f"schedule {schedule.id}, {code(schedule.command)}"
    owner = f" It belongs to {user_mention(schedule.owner)}." if by != schedule.owner else ""
    has_next = schedule.state is ScheduleState.ON
    following = f" Next run: {run_time(schedule)}." if has_next else ""
    text = f":alarm_clock: {user_mention(by)} {_CHANGED[change]} {what}.{following}{owner}"
    push_text = f"Schedule {schedule.id} {_push_word(change)}: {schedule.command[:50]}"
    return message(push_text, section(text))


def cancelled(schedule: Schedule) -> Message:
    """Return what replaces the confirmation of a schedule that was answered with no."""
    is_lesson = schedule.kind is ScheduleKind.LESSON
    hours = " The class hours stay, but they don't wake anything." if is_lesson else ""
    text = f"Cancelled.{hours}"
    return message(text, section(text))


def confirmed(schedule: Schedule) -> Message:
    """Return what replaces the confirmation of a schedule that was answered with yes."""
    text = f":alarm_clock: Scheduled: {code(schedule.command)}. First run: {run_time(schedule)}."
    return message(f"Scheduled: {schedule.command}", section(text))


def describe_timing(schedule: Schedule) -> str:
    """Return when *schedule* runs, without its zone: `Every weekday at 13:50`."""
    if schedule.kind is ScheduleKind.LESSON:
        return "Before each lesson"
    if schedule.kind is ScheduleKind.KEEP:
        ends = local_time(schedule.next_at, schedule.zone)
        return f"Until {ends}" if ends else "No longer kept awake"
    if not schedule.is_recurring:
        at = local_time(schedule.next_time, schedule.zone)
        before = "before " if schedule.kind is ScheduleKind.BEFORE else ""
        return f"Once, {before}{at}" if at else "Once"
    text = schedule.recurrence.removesuffix(f" in {schedule.zone}").replace(_WHOLE_DAY, "")
    if schedule.kind is ScheduleKind.BEFORE:
        text = text.replace(" at ", " before ", 1)
    return f"{text[:1].upper()}{text[1:]}"


def local_time(at: datetime | None, zone: str) -> str:
    """Return a moment in *zone*: `Mon 30 Nov 13:50`; "" for none."""
    return f"{at.astimezone(ZoneInfo(zone)):%a %d %b %H:%M}" if at else ""


def run_time(schedule: Schedule) -> str:
    """Return the next run in the time zones of the class and the reader."""
    if schedule.next_time is None:
        return "none"
    local = f"{local_time(schedule.next_time, schedule.zone)} {schedule.zone}"
    return f"{local} (for you {formatting.timestamp(schedule.next_time)})"


def _timing_line(schedule: Schedule) -> str:
    before = "before " if schedule.kind is ScheduleKind.BEFORE else ""
    if schedule.kind is ScheduleKind.KEEP:
        return f"Until {run_time(schedule)}{_wakes(schedule)}"
    if not schedule.is_recurring:
        return f"Once, {before}{run_time(schedule)}"
    return f"{escape(describe_timing(schedule))}, next {run_time(schedule)}"


def _wakes(schedule: Schedule) -> str:
    times = "once" if schedule.wakes == 1 else f"{schedule.wakes} times"
    return f". Woken {times} so far" if schedule.wakes else ""


def _selection_line(add: AddSchedule) -> str:
    counts = formatting.describe_counts(add.conditions)
    now = f"{escape(formatting.label_spaces(add.names))} now: {counts}"
    if add.first_start is None:
        return now
    first = local_time(add.first_start, add.schedule.zone)
    return f"{now}. The first one wakes {first}."


def _monthly_cost(schedule: Schedule) -> list[str]:
    """Return the highest monthly cost of the paid hardware, kept up between runs."""
    dollars = schedule.confirmed_dollars
    if not dollars:
        return []
    if schedule.kind is ScheduleKind.KEEP and schedule.next_at:
        hours = (schedule.next_at - schedule.made_at) / timedelta(hours=1)
        return [f":moneybag: ${dollars:.2f} an hour: up to ${dollars * hours:.2f} until then."]
    month = f"${dollars * _MONTH_HOURS:,.0f}"
    return [f":moneybag: ${dollars:.2f} an hour: up to {month} a month if it never sleeps."]


def label(schedule: Schedule) -> str:
    """Return the number, the command and the timing of *schedule*."""
    timing = f", {escape(schedule.timing)}" if schedule.is_recurring else ""
    return f"Schedule {schedule.id} ({code(schedule.command)}{timing})"


def _entry_text(entry: ScheduleEntry) -> str:
    """Return the two lines of one schedule: what and when, then owner and last result."""
    schedule = entry.schedule
    head = f"*{schedule.id}* {code(schedule.command, _MAX_LISTED_COMMAND)} · {_when(schedule)}"
    return f"{head}\n{user_mention(schedule.owner)} · {_last_result(entry)}"


def _when(schedule: Schedule) -> str:
    timing = escape(describe_timing(schedule)) if schedule.is_recurring else "once"
    if schedule.kind is ScheduleKind.KEEP and schedule.state is ScheduleState.ON:
        return _timing_line(schedule)
    if schedule.state is ScheduleState.ON:
        return f"{timing} · next {run_time(schedule)}"
    is_refused = schedule.off_reason is OffReason.PERMISSION
    why = ": its owner can't run it any more" if is_refused else ""
    return f"{timing} · *off*{why}"


def _last_result(entry: ScheduleEntry) -> str:
    """Return the result of the last run, or that one was missed since."""
    missed_at = entry.schedule.missed_at
    is_newer = missed_at and (entry.last_at is None or missed_at > entry.last_at)
    missed = f" · missed {formatting.timestamp(missed_at)}" if missed_at and is_newer else ""
    if entry.last_state is None:
        return f"no run yet{missed}"
    emoji = _PROBLEM_EMOJI.get(entry.last_state, "")
    return f"last run: {f'{emoji} ' if emoji else ''}{escape(entry.last_result, 200)}{missed}"


def _entry_menu(entry: ScheduleEntry) -> Block:
    id, is_on = entry.schedule.id, entry.schedule.state is ScheduleState.ON
    skip = [("Skip once", f"schedule {id} skip once")]
    switch = ("Switch off", f"schedule {id} off") if is_on else ("Switch on", f"schedule {id} on")
    shown = skip if is_on and entry.schedule.is_recurring else []
    return menu([*shown, switch, ("Remove", f"unschedule {id}")])


def _push_word(change: ScheduleChange) -> str:
    return {ScheduleChange.SKIP: "skips a run", ScheduleChange.REMOVE: "removed"}.get(
        change, f"is {change}"
    )
