"""Undo: the operation that puts back what another one changed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.model import Condition, Fleet, condition
from bot.operations.outcomes import skip
from bot.operations.plan import plan_step
from bot.operations.reasons import UNDONE, Args, SkipReason
from bot.operations.step import Operation, OperationState, Step, StepState
from bot.operations.verbs import Verb
from bot.operations.waves import is_held
from bot.queries import Query

#: The verb that puts back what another one changed.
_INVERSE = {
    Verb.HARDWARE: Verb.HARDWARE,
    Verb.SLEEP: Verb.SLEEP,
    Verb.SET_VARIABLE: Verb.SET_VARIABLE,
    Verb.DELETE_VARIABLE: Verb.SET_VARIABLE,
    Verb.PAUSE: Verb.WAKE,
}
_MIXED_HARDWARE = "their former hardware"


@dataclass(frozen=True, slots=True)
class OperationQuery(Query[tuple[Operation, OperationState] | None]):
    """The operation of this number with its state; None if there is none."""

    number: int


def can_be_undone(verb: Verb) -> bool:
    """Return whether something can be put back after *verb*."""
    return verb in _INVERSE


def is_in_progress(operation: Operation) -> bool:
    """Return whether *operation* may still change Spaces without a person."""
    states = (StepState.SENT,) if is_held(operation) else (StepState.SENT, StepState.WAITING)
    return bool(operation.in_state(*states))


def changed_steps(operation: Operation) -> list[Step]:
    """Return the steps that may have changed something that can be put back."""
    return [step for step in operation.steps if _has_changed(operation.verb, step)]


def plan_undo(
    undone: Operation, fleet: Fleet, busy: Mapping[str, Verb], user: str, now: datetime
) -> Operation:
    """Return the operation of *user* that puts back what *undone* changed, without a place.

    Each step has its own arguments, because the Spaces may have differed. A Space that is gone is
    left out.
    """
    verb = _INVERSE[undone.verb]
    changed = [step for step in changed_steps(undone) if step.space in fleet]
    args = {UNDONE: str(undone.id), **_common_args(undone, changed)}
    steps = tuple(_plan_step(verb, step, fleet, busy, args) for step in changed)
    return Operation(verb, steps, user, "", now, args=args)


def _has_changed(verb: Verb, step: Step) -> bool:
    """Return whether the call of *step* may have changed something that can be put back."""
    if step.state not in (StepState.SENT, StepState.DONE, StepState.FAILED) or step.is_refused:
        return False
    was_up = condition(step.stage_before) is Condition.RUNNING
    return bool(step.sent_at) and (was_up if verb is Verb.PAUSE else bool(step.before))


def _plan_step(verb: Verb, step: Step, fleet: Fleet, busy: Mapping[str, Verb], args: Args) -> Step:
    own = step.before
    planned = plan_step(verb, step.space, fleet[step.space], busy, {**args, **own})
    if "unknown" in own and not planned.is_finished:
        return skip(planned, SkipReason.UNKNOWN_BEFORE)
    return replace(planned, args=own)


def _common_args(undone: Operation, changed: list[Step]) -> dict[str, str]:
    """Return the arguments of the whole undo, which its messages show."""
    match undone.verb:
        case Verb.HARDWARE:
            flavors = {step.before["flavor"] for step in changed}
            return {"flavor": flavors.pop() if len(flavors) == 1 else _MIXED_HARDWARE}
        case Verb.SLEEP:
            return {"seconds": "", "time": "what it was"}
        case Verb.SET_VARIABLE | Verb.DELETE_VARIABLE:
            return {"key": undone.args["key"], "value": "", "back": " back"}
    return {}
