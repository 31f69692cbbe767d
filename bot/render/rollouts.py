"""Rollouts in words: their waves, and what holds one."""

from collections.abc import Sequence
from typing import Any

from bot.cards import Block, Message
from bot.operations import (
    SECRET_VERBS,
    Operation,
    Rollout,
    SkipReason,
    Step,
    StepState,
    Verb,
    begun_steps,
    can_be_undone,
    is_held,
    new_failures,
)
from bot.operations.waves import HOLD_TIMEOUT
from bot.parsing import NameIndex
from bot.parsing.ranges import compress_ranges
from bot.render import formatting
from bot.render.blocks import actions, button, context, escape, menu, message, section, user_mention
from bot.slack_limits import COMMAND_LENGTH

_VALUE_LOST = "I don't keep secret values. Set it again"
# Characters of the reason in a headline.
_REASON_LENGTH = 120


def waves_note(rollout: Rollout) -> str:
    """Return in which waves an operation would go: `In waves: 1, then 6, then 53.`"""
    sizes = ", then ".join(map(str, rollout.waves))
    return f"In waves: {sizes}. Each must be ready before the next one."


def held_head(operation: Operation) -> str:
    """Return the headline of what waits or ended: `Stopped after 1 of 60: KeyError`."""
    reason = _VALUE_LOST if has_lost_value(operation) else _reason(operation)
    return f"{_stopped_after(operation)}: {reason}"


def has_lost_value(operation: Operation) -> bool:
    """Return whether *operation* ended early because its secret's value is lost."""
    return bool(operation.skipped_for(SkipReason.VALUE_LOST))


def _stopped_after(operation: Operation) -> str:
    lost = len(operation.skipped_for(SkipReason.VALUE_LOST))
    total = lost + sum(step.state is not StepState.SKIPPED for step in operation.steps)
    return f"Stopped after {len(begun_steps(operation))} of {total}"


def _reason(operation: Operation) -> str:
    """Return why the Space that was sent last failed, or else its stage in words."""
    last = new_failures(operation)[-1]
    reason = last.message or last.note or "it failed"
    return reason if len(reason) <= _REASON_LENGTH else f"{reason[: _REASON_LENGTH - 1]}…"


def card_blocks(operation: Operation, names: NameIndex) -> list[Block]:
    """Return the note about the waves of *operation*, and its buttons: Stop, or the choices."""
    if lost := operation.skipped_for(SkipReason.VALUE_LOST):
        buttons = _set_button("Set the rest", operation, lost, names)
        return [actions(*buttons)] if buttons else []
    rollout = operation.rollout
    if rollout is None or operation.stopped_by or not operation.in_state(StepState.WAITING):
        return []
    if not is_held(operation):
        return [context(waves_note(rollout)), actions(button("Stop", f"stop {operation.id}"))]
    return [context(_held_note(operation, rollout)), actions(*_choices(operation, names))]


def _choices(operation: Operation, names: NameIndex) -> list[dict[str, Any]]:
    """Return the two buttons of a held rollout; a third choice is in a menu."""
    number, (label, verb) = operation.id, _end_button(operation)
    first = button("Continue", f"continue {number}")
    is_secret = operation.verb in SECRET_VERBS
    begun = begun_steps(operation) if is_secret else ()
    if begun and (again := _set_button("Set again", operation, begun, names)):
        return [first, *again, menu([(label, f"{verb} {number}")])]
    return [first, button(label, f"{verb} {number}")]


def _set_button(
    label: str, operation: Operation, steps: Sequence[Step], names: NameIndex
) -> list[dict[str, Any]]:
    """Return a button for the form that sets a secret on *steps*, if it fits."""
    short_names = compress_ranges([names.short_name(step.space) for step in steps])
    command = Verb.SET_SECRET.to_command(short_names, operation.args)
    return [button(label, command)] if len(command) <= COMMAND_LENGTH else []


def _end_button(operation: Operation) -> tuple[str, str]:
    """Return the label and the command that end a held rollout."""
    return ("Put back", "undo") if can_be_undone(operation.verb) else ("Stop", "stop")


def _held_note(operation: Operation, rollout: Rollout) -> str:
    """Return how many Spaces wait until when, and whether an undo is possible."""
    number = len(operation.in_state(StepState.WAITING))
    waiting = f"{formatting.count(number, 'Space')} {'is' if number == 1 else 'are'} waiting."
    until = (rollout.held_at or operation.requested_at) + HOLD_TIMEOUT
    note = f"{waiting} Without an answer, it ends {formatting.timestamp(until)}."
    if can_be_undone(operation.verb):
        return f"{note} `stop {operation.id}` ends it without putting anything back."
    if operation.verb in SECRET_VERBS:
        return f"{note} I keep no secret values, so I can't put one back. You can set it again."
    return f"{note} A {operation.verb.spec.phrases.noun.lower()} can't be undone."


def stopped_after(operation: Operation) -> str:
    """Return what a failure holds, with the act: `Restart stopped after 1 of 60: KeyError`."""
    head = held_head(operation)
    act = operation.verb.spec.phrases.name_act(operation.args)
    return f"{act} {head[:1].lower()}{head[1:]}"


def hold_reply(operation: Operation) -> Message:
    """Return the reply that pings the requester of a rollout that a failure holds."""
    head = stopped_after(operation)
    advice = _advice(operation)
    mention = user_mention(operation.requested_by)
    return message(f"{head}. {advice}", section(f"{mention} {escape(head)}. {advice}"))


def _advice(operation: Operation) -> str:
    end = "put it back" if can_be_undone(operation.verb) else "stop it"
    return f"Continue or {end} on its card."


def already_held(operation: Operation) -> str:
    """Return the reply that a held rollout already does what was asked for."""
    return (
        f"Operation {operation.id} already does that, but is waiting because a Space failed. "
        f"{_advice(operation)}"
    )


def continue_reply(operation: Operation) -> Message:
    """Return the reply to the person who continued a rollout."""
    waiting = formatting.count(len(operation.in_state(StepState.WAITING)), "Space")
    text = f"Operation {operation.id} continues with {waiting}. See its card."
    return message(text, section(f":arrow_forward: {text}"))


def continue_audit_line(operation: Operation) -> str:
    """Return the audit line of a continued rollout."""
    waiting = formatting.count(len(operation.in_state(StepState.WAITING)), "Space")
    return f"continued operation {operation.id} with {waiting}"


def not_held(operation: Operation) -> str:
    """Return why *operation* can't be continued."""
    if operation.skipped_for(SkipReason.STOPPED):
        return f"Operation {operation.id} is stopped. Send its command again."
    return f"Operation {operation.id} isn't waiting for anyone. See its card."
