"""`schedules`, `schedule` and `unschedule`: the commands that run later, and changes to them."""

from collections.abc import Sequence

from bot.command import Context, Freshness, command
from bot.errors import UsageError
from bot.model import Role
from bot.parsing import parse_operation_number, split_time_clause
from bot.parsing.suggestions import button_command
from bot.render import schedules as render
from bot.results import Answer, Fetch
from bot.schedules.actions import ChangeSchedule, ScheduleChange, SchedulesQuery

_CHANGES = {
    ("on",): ScheduleChange.ON,
    ("off",): ScheduleChange.OFF,
    ("skip",): ScheduleChange.SKIP,
    ("skip", "once"): ScheduleChange.SKIP,
}


@command("schedules", role=Role.OPERATOR, freshness=Freshness.NONE, example="schedules",
         is_read=True, does="see schedules")  # fmt: skip
def schedules(context: Context) -> Answer:
    """What runs later: its command, next run, owner and last result.

    Any acting command takes a time: `wake all at 13:50`, `wake all every weekday at 13:50`,
    `pause paid every day at 22:00`, `restart team-a in 20 min`.
    """
    return Fetch(SchedulesQuery(), lambda found: render.schedule_list(found, context.slash))


@command(
    "schedule <number> off|on|skip once",
    role=Role.OPERATOR,
    freshness=Freshness.NONE,
    does="change schedules",
    reads_times=True,
)
def schedule(context: Context) -> Answer:
    """Switch a schedule off or on, or skip its next run.

    Anyone who may run its command may change it. It runs as its owner.
    """
    number = parse_operation_number(context.words[:1])
    change = _CHANGES.get(tuple(word.casefold() for word in context.words[1:]))
    if number is None and (suggestion := _timed_command(context.words)):
        raise UsageError("To schedule a command, send it with its time.", suggestion)
    if number is None or change is None:
        raise UsageError(
            f"Which schedule, and what? For example `{context.slash} schedule 3 off`, `schedule 3 "
            "on` or `schedule 3 skip once`.",
            "schedules",
        )
    return ChangeSchedule(number, change)


@command(
    "unschedule <number>", role=Role.OPERATOR, freshness=Freshness.NONE, does="remove schedules"
)
def unschedule(context: Context) -> Answer:
    """Remove a schedule for good, by its number in `schedules`."""
    number = parse_operation_number(context.words)
    if number is None:
        raise UsageError("Which schedule? The number is in the list.", "schedules")
    return ChangeSchedule(number, ScheduleChange.REMOVE)


def _timed_command(words: Sequence[str]) -> str | None:
    """Return the command in `schedule wake all at 9`; None if there is no time."""
    rest, clause = split_time_clause(words)
    return button_command((*rest, *clause)) if rest and clause else None
