"""The progress of an operation on the alert card that it was started from."""

from collections.abc import Sequence
from datetime import datetime

from bot.cards import Block, Progress
from bot.operations import UNSENT, Operation, StepState, is_held
from bot.parsing import NameIndex
from bot.render import formatting, rollouts
from bot.render import operation_summary as counts
from bot.render.blocks import context, escape, section, user_mention

# Failed Spaces that are named with their reason; more are counted.
_MAX_REASONS = 3
# Characters of the reason of a failure.
_REASON_LENGTH = 200


def progress(
    operation: Operation, names: NameIndex, now: datetime, wait_reason: str = ""
) -> Progress:
    """Return one line about *operation*, and the reasons of its failures or of its wait.

    While it's held, the buttons of the decision follow.
    """
    line = _ended(operation, names, now) if operation.is_finished else _running(operation, names)
    blocks: list[Block] = [section(line)]
    if (operation.is_finished or is_held(operation)) and not _is_single(operation):
        reasons = _failures(operation, names)
        blocks += [section("\n".join(reasons))] if reasons else []
    blocks += rollouts.card_blocks(operation, names)
    if wait_reason and not operation.is_finished:
        blocks.append(context(f":warning: {escape(wait_reason)}"))
    return Progress(operation.id, tuple(blocks))


def _running(operation: Operation, names: NameIndex) -> str:
    """Return what is done since when, with counts if that is more than one Space."""
    if operation.stopped_by:
        stopped = f":octagonal_sign: {counts.stopped_head(operation)}"
        return " · ".join([stopped, counts.stopped_by(operation), _starter(operation)])
    if is_held(operation):
        held = f":octagonal_sign: {escape(rollouts.stopped_after(operation))}"
        return " · ".join([held, f"operation {operation.id}", _starter(operation)])
    is_single = _is_single(operation)
    doing = (
        counts.single_progress(operation) if is_single else counts.running_head(operation, names)
    )
    since = f"{escape(doing)} since {formatting.time_of_day(operation.requested_at)}"
    parts = [f":wrench: {since}", *([] if is_single else [counts.count_steps(operation)])]
    parts += [f"operation {operation.id}"] if operation.in_state(StepState.WAITING)[1:] else []
    return " · ".join([*parts, _starter(operation)])


def _ended(operation: Operation, names: NameIndex, now: datetime) -> str:
    """Return what became of *operation*, and who started it."""
    failed = operation.in_state(StepState.FAILED)
    if _is_single(operation) and failed:
        reason = counts.describe_failure(operation, failed[0], _REASON_LENGTH) or "see its log"
        if failed[0].is_unready:
            return f":red_circle: {reason} · {_starter(operation)}"
        noun = operation.verb.spec.phrases.name_act(operation.args)
        return f":red_circle: {noun} failed: {reason} · {_starter(operation)}"
    is_done = bool(operation.in_state(StepState.DONE))
    emoji = ":white_check_mark:" if is_done else ":heavy_minus_sign:"
    emoji = ":red_circle:" if failed else emoji
    emoji = ":octagonal_sign:" if operation.stopped_by else emoji
    head = escape(counts.ended_head(operation, names, now))
    by = [counts.stopped_by(operation)] if operation.stopped_by else []
    return " · ".join([f"{emoji} {head}", *by, _starter(operation)])


def _is_single(operation: Operation) -> bool:
    """Return whether *operation* had work on one Space only, also if it ended early."""
    unsent = operation.skipped_for(*UNSENT)
    return len(operation.affected) + len(unsent) == 1


def _failures(operation: Operation, names: NameIndex) -> Sequence[str]:
    """Return a line for each of the first failures."""
    failed = operation.in_state(StepState.FAILED)
    lines = [
        f":red_circle: *{escape(names.short_name(step.space), 100)}* "
        f"{counts.describe_failure(operation, step, _REASON_LENGTH) or 'failed'}"
        for step in failed[:_MAX_REASONS]
    ]
    rest = len(failed) - len(lines)
    return [*lines, f"{rest} more failed."] if rest else lines


def _starter(operation: Operation) -> str:
    return f"started by {user_mention(operation.requested_by)}"
