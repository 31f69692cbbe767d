"""Deadlines in words: who is ready, who is still starting, and who needs a person."""

from collections.abc import Sequence
from datetime import datetime

from bot.cards import Block, Message
from bot.operations import Operation, Step, StepState, Verb
from bot.operations.deadline import DeadlineReport, first_start, late_steps
from bot.parsing import NameIndex
from bot.render import formatting
from bot.render import operation_summary as counts
from bot.render.blocks import (
    actions,
    button,
    escape,
    line_sections,
    message,
    section,
    user_mention,
)
from bot.slack_limits import COMMAND_LENGTH

_MAX_LINES = 15
_REASON_LENGTH = 300


def report(operation: Operation, found: DeadlineReport, names: NameIndex) -> Message:
    """Return who is ready for a deadline, and what the others need."""
    head = _headline(found)
    emoji = ":white_check_mark:" if found.are_all_ready else ":warning:"
    if not found.in_need and not found.are_all_ready:
        emoji = ":hourglass_flowing_sand:"
    text = f"{emoji} {user_mention(operation.requested_by)} *{escape(head)}*"
    lines = [_reason_line(operation, step, names) for step in found.in_need[:_MAX_LINES]]
    if len(found.in_need) > _MAX_LINES:
        lines.append(f"… and {len(found.in_need) - _MAX_LINES} more.")
    if found.starting:
        lines.append(f"Still starting: {escape(counts.named_steps(found.starting, names))}.")
    return message(head, section(text), *line_sections(lines), *_buttons(found, names))


def _headline(found: DeadlineReport) -> str:
    """Return the counts: `58 of 60 ready for 14:00; 2 need you`."""
    time = f"{found.deadline:%H:%M}"
    when = f"at {time}" if found.is_final else f"for {time}"
    if found.are_all_ready:
        return f"{_all(found.total)} ready {when}"
    parts = [f"{len(found.ready)} of {found.total} ready {when}"]
    if needing := len(found.in_need):
        parts.append(f"{needing} {'needs' if needing == 1 else 'need'} you")
    if found.starting:
        parts.append(f"{len(found.starting)} still starting")
    return "; ".join(parts)


def _all(total: int) -> str:
    return "1 Space" if total == 1 else f"All {total} Spaces"


def _reason_line(operation: Operation, step: Step, names: NameIndex) -> str:
    is_explained = step.state in (StepState.FAILED, StepState.SKIPPED)
    note = counts.note(operation, step) if is_explained else ""
    reason = note or f"{formatting.describe_stage(step.stage)} again"
    name = escape(names.short_name(step.space), 100)
    return f":red_circle: *{name}* {escape(reason, _REASON_LENGTH)}"


def _buttons(found: DeadlineReport, names: NameIndex) -> list[Block]:
    """Return up to two buttons: one for each remedy, or one with the log."""
    unready = [step for step in found.in_need if step.is_unready]
    down = [s for s in found.in_need if not s.is_unready and s.state is not StepState.SKIPPED]
    buttons = [_repair(Verb.WAKE, down, names), _repair(Verb.RESTART, unready, names)]
    shown = [each for each in buttons if each]
    if len(found.in_need) == 1:
        shown.append(button("Logs", f"logs {names.short_name(found.in_need[0].space)}"))
    return [actions(*shown)] if shown else []


def _repair(verb: Verb, steps: Sequence[Step], names: NameIndex) -> Block | None:
    command = verb.to_command([names.short_name(step.space) for step in steps], {})
    if not steps or len(command) > COMMAND_LENGTH:
        return None
    label = verb.spec.phrases.noun
    return button(label if len(steps) == 1 else f"{label} {len(steps)}", command)


def notes(operation: Operation, names: NameIndex, now: datetime) -> list[str]:
    """Return what the card of *operation* says about its deadline while steps wait for it."""
    start, lines = first_start(operation), []
    if start and start > now:
        lines.append(
            f"The first one wakes {formatting.timestamp(start)}. Each one wakes in time to be "
            "ready 15 minutes before."
        )
    if late := late_steps(operation):
        who = escape(counts.label_steps(late, names))
        need = "usually needs" if len(late) == 1 else "usually need"
        lines.append(f":warning: {who} {need} longer, and might not be ready in time.")
    return lines
