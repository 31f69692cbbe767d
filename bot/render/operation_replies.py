"""Replies about operations: confirmations, stops, and why there is no card."""

from collections.abc import Sequence
from datetime import datetime

from bot.cards import Message
from bot.operations import Operation, OperationState, Step, StepState
from bot.parsing import NameIndex
from bot.render import formatting, step_notes
from bot.render.blocks import actions, button, escape, line_sections, message, section, user_mention
from bot.render.operation_counts import (
    busy_steps,
    named_steps,
    running_head,
    stop_counts,
    stopped_head,
    unknown_steps,
)


def confirmation(operation: Operation, warning: Sequence[str], operation_id: int) -> Message:
    """Return the confirmation of *operation*: the lines of *warning* and buttons to answer."""
    waiting = operation.in_state(StepState.WAITING)
    rule = operation.verb.spec
    action = f"{rule.phrases.imperative} {formatting.count(len(waiting), 'Space')}"
    # Creating Spaces interrupts nothing, so its button isn't red.
    confirm_button = button(
        action, f"confirm {operation_id}", style="primary" if rule.creates else "danger"
    )
    return message(
        f"{action}? {warning[0]}",
        *line_sections([f"*{action}?*", *warning]),
        actions(confirm_button, button("Leave it", f"cancel {operation_id}")),
    )


def nothing_to_do(operation: Operation, names: NameIndex) -> Message:
    """Return the reply for an operation whose steps are all skipped, with the reasons."""
    busy = busy_steps(operation)
    headline = "Nothing was done" if busy else operation.verb.spec.phrases.nothing_to_do
    text = f"{headline}: {_skip_reasons(operation, names)}."
    emoji = ":hourglass_flowing_sand:" if busy else ":white_check_mark:"
    emoji = ":grey_question:" if unknown_steps(operation) else emoji
    return message(text, section(f"{emoji} {escape(text, 1500)}"))


def already_running(operation: Operation, now: datetime) -> Message:
    """Return the reply that the same operation is already running, with its progress."""
    finished_count = len(operation.steps) - len(
        operation.in_state(StepState.WAITING, StepState.SENT)
    )
    elapsed = formatting.duration(now - operation.requested_at)
    text = (
        f"Already running: {operation.verb} {finished_count}/{len(operation.steps)}, for {elapsed}"
    )
    origin = f"asked by {user_mention(operation.requested_by)}, card in <#{operation.channel}>"
    return message(text, section(f":hourglass_flowing_sand: {text}, {origin}."))


def started(operation: Operation) -> Message:
    """Return what replaces a confirmation that was answered with yes."""
    if operation.is_finished:  # other operations have claimed all of its Spaces since
        text = "Nothing was done: something else is under way there. Ask again when that is over."
        return message(text, section(f":hourglass_flowing_sand: {text}"))
    return message("Begun", section(f":hourglass_flowing_sand: {running_head(operation)}"))


def already_answered(state: OperationState | None) -> str:
    """Return the reply to a second answer to a confirmation.

    *state* is that of its operation, None if there is no such confirmation.
    """
    if state is None:
        return "I have asked no such question, so nothing was done."
    if state is OperationState.DROPPED:
        return "That question was answered with no already, so nothing was done. Ask anew."
    return (
        "That question was answered with yes already; nothing was done twice. Its card tells all."
    )


def cancelled() -> Message:
    """Return what replaces a confirmation that was answered with no."""
    return message("Left as it was", section("Left as it was. Nothing was done."))


def stop_reply(operation: Operation) -> Message:
    """Return the reply to a stop: the counts of what was and wasn't done."""
    text = stopped_head(operation)
    note = " What was sent is followed on its card." if operation.in_state(StepState.SENT) else ""
    return message(text, section(f":octagonal_sign: {escape(text)}.{note}"))


def stop_audit_line(operation: Operation) -> str:
    """Return the audit line of a stop."""
    return f"stopped operation {operation.id}: {stop_counts(operation)}"


def already_stopped(operation: Operation) -> str:
    """Return the reply that *operation* is already stopped."""
    counts = stop_counts(operation)
    return f"Operation {operation.id} is already stopped: {counts}. Its card shows how it ends."


def nothing_to_stop(operation: Operation) -> str:
    """Return the reply that no step of *operation* is left to stop."""
    return (
        f"Nothing is left to stop: the Hub has all of operation {operation.id} already. Its card "
        "shows how it ends."
    )


def not_running(number: int, state: OperationState | None) -> str:
    """Return why an operation can't be stopped.

    *state* is that of the operation, None if there is no such operation.
    """
    match state:
        case None:
            return f"There's no operation {number}. The number is on the operation's card."
        case OperationState.PROPOSED:
            return f"Operation {number} hasn't begun. Tap Leave it below its question."
        case OperationState.DROPPED:
            return f"Operation {number} was cancelled before it began."
    return f"Operation {number} is already over. Its card shows how it ended."


def _skip_reasons(operation: Operation, names: NameIndex) -> str:
    by_reason: dict[str, list[Step]] = {}
    for step in operation.steps:
        by_reason.setdefault(step_notes.predicate(operation, step), []).append(step)
    return "; ".join(
        f"{named_steps(skipped, names)} {_are(skipped)} {reason}"
        for reason, skipped in by_reason.items()
    )


def _are(steps: Sequence[Step]) -> str:
    return "is" if len(steps) == 1 else "are"
