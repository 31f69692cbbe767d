"""The confirmation of an undo, and why an operation can't be undone."""

from collections.abc import Mapping, Sequence

from bot.cards import Block, Message
from bot.model import Fleet
from bot.operations import (
    UNDONE,
    Operation,
    OperationState,
    SkipReason,
    Step,
    StepState,
    Verb,
    can_be_undone,
    changed_steps,
    is_held,
    is_in_progress,
)
from bot.parsing import NameIndex
from bot.render import formatting
from bot.render.blocks import actions, button, context, escape, message, section
from bot.render.hardware import format_price
from bot.render.operation_replies import not_running
from bot.stages import Condition

_FREE_FLAVOR = "cpu-basic"
_NO_VALUES = "A secret can't be put back: I keep no values. Set it again with `secret set`."
# Why nothing can be put back, and what to do instead.
_REASONS = {
    Verb.WAKE: "A wake can't be undone. To shut the Spaces down, use `pause`.",
    Verb.VISIT: "A visit can't be undone. To shut the Spaces down, use `pause`.",
    Verb.RESTART: "A restart can't be undone: it leaves nothing to put back.",
    Verb.REBUILD: "A rebuild can't be undone: it leaves nothing to put back.",
    Verb.PROVISION: "New Spaces can't be undone. To remove one, use `delete`.",
    Verb.CREATE: "New Spaces can't be undone. To remove one, use `delete`.",
    Verb.SET_SECRET: _NO_VALUES,
    Verb.DELETE_SECRET: _NO_VALUES,
    Verb.UPLOAD: "An upload can't be undone here. Upload the earlier files again.",
}


def refusal(number: int, found: tuple[Operation, OperationState] | None) -> str:
    """Return why operation *number* can't be undone now; "" if it can."""
    if found is None:
        return not_running(number, None)
    operation, state = found
    if state in (OperationState.PROPOSED, OperationState.DROPPED):
        return not_running(number, state)
    if not can_be_undone(operation.verb):
        return _REASONS[operation.verb]
    if is_in_progress(operation):
        stop = "" if operation.stopped_by or is_held(operation) else f" Stop it: `stop {number}`."
        return f"Operation {number} is still in progress. Undo it once it has ended.{stop}"
    return ""


def gone_on(number: int) -> str:
    """Return why an undo isn't confirmed: a person continued its operation meanwhile."""
    return (
        f"Operation {number} went on since that question, so nothing was put back. Undo it once it "
        "has ended."
    )


def card_note(operation: Operation) -> list[Block]:
    """Return how a finished *operation* can be undone, or which one has; often nothing.

    A loan that was returned is no change of a person, and neither is an undo.
    """
    is_reaction = UNDONE in operation.args or "lent" in operation.args
    if is_reaction or not operation.is_finished or not can_be_undone(operation.verb):
        return []
    if not changed_steps(operation) or (operation.stopped_by and operation.undone_by):
        return []
    if operation.undone_by:
        return [context(f"Put back in operation {operation.undone_by}.")]
    return [context(f"`undo {operation.id}` takes this back.")]


def nothing_changed(number: int) -> str:
    """Return the reply that the operation changed no Space that is still there."""
    return f"Operation {number} changed nothing that I can put back. See its card."


def changed_since(undo: Operation, undone: Operation, names: NameIndex) -> Message:
    """Return the reply that all was changed since, with a button to overwrite it."""
    changed = undo.skipped_for(SkipReason.CHANGED_SINCE)
    text = f"{_list_changed(changed, names)} since operation {undone.id}. I left it alone."
    command = f"undo {undone.id} including changed"
    return message(text, section(escape(text)), actions(button("Undo anyway", command)))


def _list_changed(steps: Sequence[Step], names: NameIndex) -> str:
    """Return which Spaces were changed: `team-b (now a10g-small) was changed`."""
    named = [
        names.short_name(step.space) + (f" (now {now})" if (now := step.args.get("now")) else "")
        for step in steps
    ]
    return f"{formatting.join_names(named)} {'was' if len(steps) == 1 else 'were'} changed"


def warning(
    undo: Operation,
    undone: Operation,
    fleet: Fleet,
    names: NameIndex,
    prices: Mapping[str, float],
) -> Sequence[str]:
    """Return the lines of the confirmation of *undo*; *prices* are dollars an hour by flavor."""
    waiting = undo.in_state(StepState.WAITING)
    up = [step for step in waiting if fleet[step.space].condition is Condition.RUNNING]
    lines = [_describe(undo, waiting, fleet, prices)]
    if up and undo.verb is not Verb.SLEEP:
        are = "is" if len(up) == 1 else "are"
        lines.append(f"{len(up)} of {len(waiting)} {are} running and will be briefly unavailable.")
    if changed := undo.skipped_for(SkipReason.CHANGED_SINCE):
        lines.append(
            f"{escape(_list_changed(changed, names))} since then and stays so. To overwrite that "
            f"too: `undo {undone.id} including changed`."
        )
    if is_held(undone):
        lines.append(f"Operation {undone.id} ends here; it won't send the rest.")
    return lines


def dollars_per_hour(undo: Operation, fleet: Fleet, prices: Mapping[str, float]) -> float:
    """Return the known price of the paid hardware that *undo* starts."""
    waiting = undo.in_state(StepState.WAITING)
    return sum(prices.get(flavor, 0.0) for flavor in _started_flavors(undo, waiting, fleet))


def _started_flavors(undo: Operation, waiting: Sequence[Step], fleet: Fleet) -> list[str]:
    if undo.verb is Verb.HARDWARE:
        return [step.args["flavor"] for step in waiting]
    if undo.verb is Verb.WAKE:
        return [fleet[step.space].hardware or _FREE_FLAVOR for step in waiting]
    return []


def _describe(
    undo: Operation, waiting: Sequence[Step], fleet: Fleet, prices: Mapping[str, float]
) -> str:
    match undo.verb:
        case Verb.HARDWARE:
            return f"Back to {_count_flavors(waiting)}.{_cost(undo, waiting, fleet, prices)}"
        case Verb.SLEEP:
            return "Each gets the sleep time that it had before."
        case Verb.WAKE:
            were = "It was" if len(waiting) == 1 else "They were"
            return f"{were} running before the pause.{_cost(undo, waiting, fleet, prices)}"
    absent = sum("absent" in step.args for step in waiting)
    parts = [(len(waiting) - absent, "the earlier value"), (absent, "no value, as before")]
    return f"Back to {', '.join(f'{what} ({number})' for number, what in parts if number)}."


def _count_flavors(waiting: Sequence[Step]) -> str:
    flavors = [step.args["flavor"] for step in waiting]
    return escape(
        formatting.join_names([f"{f} ({flavors.count(f)})" for f in dict.fromkeys(flavors)])
    )


def _cost(
    undo: Operation, waiting: Sequence[Step], fleet: Fleet, prices: Mapping[str, float]
) -> str:
    paid = [f for f in _started_flavors(undo, waiting, fleet) if f != _FREE_FLAVOR]
    if not paid:
        return ""
    if any(flavor not in prices for flavor in paid):
        return " I don't know the price right now."
    return f" That costs {format_price(sum(prices[flavor] for flavor in paid))} while running."
