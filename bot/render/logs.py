"""The end of a log as a message, and the replies for an empty log."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.cards import Message
from bot.model import Space
from bot.render import formatting
from bot.render.blocks import actions, button, context, escape, message, section, verbatim
from bot.stages import Condition, condition

# A section holds 3,000 characters, a few of which are the code fences.
_MAX_TEXT_LENGTH = 2_900
# Longer lines are truncated in the message; the file has them in full.
_MAX_LINE_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Log:
    """The lines read from a log, after removal of color codes and secrets."""

    name: str
    stage: str
    lines: Sequence[str]
    is_build: bool
    is_truncated: bool = False  # earlier lines are missing, or reading stopped before its end


def card(log: Log, limit: int) -> tuple[Message, int]:
    """Return a message with the last *limit* lines, and how many are complete."""
    tail = _last_lines(log.lines, limit)
    kind = "build log" if log.is_build else "run log"
    title = f"{log.name}: {kind}"
    head = section(f"*{escape(log.name, 100)}* {kind} · {formatting.describe_stage(log.stage)}")
    count = formatting.count(len(log.lines), "line")
    caption = f"The last {len(tail)} of {count}"
    if log.is_truncated:
        caption = f"The last {len(tail)} of the {count} that I read; the log is longer"
    whole_count = sum(
        len(line) <= _MAX_LINE_LENGTH for line in log.lines[len(log.lines) - len(tail) :]
    )
    footer = context(caption if len(tail) < len(log.lines) else count)
    return message(title, head, section(f"```{chr(10).join(tail)}```"), footer), whole_count


def empty_log(space: Space, name: str, *, is_build: bool) -> Message:
    """Return the reply for an empty log, with the likely reason."""
    label = f"*{escape(name, 100)}* ({formatting.describe_space(space)})"
    if is_build:
        text = f"{label} has no build log: it has just begun to build, or hasn't built lately."
        return _notice(f"{name} has no build log", text, "")
    match condition(space.stage):
        case Condition.PAUSED | Condition.ASLEEP:
            reason = f"it's cleared when a Space {_stopping_verb(space)}. Wake it to get a new one."
        case Condition.STARTING:
            reason = "the app hasn't printed anything yet. Try again in a minute."
        case _:
            reason = "the app hasn't printed anything, or its container is gone."
    text = f"{label} has no run log: {reason}"
    return _notice(f"{name} has no run log", text, f"logs {name} build")


def _stopping_verb(space: Space) -> str:
    return "is paused" if space.stage == "PAUSED" else "sleeps"


def static_space(name: str) -> Message:
    """Return the reply that a static Space has no log."""
    label = f"*{escape(name, 100)}*"
    text = (
        f"{label} has no log, because it's static: nothing runs there, and nothing failed to build."
    )
    return _notice(f"{name} is static and has no log", text, "")


def _notice(text: str, shown: str, log_command: str) -> Message:
    more = [actions(button("Build log", log_command))] if log_command else []
    return message(text, section(shown), *more)


def _last_lines(lines: Sequence[str], limit: int) -> list[str]:
    """Return the last lines, escaped and truncated, as many as a section holds."""
    shown: list[str] = []
    remaining = _MAX_TEXT_LENGTH
    for line in reversed(lines[-limit:]):
        safe = verbatim(line, _MAX_LINE_LENGTH)
        remaining -= len(safe) + 1
        if remaining < 0:
            break
        shown.append(safe)
    return shown[::-1]
