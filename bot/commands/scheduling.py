"""The schedule of a command, from the answer that it would give now."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime

from bot.alerts.actions import AlertAction, MuteSpaces, UnmuteSpaces
from bot.command import Command, Context
from bot.commands._planning import later_warning
from bot.errors import NothingSelected, UsageError
from bot.operations import Operation, SkipReason
from bot.operations.deadline import DEADLINE_LEAD, first_start
from bot.parsing import to_command
from bot.results import Proposal, Result
from bot.schedules import Schedule, ScheduleKind, ScheduleState, Timing
from bot.schedules.actions import AddSchedule
from bot.slack_limits import COMMAND_LENGTH

# A later run leaves these out, too.
_LEFT_OUT = (
    SkipReason.LEFT_PAUSED,
    SkipReason.STATIC,
    SkipReason.STATIC_FAILED,
    SkipReason.STATIC_HARDWARE,
    SkipReason.STATIC_SLEEP,
)
_UNSCHEDULABLE = "can't be scheduled. Send it when you need it."


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a command would do now: its Spaces, and what a person has to confirm."""

    spaces: tuple[str, ...] = ()
    warning: tuple[str, ...] = ()
    dollars_per_hour: float = 0.0
    first_start: datetime | None = None  # on the way to a deadline


def plan_schedule(
    context: Context, command: Command, timing: Timing, answer: Result | NothingSelected
) -> AddSchedule:
    """Return the schedule of the command in *context*, given its *answer* for later.

    A condition that no Space is in now, such as `asleep`, may be true when it runs.

    Raises:
        UsageError: Its answer changes nothing, so there is nothing to schedule.
    """
    plan = _plan(command, answer)
    ask = context.ask
    text = to_command((*command.name.split(), *context.words))
    if len(text) > COMMAND_LENGTH:
        raise UsageError("That's too long to schedule. Use a range or a pattern for the Spaces.")
    schedule = Schedule(
        command=text,
        timing=timing.text,
        zone=timing.zone,
        recurrence=timing.recurrence,
        next_at=timing.first,
        owner=ask.user,
        channel=ask.channel,
        made_at=context.now,
        thread=ask.thread,
        state=ScheduleState.PROPOSED if plan.warning else ScheduleState.ON,
        confirmed_dollars=plan.dollars_per_hour if plan.warning else None,
        kind=timing.kind,
    )
    schedule = replace(schedule, next_at=timing.first - schedule.lead)
    found = [context.fleet[id] for id in plan.spaces if id in context.fleet]
    conditions = Counter(space.condition for space in found)
    names = tuple(map(context.names.short_name, plan.spaces))
    return AddSchedule(schedule, plan.spaces, names, conditions, plan.warning, plan.first_start)


def _plan(command: Command, answer: Result | NothingSelected) -> _Plan:
    match answer:
        case NothingSelected():
            return _Plan(warning=later_warning(command.name))
        case Operation():
            return _Plan(_selected(answer), first_start=first_start(answer))
        case Proposal():
            selected, start = _selected(answer.operation), first_start(answer.operation)
            return _Plan(selected, answer.warning, answer.dollars_per_hour, start)
        case MuteSpaces() | UnmuteSpaces():
            return _Plan(answer.spaces)
        case AlertAction():
            return _Plan()
    raise UsageError(f"That only reads, so it {_UNSCHEDULABLE}")


def _selected(operation: Operation) -> tuple[str, ...]:
    """Return the Spaces that *operation* is about, also those that need nothing now.

    All of them, if it leaves out every one.
    """
    kept = (step.space for step in operation.steps if step.skip_reason not in _LEFT_OUT)
    return tuple(kept) or operation.spaces


def check_deadline(command: Command, timing: Timing) -> None:
    """Check that *command* can be done by a time, if *timing* is a deadline.

    Raises:
        UsageError: It can't.
    """
    if timing.kind is ScheduleKind.BEFORE and not command.takes_deadline:
        raise UsageError(
            f"Only `wake` can be ready by a time. To {command.name} at one, use `at` instead of "
            "`before`."
        )


def is_near(timing: Timing, now: datetime) -> bool:
    """Return whether a single deadline is so near that its command runs at once."""
    is_single = timing.kind is ScheduleKind.BEFORE and not timing.recurrence
    return is_single and timing.first - DEADLINE_LEAD <= now


def unschedulable_error(command: Command) -> UsageError:
    """Return the error for a time after a command that takes none."""
    if command.is_read:
        return UsageError(f"`{command.name}` only reads, so it {_UNSCHEDULABLE}")
    return UsageError(f"`{command.name}` {_UNSCHEDULABLE}")
