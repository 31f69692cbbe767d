"""How a log is shown: its end, as much as a phone and a section take."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.cards import Message
from bot.model import Condition, Space
from bot.render import words
from bot.render.blocks import actions, button, context, escape, message, section, verbatim

# One section takes 3,000 characters; the marks around the lines take a few.
_ROOM = 2_900
# A line longer than that is a wall on a phone; the file has all of it.
_WIDTH = 200


@dataclass(frozen=True, slots=True)
class Log:
    """What was read of a log, without colours and secrets."""

    name: str
    stage: str
    lines: Sequence[str]
    is_build: bool
    is_cut: bool = False  # there is more before it, or it does not end


def log(log: Log, most: int) -> tuple[Message, int]:
    """Show the last lines, *most* of them at most; return how many are shown whole."""
    tail = _tail(log.lines, most)
    kind = "build log" if log.is_build else "run log"
    title = f"{log.name}: {kind}"
    head = section(f"*{escape(log.name, 100)}* {kind} · {words.stage(log.stage)}")
    count = words.count(len(log.lines), "line")
    said = f"The last {len(tail)} of {'more than ' if log.is_cut else ''}{count}"
    said += ". It goes on and on: I stopped reading there" if log.is_cut else ""
    whole = sum(len(line) <= _WIDTH for line in log.lines[len(log.lines) - len(tail) :])
    small = context(said if len(tail) < len(log.lines) else count)
    return message(title, head, section(f"```{chr(10).join(tail)}```"), small), whole


def empty(space: Space, name: str, *, build: bool) -> Message:
    """Say why there is nothing to read, and what there may be instead."""
    who = f"*{escape(name, 100)}*"
    if build:
        text = f"The build log of {who} is empty: it was not built lately, or has only begun to."
        return _said(f"{name}: the build log is empty", text, "")
    match space.condition:
        case Condition.PAUSED | Condition.ASLEEP:
            why = "a log goes with its container. Wake it for a new one"
        case Condition.COMING_UP:
            why = "its container has not said anything yet. Look again in a minute"
        case _:
            why = "its container has said nothing, or is gone"
    text = f"{who} is {words.stage(space.stage)}, and its run log is empty: {why}."
    return _said(f"{name}: the run log is empty", text, f"logs {name} build")


def static(name: str) -> Message:
    """Say that nothing runs there that could write a log."""
    who = f"*{escape(name, 100)}*"
    text = f"{who} is a static Space: nothing is built and nothing runs there, so it has no log."
    return _said(f"{name} is static and has no log", text, "")


def _said(text: str, shown: str, other: str) -> Message:
    more = [actions(button("Build log", other))] if other else []
    return message(text, section(shown), *more)


def _tail(lines: Sequence[str], most: int) -> list[str]:
    """Return the last lines as Slack shows them, as many as fit."""
    shown: list[str] = []
    room = _ROOM
    for line in reversed(lines[-most:]):
        safe = verbatim(line, _WIDTH)
        room -= len(safe) + 1
        if room < 0:
            break
        shown.append(safe)
    return shown[::-1]
