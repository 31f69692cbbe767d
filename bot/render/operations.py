"""The card of an operation, and the reply at its end."""

from collections.abc import Sequence
from datetime import datetime

from bot.cards import Block, Message
from bot.operations import Operation, SkipReason, Step, StepState
from bot.parsing import NameIndex
from bot.render import formatting, step_notes, uploads
from bot.render import operation_counts as counts
from bot.render.blocks import (
    actions,
    button,
    code,
    context,
    escape,
    line_sections,
    link,
    message,
    section,
    user_mention,
)
from bot.slack_limits import COMMAND_LENGTH

_BAR_LENGTH = 10
# Up to ten steps all get a line; of more, only failures and one wait reason do.
_MAX_LISTED_STEPS = 10
_MAX_FAILURE_LINES = 15
# The key of the wait reasons that differ only by their time.
_RATE_LIMIT = "rate limit"
# Characters of a step's message: the Hub's error and the next step.
_NOTE_LENGTH = 300
_COMMIT_LINK_UNKNOWN = (
    "The Hub's answer to the commit was lost, but the files have changed since, so I follow the "
    "build. Of the commit I have no link."
)
_EMOJI = {
    StepState.WAITING: ":white_circle:",
    StepState.SENT: ":hourglass_flowing_sand:",
    StepState.DONE: ":white_check_mark:",
    StepState.SKIPPED: ":fast_forward:",
    StepState.FAILED: ":red_circle:",
}


def card(operation: Operation, names: NameIndex, now: datetime, wait_reason: str = "") -> Message:
    """Return the card of *operation*.

    *wait_reason* is what it waits for other than its Spaces, such as the rate limit.
    """
    text = (
        counts.ended_head(operation, now)
        if operation.is_finished
        else counts.running_head(operation)
    )
    head = f"*{escape(text)}*\n{_origin(operation)}"
    parts: list[Block] = [section(head)]
    if not operation.is_finished:
        parts.append(section(f"{_bar(operation)}  {counts.tally(operation)}"))
    parts += line_sections(_step_lines(operation, names))
    if (commit := operation.args.get("commit")) is not None:
        parts.append(
            context(link(commit, "The commit on the Hub") if commit else _COMMIT_LINK_UNKNOWN)
        )
    if clashing := operation.args.get("clashing"):
        parts.append(context(uploads.clashing_secrets_note(clashing.split())))
    parts += [*_retry_button(operation, names), *_stop_button(operation)]
    if wait_reason and not operation.is_finished:
        parts.append(context(f":warning: {escape(wait_reason)}"))
    return message(text, *parts)


def final_reply(operation: Operation, names: NameIndex, now: datetime) -> Message:
    """Return the reply about the end of *operation*, the only ping that it causes."""
    to_check = (*operation.in_state(StepState.FAILED), *counts.unknown_steps(operation))
    text = counts.ended_head(operation, now)
    advice = (
        f" {escape(counts.named_steps(to_check, names))} need a look." if len(to_check) > 1 else ""
    )
    advice = (
        f" {escape(counts.named_steps(to_check, names))} needs a look."
        if len(to_check) == 1
        else advice
    )
    if busy := counts.busy_steps(operation):
        verb = "was" if len(busy) == 1 else "were"
        advice += (
            f" {escape(counts.named_steps(busy, names))} {verb} busy and left alone: ask again."
        )
    by = f" ({counts.stopped_by(operation)})" if operation.stopped_by else ""
    reply = f"{user_mention(operation.requested_by)} {escape(text)}{by}.{advice}"
    return message(f"{text}.{advice}", section(reply))


def _origin(operation: Operation) -> str:
    """Return who requested *operation*, who stopped it, and its id."""
    parts = [f"asked by {user_mention(operation.requested_by)}"]
    parts += [counts.stopped_by(operation)] if operation.stopped_by else []
    return " · ".join([*parts, f"operation {operation.id}"])


def _bar(operation: Operation) -> str:
    """Return the progress bar, in which even one failure among hundreds is visible.

    Steps that needed nothing don't count; steps not sent because of a stop count as not done.
    """
    done, failed = (
        len(operation.in_state(StepState.DONE)),
        len(operation.in_state(StepState.FAILED)),
    )
    unsent = operation.in_state(StepState.SENT, StepState.WAITING)
    work = done + failed + len(unsent) + len(operation.skipped_for(SkipReason.STOPPED))
    filled = _BAR_LENGTH * (done + failed) // work
    failed_cells = min(filled, -(-_BAR_LENGTH * failed // work))
    return f"{'🟩' * (filled - failed_cells)}{'🟥' * failed_cells}{'⬜' * (_BAR_LENGTH - filled)}"


def _step_lines(operation: Operation, names: NameIndex) -> list[str]:
    """Return a line for each step; for many steps, failures and wait reason only."""
    if len(operation.steps) <= _MAX_LISTED_STEPS:
        return [_step_line(operation, step, names) for step in operation.steps]
    shown = _failure_lines(operation, names)
    rest = len(operation.in_state(StepState.FAILED)) - sum(len(steps) for steps, _ in shown)
    more = [f"… and {rest} more problems."] if rest else []
    return [line for _, line in shown] + more + _wait_lines(operation)


def _failure_lines(operation: Operation, names: NameIndex) -> list[tuple[Sequence[Step], str]]:
    """Return the steps and the line of each failure reason.

    Steps with one reason share a line, because one limit can fail hundreds of them.
    """
    reasons: dict[str, list[Step]] = {}
    for step in operation.in_state(StepState.FAILED):
        reasons.setdefault(step_notes.note(operation, step), []).append(step)
    emoji = _EMOJI[StepState.FAILED]
    return [
        (
            steps,
            _step_line(operation, steps[0], names)
            if len(steps) == 1
            else f"{emoji} *{escape(counts.named_steps(steps, names), 300)}* "
            f"{code(note, _NOTE_LENGTH)}",
        )
        for note, steps in list(reasons.items())[:_MAX_FAILURE_LINES]
    ]


def _wait_lines(operation: Operation) -> list[str]:
    """Return the most frequent wait reason as a line, or nothing if none is known.

    The rate limit is one reason, although each message has its own seconds left.
    """
    reasons: dict[str, list[str]] = {}
    waiting = operation.in_state(StepState.WAITING)
    for step in waiting:
        if step.message:
            key = _RATE_LIMIT if step.limited_since else step.message
            reasons.setdefault(key, []).append(step.message)
    if not reasons:
        return []
    notes = max(reasons.values(), key=len)
    # Spaces are created one at a time, so all wait for the one with a reason.
    number = len(waiting) if operation.verb.spec.creates else len(notes)
    wait = "1 waits" if number == 1 else f"{number} wait"
    return [f"{_EMOJI[StepState.WAITING]} {wait}: {escape(notes[-1], _NOTE_LENGTH)}"]


def _step_line(operation: Operation, step: Step, names: NameIndex) -> str:
    progress = "made, not yet listed" if step.accepted else step.state
    stage = formatting.describe_stage(step.stage) if step.stage else progress
    is_failed = step.state is StepState.FAILED
    what = step_notes.note(operation, step)
    note = code(what, _NOTE_LENGTH) if is_failed else escape(what, _NOTE_LENGTH)
    text = note or (escape(counts.done_word(operation)) if step.state is StepState.DONE else stage)
    return f"{_EMOJI[step.state]} *{escape(names.short_name(step.space), 100)}* {text}"


def _stop_button(operation: Operation) -> list[Block]:
    """Return the stop button while steps are waiting."""
    if operation.stopped_by or not operation.in_state(StepState.WAITING):
        return []
    return [actions(button("Stop", f"stop {operation.id}"))]


def _retry_button(operation: Operation, names: NameIndex) -> list[Block]:
    failed = operation.in_state(StepState.FAILED)
    spaces = [names.short_name(step.space) for step in failed]
    command = operation.verb.to_command(spaces, operation.args)
    if not operation.is_finished or not failed or not 0 < len(command) <= COMMAND_LENGTH:
        return []
    label = "Try again" if len(failed) == 1 else f"Try {len(failed)} again"
    return [actions(button(label, command))]
