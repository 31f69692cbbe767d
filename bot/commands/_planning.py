"""Planning of an operation, shared by the acting verbs."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from bot.command import Context
from bot.operations import Operation, SkipReason, Verb, plan_waves, skip, without_passing_skip
from bot.operations.deadline import plan_starts
from bot.render import operation_replies as render
from bot.render import rollouts
from bot.render import schedules as schedule_replies
from bot.results import Answer, Proposal

#: Verbs of which a person confirms the schedule, whatever runs at the moment.
_MAY_INTERRUPT = (Verb.RESTART, Verb.REBUILD, Verb.PAUSE, Verb.HARDWARE)


def never_confirm(_: Operation) -> Sequence[str]:
    """Return no warning, for a verb that interrupts nothing and costs nothing."""
    return ()


def costs_nothing(_: Operation) -> float:
    """Return no dollars, for a verb that starts no paid hardware."""
    return 0.0


def plan_operation(
    context: Context,
    verb: Verb,
    ids: Iterable[str],
    args: Mapping[str, str] | None = None,
    confirm_if: Callable[[Operation], Sequence[str]] = never_confirm,
    *,
    left_paused: Collection[str] = (),
    cost: Callable[[Operation], float] = costs_nothing,
) -> Answer:
    """Return the operation, its confirmation, or the reason why there is none.

    The same operation is not started twice, because the reply shows the one that runs already.
    *confirm_if* returns the lines of the warning to confirm, if any. *args* are stored with the
    operation. The Spaces *left_paused* are part of it, but nothing is done to them. *cost* returns
    the dollars an hour that it starts. If it's for later, the present state of the Spaces
    decides nothing.
    """
    planned = _leave_paused(context.plan(verb, ids, args), left_paused)
    return begin_or_propose(context, planned, confirm_if, cost)


def begin_or_propose(
    context: Context,
    planned: Operation,
    confirm_if: Callable[[Operation], Sequence[str]],
    cost: Callable[[Operation], float],
) -> Answer:
    """Return *planned*, its confirmation, or the reason why there is none.

    The parameters are those of `plan_operation`.
    """
    operation = plan_waves(planned, context.fleet, context.unready)
    if context.deadline:
        operation = plan_starts(operation, context.fleet, context.cold_starts, context.deadline)
    if context.is_for_later:
        due = replace(operation, steps=tuple(map(without_passing_skip, operation.steps)))
        later = tuple(confirm_if(due)) or later_warning(operation.verb)
        return Proposal(operation, later, cost(due)) if later else operation
    if joined := context.running_operation(operation):
        return render.already_running(joined, context.now)
    if operation.is_finished:
        return render.nothing_to_do(operation, context.names)
    if not (warning := confirm_if(operation)):
        return operation
    return Proposal(operation, (*warning, *_waves_warning(operation)), cost(operation))


def _waves_warning(operation: Operation) -> Sequence[str]:
    return [rollouts.waves_note(operation.rollout)] if operation.rollout else []


def later_warning(verb: str) -> tuple[str, ...]:
    """Return the warning of a command for later, which may interrupt what runs then."""
    return (schedule_replies.later_warning(verb),) if verb in _MAY_INTERRUPT else ()


def _leave_paused(operation: Operation, left_paused: Collection[str]) -> Operation:
    steps = [
        skip(step, SkipReason.LEFT_PAUSED)
        if step.space in left_paused and not step.is_finished
        else step
        for step in operation.steps
    ]
    return replace(operation, steps=tuple(steps))
