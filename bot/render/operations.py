"""How long work is shown: the question before it, the card while it runs, the reply at its end."""

import re
from collections.abc import Sequence
from datetime import datetime

from bot.cards import Block, Message
from bot.model import Condition, condition
from bot.operations import Operation, Progress, Step, Verb
from bot.parsing import Names
from bot.render import words
from bot.render.blocks import (
    LONGEST_COMMAND,
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
    text = _ended(operation, now) if operation.finished else _going(operation)
    head = f"*{escape(text)}*\nasked by {person(operation.asked_by)}"
    parts: list[Block] = [section(head)]
    if not operation.finished:
        parts.append(section(f"{_bar(operation)}  {_tally(operation)}"))
    parts += lines(_told(operation, names))
    if (commit := operation.args.get("commit")) is not None:
        parts.append(context(link(commit, "The commit on the Hub") if commit else _LOST))
    parts += _again(operation, names)
    if hitch and not operation.finished:
        parts.append(context(f":warning: {escape(hitch)}"))
    return message(text, *parts)


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
    left = _left(operation)
    said = "Nothing was done" if left else operation.verb.rule.words.nothing
    text = f"{said}: {_reasons(operation.steps, names)}."
    mark = ":hourglass_flowing_sand:" if left else ":white_check_mark:"
    mark = ":grey_question:" if _unknown(operation) else mark
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
    return message("Begun", section(f":white_check_mark: {_going(operation)}"))


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


def closing(operation: Operation, names: Names, now: datetime) -> Message:
    """Tell the person who asked how it ended: the only ping of an operation."""
    puzzling = (*operation.having(Progress.FAILED), *_unknown(operation))
    text = _ended(operation, now)
    look = f" {escape(_named(puzzling, names))} need a look." if len(puzzling) > 1 else ""
    look = f" {escape(_named(puzzling, names))} needs a look." if len(puzzling) == 1 else look
    if left := _left(operation):
        was = "was" if len(left) == 1 else "were"
        look += f" {escape(_named(left, names))} {was} busy and left alone: ask again."
    return message(f"{text}.{look}", section(f"{person(operation.asked_by)} {escape(text)}.{look}"))


def _going(operation: Operation) -> str:
    skipped = len(operation.having(Progress.SKIPPED))
    doing = operation.verb.rule.words.doing
    return f"{doing} {words.count(len(operation.steps) - skipped, 'Space')}"


def _ended(operation: Operation, now: datetime) -> str:
    done = len(operation.having(Progress.DONE))
    failed = len(operation.having(Progress.FAILED))
    asked = len(operation.steps) - len(operation.having(Progress.SKIPPED))
    said, took = operation.verb.rule.words, words.span(now - operation.asked_at)
    went = f"{done} of {asked} {_done(operation)} after {took}" if asked else "nothing was done"
    parts = [f"{said.noun}: {went}"]
    parts += [words.count(failed, "problem")] if failed else []
    return " · ".join([*parts, *_skipped(operation)])


def _skipped(operation: Operation) -> list[str]:
    """Count what was not done, by why: only some of it needed nothing."""
    left, unknown = len(_left(operation)), len(_unknown(operation))
    counts = [
        (len(operation.having(Progress.SKIPPED)) - left - unknown, "needed nothing"),
        (left, "busy and left alone"),
        (unknown, "in an unknown stage"),
    ]
    return [f"{number} {what}" for number, what in counts if number]


def _done(operation: Operation) -> str:
    """Say what a Space is once its step is done: "up", "on t4-small"."""
    return operation.verb.rule.words.done.format_map(operation.args)


def _bar(operation: Operation) -> str:
    """Draw how much is settled; a single problem among hundreds is seen as well."""
    settled = sum(step.settled for step in operation.steps)
    failed = len(operation.having(Progress.FAILED))
    full = _BAR * settled // len(operation.steps)
    red = min(full, -(-_BAR * failed // len(operation.steps)))
    return f"{'🟩' * (full - red)}{'🟥' * red}{'⬜' * (_BAR - full)}"


def _tally(operation: Operation) -> str:
    sent = operation.having(Progress.SENT)
    counts = [
        (len(operation.having(Progress.DONE)), _done(operation)),
        (len(sent), "on the way"),
        (len(operation.having(Progress.WAITING)), "waiting"),
        (len(operation.having(Progress.FAILED)), "failed"),
    ]
    said = [f"{number} {what}" for number, what in counts if number]
    return " · ".join([*said, *_skipped(operation)])


def _left(operation: Operation) -> tuple[Step, ...]:
    """Return what another operation had in hand, so that it was not touched."""
    return tuple(step for step in operation.steps if step.is_left)


def _unknown(operation: Operation) -> tuple[Step, ...]:
    """Return what was not woken because nobody knows its stage: a person must look."""
    if operation.verb is not Verb.WAKE:
        return ()
    skipped = [step for step in operation.having(Progress.SKIPPED) if not step.is_left]
    return tuple(s for s in skipped if s.stage and condition(s.stage) is Condition.UNKNOWN)


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
            else f"{mark} *{escape(_named(steps, names), 300)}* {code(note, _NOTE)}",
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
    said = note or (escape(_done(operation)) if step.progress is Progress.DONE else stage)
    return f"{_MARKS[step.progress]} *{escape(names.short(step.space), 100)}* {said}"


def _again(operation: Operation, names: Names) -> list[Block]:
    failed = operation.having(Progress.FAILED)
    spaces = [names.short(step.space) for step in failed]
    command = operation.verb.typed(spaces, operation.args)
    if not operation.finished or not failed or not 0 < len(command) <= LONGEST_COMMAND:
        return []
    label = "Try again" if len(failed) == 1 else f"Try {len(failed)} again"
    return [actions(button(label, command))]


def _reasons(steps: Sequence[Step], names: Names) -> str:
    notes: dict[str, list[Step]] = {}
    for step in steps:
        notes.setdefault(step.note, []).append(step)
    return "; ".join(
        f"{_named(found, names)} {'is' if len(found) == 1 else 'are'} {note.removeprefix('it is ')}"
        for note, found in notes.items()
    )


def _named(steps: Sequence[Step], names: Names) -> str:
    return words.listed([names.short(step.space) for step in steps])
