"""Replies about operations: confirmations, stops, and why there is no card."""

from collections.abc import Sequence
from datetime import datetime

from bot.cards import Block, Message
from bot.operations import UNDONE, Operation, OperationState, SkipReason, Step, StepState, is_held
from bot.parsing import NameIndex
from bot.render import formatting, rollouts, skip_reasons
from bot.render.blocks import (
    actions,
    button,
    context,
    escape,
    escape_keeping_code,
    line_sections,
    message,
    section,
    user_mention,
)
from bot.render.operation_summary import (
    busy_steps,
    counted_head,
    named_steps,
    origin,
    proposed_head,
    running_head,
    stop_counts,
    stopped_head,
    unknown_steps,
)

# Slack cuts off a longer label on a phone. One name is never replaced by a number.
_MAX_BUTTON_LENGTH = 30


def confirmation(
    operation: Operation, warning: Sequence[str], operation_id: int, names: NameIndex
) -> Message:
    """Return the confirmation of *operation*: the lines of *warning* and buttons to answer."""
    action = proposed_head(operation, names)
    # Creating Spaces interrupts nothing, so its button isn't red.
    style = "primary" if operation.verb.spec.creates else "danger"
    return message(
        f"{action}? {warning[0]}",
        *line_sections([f"*{escape(action)}?*", *warning]),
        actions(
            button(button_label(operation, names), f"confirm {operation_id}", style=style),
            button("Cancel", f"cancel {operation_id}"),
        ),
        *_schedule_origin(operation),
    )


def button_label(operation: Operation, names: NameIndex) -> str:
    """Return what a proposed operation would do, short enough for a button on a phone."""
    if UNDONE in operation.args:
        return "Put back"
    named, counted = proposed_head(operation, names), counted_head(operation)
    if len(named) <= _MAX_BUTTON_LENGTH or len(operation.affected) == 1:
        return named
    return counted if len(counted) <= _MAX_BUTTON_LENGTH else counted.partition(" ")[0]


def _schedule_origin(operation: Operation) -> list[Block]:
    """Return who scheduled *operation*, because the channel sees the confirmation."""
    if operation.schedule is None:
        return []
    return [context(" · ".join(origin(operation)))]


def nothing_to_do(operation: Operation, names: NameIndex) -> Message:
    """Return the reply for an operation whose steps are all skipped, with the reasons."""
    reasons = _skip_reasons(operation, names)
    text = f"{operation.verb.spec.phrases.nothing_to_do}: {reasons}."
    emoji = ":hourglass_flowing_sand:" if busy_steps(operation) else ":heavy_minus_sign:"
    emoji = ":grey_question:" if unknown_steps(operation) else emoji
    emoji = ":no_entry:" if operation.skipped_for(SkipReason.LOCKED) else emoji
    return message(text, section(f"{emoji} {escape_keeping_code(text)}"))


def already_running(operation: Operation, now: datetime) -> Message:
    """Return the reply that the same operation is already running, and where to follow it."""
    if is_held(operation):
        text = rollouts.already_held(operation)
        return message(text, section(f":hourglass_flowing_sand: {text}"))
    participle = operation.verb.spec.phrases.participle
    elapsed = formatting.duration(now - operation.requested_at)
    by = user_mention(operation.requested_by)
    is_channel = operation.channel[:1] in ("C", "G")
    where = f"in <#{operation.channel}>" if is_channel else "on its card"
    text = f"Already being {participle} (by {by}, {elapsed} ago). Follow it {where}."
    # The audit has the text without markup.
    return message(f"Already being {participle}", section(f":hourglass_flowing_sand: {text}"))


def started(operation: Operation, names: NameIndex) -> Message:
    """Return what replaces a confirmation that was answered with yes."""
    if operation.is_finished:  # other operations have claimed all of its Spaces since
        text = f"Nothing ran: {_skip_reasons(operation, names)}. Try again later."
        return message(text, section(f":hourglass_flowing_sand: {escape_keeping_code(text)}"))
    text = running_head(operation, names)
    return message(text, section(f":hourglass_flowing_sand: {escape(text)}"))


def already_answered(state: OperationState | None) -> str:
    """Return the reply to a second answer to a confirmation.

    *state* is that of its operation, None if there is no such confirmation.
    """
    if state is None:
        return "That question doesn't exist."
    if state is OperationState.DROPPED:
        return "Already cancelled; nothing ran. Send the command again if you need it."
    return "Already confirmed; nothing ran twice. See its card."


def cancelled() -> Message:
    """Return what replaces a confirmation that was answered with no."""
    return message("Cancelled.", section("Cancelled."))


def stop_reply(operation: Operation) -> Message:
    """Return the reply to a stop: the counts of what was and wasn't done."""
    text = stopped_head(operation)
    note = " The card follows what's in progress." if operation.in_state(StepState.SENT) else ""
    return message(text, section(f":octagonal_sign: {escape(text)}.{note}"))


def stop_audit_line(operation: Operation) -> str:
    """Return the audit line of a stop."""
    return f"stopped operation {operation.id}: {stop_counts(operation)}"


def already_stopped(operation: Operation) -> str:
    """Return the reply that *operation* is already stopped."""
    counts = stop_counts(operation)
    return f"Operation {operation.id} is already stopped: {counts}. See its card."


def nothing_to_stop(operation: Operation) -> str:
    """Return the reply that no step of *operation* is left to stop."""
    return (
        f"Nothing left to stop: all of operation {operation.id} is already at Hugging Face. See "
        "its card."
    )


def not_running(number: int, state: OperationState | None) -> str:
    """Return why an operation can't be stopped.

    *state* is that of the operation, None if there is no such operation.
    """
    match state:
        case None:
            return f"There's no operation {number}. The number is on the operation's card."
        case OperationState.PROPOSED:
            return f"Operation {number} hasn't started. Tap Cancel below its question."
        case OperationState.DROPPED:
            return f"Operation {number} was cancelled before it started."
    return f"Operation {number} is already finished. See its card."


def _skip_reasons(operation: Operation, names: NameIndex) -> str:
    """Return why each step was skipped: `12 already running, team-l is static (always on)`."""
    by_reason: dict[str, list[Step]] = {}
    for step in operation.steps:
        by_reason.setdefault(skip_reasons.predicate(operation, step), []).append(step)
    return ", ".join(_skip_reason(reason, steps, names) for reason, steps in by_reason.items())


def _skip_reason(reason: str, steps: Sequence[Step], names: NameIndex) -> str:
    if len(steps) > formatting.MAX_NAMES:
        return f"{len(steps)} {reason}"
    if steps[0].skip_reason is SkipReason.EXISTS:
        return f"{named_steps(steps, names)} {reason}"
    return f"{named_steps(steps, names)} {'is' if len(steps) == 1 else 'are'} {reason}"
