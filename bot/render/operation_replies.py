"""What the person who asks for an operation hears: a question, its end, or why there is no card."""

from collections.abc import Sequence
from datetime import datetime

from bot.cards import Message
from bot.operations import Operation, Progress, Step
from bot.parsing import Names
from bot.render import words
from bot.render.blocks import actions, button, escape, lines, message, person, section
from bot.render.operation_counts import busy_steps, named_steps, running_head, unknown_steps


def question(operation: Operation, why: str, number: int) -> Message:
    """Ask before something that cannot be taken back, or that costs."""
    waiting = operation.having(Progress.WAITING)
    rule = operation.verb.rule
    doing = f"{rule.words.do} {words.count(len(waiting), 'Space')}"
    # What makes Spaces takes nothing away from anybody.
    yes = button(doing, f"confirm {number}", style="primary" if rule.makes else "danger")
    return message(
        f"{doing}? {why.partition(chr(10))[0]}",
        *lines([f"*{doing}?*", *why.splitlines()]),
        actions(yes, button("Leave it", f"cancel {number}")),
    )


def needless(operation: Operation, names: Names) -> Message:
    """Say that nothing has to be done, and why, Space by Space or in short."""
    left = busy_steps(operation)
    said = "Nothing was done" if left else operation.verb.rule.words.nothing
    text = f"{said}: {_reasons(operation.steps, names)}."
    mark = ":hourglass_flowing_sand:" if left else ":white_check_mark:"
    mark = ":grey_question:" if unknown_steps(operation) else mark
    return message(text, section(f"{mark} {escape(text, 1500)}"))


def joined(operation: Operation, now: datetime) -> Message:
    """Say that this is being done already, and how far it is."""
    settled = len(operation.steps) - len(operation.having(Progress.WAITING, Progress.SENT))
    since = words.span(now - operation.asked_at)
    text = f"Already running: {operation.verb} {settled}/{len(operation.steps)}, for {since}"
    where = f"asked by {person(operation.asked_by)}, card in <#{operation.channel}>"
    return message(text, section(f":hourglass_flowing_sand: {text}, {where}."))


def begun(operation: Operation) -> Message:
    """Replace a question once it was answered with yes."""
    if operation.finished:  # all of it has come into other hands since it was asked about
        text = "Nothing was done: something else is under way there. Ask again when that is over."
        return message(text, section(f":hourglass_flowing_sand: {text}"))
    return message("Begun", section(f":hourglass_flowing_sand: {running_head(operation)}"))


def answered(state: str | None) -> str:
    """Say what was answered to a question before, *state* being what has become of it."""
    if state is None:
        return "I have asked no such question, so nothing was done."
    if state == "dropped":
        return "That question was answered with no already, so nothing was done. Ask anew."
    return (
        "That question was answered with yes already; nothing was done twice. Its card tells all."
    )


def dropped() -> Message:
    """Replace a question once it was answered with no."""
    return message("Left as it was", section("Left as it was. Nothing was done."))


def _reasons(steps: Sequence[Step], names: Names) -> str:
    notes: dict[str, list[Step]] = {}
    for step in steps:
        notes.setdefault(step.note, []).append(step)
    return "; ".join(
        f"{named_steps(found, names)} {_are(found)} {note.removeprefix('it is ')}"
        for note, found in notes.items()
    )


def _are(steps: Sequence[Step]) -> str:
    return "is" if len(steps) == 1 else "are"
