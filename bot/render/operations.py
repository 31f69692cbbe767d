"""How long work is shown: the card while it runs, and the reply at its end."""

import re
from collections.abc import Sequence
from datetime import datetime

from bot.cards import Block, Message
from bot.operations import Operation, Progress, SkipReason, Step
from bot.parsing import Names
from bot.render import operation_counts as counts
from bot.render import uploads, words
from bot.render.blocks import (
    actions,
    button,
    code,
    context,
    escape,
    lines,
    link,
    message,
    person,
    section,
)
from bot.slack_limits import COMMAND_LENGTH

_BAR = 10
# Small work is shown Space by Space; of large work only what needs a person is named.
_SMALL = 10
_NAMED = 15
# The Hub's words, and after them the way out.
_NOTE = 300
_LOST = (
    "The Hub's answer to the commit was lost, but the files have changed since, so I follow the "
    "build. Of the commit I have no link."
)
_NUMBER = re.compile(r"\d+")
_MARKS = {
    Progress.WAITING: ":white_circle:",
    Progress.SENT: ":hourglass_flowing_sand:",
    Progress.DONE: ":white_check_mark:",
    Progress.SKIPPED: ":fast_forward:",
    Progress.FAILED: ":red_circle:",
}


def card(operation: Operation, names: Names, now: datetime, hitch: str = "") -> Message:
    """Show how far *operation* is. *hitch* says what it waits for, if not for the Spaces."""
    text = (
        counts.ended_head(operation, now) if operation.finished else counts.running_head(operation)
    )
    head = f"*{escape(text)}*\n{_origin(operation)}"
    parts: list[Block] = [section(head)]
    if not operation.finished:
        parts.append(section(f"{_bar(operation)}  {counts.tally(operation)}"))
    parts += lines(_told(operation, names))
    if (commit := operation.args.get("commit")) is not None:
        parts.append(context(link(commit, "The commit on the Hub") if commit else _LOST))
    if clashing := operation.args.get("clashing"):
        parts.append(context(uploads.not_set(clashing.split())))
    parts += [*_again(operation, names), *_stop(operation)]
    if hitch and not operation.finished:
        parts.append(context(f":warning: {escape(hitch)}"))
    return message(text, *parts)


def closing(operation: Operation, names: Names, now: datetime) -> Message:
    """Tell the person who asked how it ended: the only ping of an operation."""
    puzzling = (*operation.having(Progress.FAILED), *counts.unknown_steps(operation))
    text = counts.ended_head(operation, now)
    look = (
        f" {escape(counts.named_steps(puzzling, names))} need a look." if len(puzzling) > 1 else ""
    )
    look = (
        f" {escape(counts.named_steps(puzzling, names))} needs a look."
        if len(puzzling) == 1
        else look
    )
    if left := counts.busy_steps(operation):
        was = "was" if len(left) == 1 else "were"
        look += f" {escape(counts.named_steps(left, names))} {was} busy and left alone: ask again."
    by = f" ({counts.stopped_by(operation)})" if operation.stopped_by else ""
    told = f"{person(operation.asked_by)} {escape(text)}{by}.{look}"
    return message(f"{text}.{look}", section(told))


def _origin(operation: Operation) -> str:
    """Say who asked for it, who stopped it, and by which number it is known."""
    said = [f"asked by {person(operation.asked_by)}"]
    said += [counts.stopped_by(operation)] if operation.stopped_by else []
    return " · ".join([*said, f"operation {operation.id}"])


def _bar(operation: Operation) -> str:
    """Draw how much of the work is done; a single problem among hundreds is seen as well.

    What needed nothing is no work, and what was not sent is not done.
    """
    done, failed = len(operation.having(Progress.DONE)), len(operation.having(Progress.FAILED))
    unsent = operation.having(Progress.SENT, Progress.WAITING)
    work = done + failed + len(unsent) + len(operation.skipped(SkipReason.STOPPED))
    full = _BAR * (done + failed) // work
    red = min(full, -(-_BAR * failed // work))
    return f"{'🟩' * (full - red)}{'🟥' * red}{'⬜' * (_BAR - full)}"


def _told(operation: Operation, names: Names) -> list[str]:
    """Return a line for each Space of small work; of large work, the problems and the wait."""
    if len(operation.steps) <= _SMALL:
        return [_line(operation, step, names) for step in operation.steps]
    shown = _problems(operation, names)
    rest = len(operation.having(Progress.FAILED)) - sum(len(steps) for steps, _ in shown)
    more = [f"… and {rest} more problems."] if rest else []
    return [line for _, line in shown] + more + _waits(operation)


def _problems(operation: Operation, names: Names) -> list[tuple[Sequence[Step], str]]:
    """Return a line for each reason to fail, with its Spaces: a limit may stop a whole class."""
    reasons: dict[str, list[Step]] = {}
    for step in operation.having(Progress.FAILED):
        reasons.setdefault(step.note, []).append(step)
    mark = _MARKS[Progress.FAILED]
    return [
        (
            steps,
            _line(operation, steps[0], names)
            if len(steps) == 1
            else f"{mark} *{escape(counts.named_steps(steps, names), 300)}* {code(note, _NOTE)}",
        )
        for note, steps in list(reasons.items())[:_NAMED]
    ]


def _waits(operation: Operation) -> list[str]:
    """Say what keeps most of the waiting Spaces waiting, where anything has been said of it.

    Each was told how many seconds are left, so the numbers do not tell reasons apart.
    """
    reasons: dict[str, list[str]] = {}
    waiting = operation.having(Progress.WAITING)
    for step in waiting:
        reasons.setdefault(_NUMBER.sub("", step.note), []).append(step.note)
    reasons.pop("", None)
    if not reasons:
        return []
    notes = max(reasons.values(), key=len)
    # Of those that are made, all wait for the one that was told to.
    number = len(waiting) if operation.verb.rule.makes else len(notes)
    wait = "1 waits" if number == 1 else f"{number} wait"
    return [f"{_MARKS[Progress.WAITING]} {wait}: {escape(notes[-1], _NOTE)}"]


def _line(operation: Operation, step: Step, names: Names) -> str:
    sent = "made, not yet listed" if step.accepted else step.progress
    stage = words.stage(step.stage) if step.stage else sent
    failed = step.progress is Progress.FAILED
    note = code(step.note, _NOTE) if failed else escape(step.note, _NOTE)
    said = note or (
        escape(counts.done_word(operation)) if step.progress is Progress.DONE else stage
    )
    return f"{_MARKS[step.progress]} *{escape(names.short(step.space), 100)}* {said}"


def _stop(operation: Operation) -> list[Block]:
    """Offer to end it while there is something to end."""
    if operation.stopped_by or not operation.having(Progress.WAITING):
        return []
    return [actions(button("Stop", f"stop {operation.id}"))]


def _again(operation: Operation, names: Names) -> list[Block]:
    failed = operation.having(Progress.FAILED)
    spaces = [names.short(step.space) for step in failed]
    command = operation.verb.typed(spaces, operation.args)
    if not operation.finished or not failed or not 0 < len(command) <= COMMAND_LENGTH:
        return []
    label = "Try again" if len(failed) == 1 else f"Try {len(failed)} again"
    return [actions(button(label, command))]
