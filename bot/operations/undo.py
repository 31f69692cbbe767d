"""Undo: the operation that puts back what another one changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.errors import HubError
from bot.model import Fleet, Space
from bot.operations.outcomes import skip
from bot.operations.plan import plan_step
from bot.operations.reasons import (
    EXPECTED,
    FREE_FLAVOR,
    UNDONE,
    Args,
    SkipReason,
    sleep_setting,
)
from bot.operations.step import Operation, OperationState, Step, StepState
from bot.operations.verbs import VARIABLE_VERBS, Verb
from bot.operations.waves import is_held
from bot.queries import Query
from bot.stages import Condition, condition

#: The verb that puts back what another one changed.
_INVERSE = {
    Verb.HARDWARE: Verb.HARDWARE,
    Verb.SLEEP: Verb.SLEEP,
    Verb.SET_VARIABLE: Verb.SET_VARIABLE,
    Verb.DELETE_VARIABLE: Verb.SET_VARIABLE,
    Verb.PAUSE: Verb.WAKE,
}
#: The verbs that change the same as another one, and so may put it back.
_REPLACED_BY = {
    Verb.HARDWARE: frozenset({Verb.HARDWARE}),
    Verb.SLEEP: frozenset({Verb.SLEEP}),
    Verb.SET_VARIABLE: VARIABLE_VERBS,
    Verb.DELETE_VARIABLE: VARIABLE_VERBS,
    Verb.PAUSE: frozenset({Verb.WAKE}),
}
# A step that was skipped for one of them found its Space as it should be.
_FOUND_SO = frozenset(
    {
        SkipReason.ALREADY_UP,
        SkipReason.ALREADY_STARTING,
        SkipReason.SAME_HARDWARE,
        SkipReason.SAME_SLEEP_TIME,
        SkipReason.SAME_VALUE,
        SkipReason.NO_KEY,
    }
)
_MIXED_HARDWARE = "their former hardware"
_ABSENT: Args = {"absent": "yes"}

#: The variables of Spaces, by Space, or why they can't be read.
VariablesBySpace = Mapping[str, Mapping[str, str] | HubError]


class Standing(StrEnum):
    """What a Space has now, compared with what an operation set and what was before."""

    AS_SET = "as_set"
    AS_BEFORE = "as_before"
    CHANGED_SINCE = "changed_since"  # by someone else
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class OperationQuery(Query[tuple[Operation, OperationState] | None]):
    """The operation of this number with its state; None if there is none."""

    number: int


def can_be_undone(verb: Verb) -> bool:
    """Return whether something can be put back after *verb*."""
    return verb in _INVERSE or verb is Verb.MUTE


def is_in_progress(operation: Operation) -> bool:
    """Return whether *operation* may still change Spaces without a person."""
    states = (StepState.SENT,) if is_held(operation) else (StepState.SENT, StepState.WAITING)
    return bool(operation.in_state(*states))


def has_gone_on(undone: Operation, asked_at: datetime) -> bool:
    """Return whether *undone* changed more Spaces since its undo was asked about."""
    sent = (step.sent_at for step in changed_steps(undone))
    return is_in_progress(undone) or any(at is not None and at > asked_at for at in sent)


def changed_steps(operation: Operation) -> list[Step]:
    """Return the steps that may have changed something that can be put back."""
    return [step for step in operation.steps if _has_changed(operation.verb, step)]


def replaced_verbs(verb: Verb) -> frozenset[Verb]:
    """Return the verbs whose changes an operation of *verb* may put back."""
    return frozenset(one for one, by in _REPLACED_BY.items() if verb in by)


def replacing_verbs(verb: Verb) -> frozenset[Verb]:
    """Return the verbs that may put back what an operation of *verb* changed."""
    return _REPLACED_BY[verb]


def is_put_back(undone: Operation, later: Iterable[Operation]) -> bool:
    """Return whether *later* operations, oldest first, left nothing of *undone* to put back.

    They are of the verbs that may do so. What someone changed on the Hub itself doesn't count.
    """
    last = {
        step.space: _set_args(operation, step)
        for operation in later
        if operation.args.get("key") == undone.args.get("key")
        for step in operation.steps
        if step.skip_reason in _FOUND_SO or step.state is StepState.DONE or step.accepted
    }
    changed = changed_steps(undone)
    return bool(changed) and all(
        step.space in last and last[step.space].items() <= step.before.items() for step in changed
    )


def plan_undo(
    undone: Operation,
    fleet: Fleet,
    busy: Mapping[str, Verb],
    user: str,
    now: datetime,
    *,
    values: VariablesBySpace | None = None,
    include_changed: bool = False,
) -> Operation:
    """Return the operation of *user* that puts back what *undone* changed, without a place.

    Each step has its own arguments, because the Spaces may have differed. A Space that is gone is
    left out, and one that was changed since is skipped unless *include_changed*. *values* are the
    present variables.
    """
    verb = _INVERSE[undone.verb]
    changed = [step for step in changed_steps(undone) if step.space in fleet]
    args = {UNDONE: str(undone.id), **_common_args(undone, changed)}
    steps = []
    for step in changed:
        planned = _plan_step(verb, step, fleet, busy, args)
        present = _present_args(undone, step, fleet[step.space], values or {})
        standing = find_standing(_set_args(undone, step), step.before, present)
        steps.append(_skip_if_changed(planned, standing, present, include_changed=include_changed))
    return Operation(verb, tuple(steps), user, "", now, args=args)


def find_standing(was_set: Args, before: Args, present: Args | None) -> Standing:
    """Return what a Space has now: *present*, compared with what an operation set.

    *before* is what the Space had then. A present of None can't be read.
    """
    if present is None:
        return Standing.UNREADABLE
    if present == was_set:
        return Standing.AS_SET
    is_as_before = present.items() <= before.items()
    return Standing.AS_BEFORE if is_as_before else Standing.CHANGED_SINCE


def _skip_if_changed(
    planned: Step, standing: Standing, present: Args | None, *, include_changed: bool
) -> Step:
    if planned.is_finished:
        return planned
    if present is None:
        return skip(planned, SkipReason.UNREADABLE)
    match standing:
        case Standing.AS_BEFORE if "absent" in present:
            return skip(planned, SkipReason.NO_KEY)
        case Standing.AS_BEFORE if "value" in present:
            return skip(planned, SkipReason.SAME_VALUE)
        case Standing.CHANGED_SINCE if not include_changed:
            now = {"now": present["flavor"]} if "flavor" in present else {}
            return replace(skip(planned, SkipReason.CHANGED_SINCE), args=now)
    return planned if include_changed else _expect(planned, present)


def _expect(planned: Step, present: Args) -> Step:
    """Return *planned*, to be skipped if its Space changes before it is sent."""
    expected = {f"{EXPECTED}{name}": value for name, value in present.items()}
    return replace(planned, args={**planned.args, **expected})


def _set_args(undone: Operation, step: Step) -> Args:
    """Return what *undone* gave the Space of *step*, in the form of `_present_args`.

    A wake only ends a pause.
    """
    args = undone.args_of(step)
    match undone.verb:
        case Verb.PAUSE:
            return {"stage": "PAUSED"}
        case Verb.WAKE:
            return {}
        case Verb.HARDWARE:
            return {"flavor": args["flavor"]}
        case Verb.SLEEP:
            return {"seconds": args["seconds"]}
    return _ABSENT if "absent" in args else {"value": args["value"]}


def _present_args(
    undone: Operation, step: Step, space: Space, values: VariablesBySpace
) -> Args | None:
    """Return what *space* has now of what *undone* changes; None if that can't be read.

    A Space that doesn't run may not show its sleep time, which then counts as unchanged.
    """
    match undone.verb:
        case Verb.PAUSE:
            return {"stage": space.stage}
        case Verb.HARDWARE:
            return {"flavor": space.hardware or FREE_FLAVOR}
        case Verb.SLEEP:
            return {"seconds": sleep_setting(space) or undone.args_of(step)["seconds"]}
    found = values.get(space.id)
    if found is None or isinstance(found, HubError):
        return None
    key = undone.args["key"]
    return {"value": found[key]} if key in found else _ABSENT


def changes_variables(operation: Operation) -> bool:
    """Return whether only the Hub's variables say what *operation* changed."""
    return operation.verb in VARIABLE_VERBS


def _has_changed(verb: Verb, step: Step) -> bool:
    """Return whether the call of *step* may have changed something that can be put back."""
    if step.state not in (StepState.SENT, StepState.DONE, StepState.FAILED) or step.is_refused:
        return False
    was_up = condition(step.stage_before) is Condition.RUNNING
    return bool(step.sent_at) and (was_up if verb is Verb.PAUSE else bool(step.before))


def _plan_step(verb: Verb, step: Step, fleet: Fleet, busy: Mapping[str, Verb], args: Args) -> Step:
    own = step.before
    planned = plan_step(verb, step.space, fleet[step.space], busy, {**args, **own})
    if "unknown" in own:
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
