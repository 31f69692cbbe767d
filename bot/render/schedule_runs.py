"""The runs of schedules in words: missed, failed, without effect, or dearer than confirmed."""

from dataclasses import replace
from datetime import datetime

from bot.cards import Message
from bot.render import formatting
from bot.render.blocks import (
    actions,
    button,
    code,
    context,
    escape,
    escape_keeping_code,
    message,
    section,
    user_mention,
)
from bot.render.replies import suggestion_label
from bot.render.schedules import label, run_time
from bot.schedules import Schedule, ScheduleKind


def missed(schedule: Schedule, count: int, first: datetime, last: datetime) -> Message:
    """Return the direct message to the owner about runs missed while the bot was stopped."""
    runs = "a run" if count == 1 else f"{count} runs"
    when = formatting.timestamp(first)
    when = when if count == 1 else f"{when} to {formatting.timestamp(last)}"
    following = f" Next run: {run_time(schedule)}." if schedule.next_at else ""
    text = f"{label(schedule)} missed {runs}, because I was down: {when}.{following}"
    return message(
        f"Missed: schedule {schedule.id}, {schedule.command[:60]}",
        section(f":warning: {text}"),
        actions(button("Run it now", schedule.command), button("All schedules", "schedules")),
    )


def failed(schedule: Schedule, reason: str, suggestion: str | None = None) -> Message:
    """Return the card about a rejected or failed run. *reason* isn't escaped yet.

    *suggestion* is the corrected command, where a name in the command is unknown.
    """
    again = suggestion_label(suggestion) if suggestion else "Run it now"
    return message(
        f"Schedule {schedule.id} didn't run: {reason}",
        section(
            f":red_circle: {user_mention(schedule.owner)} {label(schedule)} didn't run. "
            f"{escape_keeping_code(reason[:1000])}"
        ),
        actions(
            button(again, suggestion or schedule.command),
            button("All schedules", "schedules"),
        ),
    )


def switched_off(schedule: Schedule) -> Message:
    """Return the card about a schedule whose owner may not run its command any more."""
    return message(
        f"Schedule {schedule.id} is off: its owner can't run it any more",
        section(
            f":red_circle: {label(schedule)} is off, because its owner "
            f"{user_mention(schedule.owner)} can't run it any more. "
            f"{escape(schedule.off_detail, 500)}"
        ),
        context(_remedy(schedule)),
    )


def _remedy(schedule: Schedule) -> str:
    if schedule.kind is ScheduleKind.LESSON:
        return "Someone who may run the command can set the class hours again with `wake`."
    command = code(f"{schedule.command} {schedule.timing}", 200)
    return f"Someone who may run the command can schedule it again as their own: {command}"


def ran(schedule: Schedule, answer: Message) -> Message:
    """Return the card about a run without an effect, with the command's reply."""
    mention = user_mention(schedule.owner)
    return message(
        answer.text,
        section(f":alarm_clock: {mention} {label(schedule)}: {escape(answer.text, 1000)}"),
    )


def with_origin(answer: Message, schedule: Schedule) -> Message:
    """Return *answer* with the owner and the schedule that caused it."""
    timing = f" ({escape(schedule.timing)})" if schedule.is_recurring else ""
    origin = f"Scheduled by {user_mention(schedule.owner)} · schedule {schedule.id}{timing}"
    return replace(answer, blocks=(*answer.blocks, context(origin)))


def costs_more(schedule: Schedule) -> str:
    """Return why a confirmed schedule asks again: its run costs more than was confirmed."""
    again = "set the class hours" if schedule.kind is ScheduleKind.LESSON else "schedule it"
    confirmed = f"is confirmed for ${schedule.confirmed_dollars or 0.0:.2f} an hour"
    return (
        f":moneybag: {user_mention(schedule.owner)} {label(schedule)} {confirmed}. To confirm the "
        f"new cost for every run, {again} again."
    )
