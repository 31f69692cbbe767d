"""The end of a log as a message, and the replies for an empty log."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.cards import Message
from bot.model import Condition, Space
from bot.render import formatting
from bot.render.blocks import actions, button, context, escape, message, section, verbatim

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
    caption = f"The last {len(tail)} of {'more than ' if log.is_truncated else ''}{count}"
    caption += ". It goes on and on: I stopped reading there" if log.is_truncated else ""
    whole_count = sum(
        len(line) <= _MAX_LINE_LENGTH for line in log.lines[len(log.lines) - len(tail) :]
    )
    footer = context(caption if len(tail) < len(log.lines) else count)
    return message(title, head, section(f"```{chr(10).join(tail)}```"), footer), whole_count


def empty_log(space: Space, name: str, *, is_build: bool) -> Message:
    """Return the reply for an empty log, with the likely reason."""
    label = f"*{escape(name, 100)}*"
    if is_build:
        text = f"The build log of {label} is empty: it was not built lately, or has only begun to."
        return _notice(f"{name}: the build log is empty", text, "")
    match space.condition:
        case Condition.PAUSED | Condition.ASLEEP:
            reason = "a log goes with its container. Wake it for a new one"
        case Condition.STARTING:
            reason = "its container has not said anything yet. Look again in a minute"
        case _:
            reason = "its container has said nothing, or is gone"
    text = (
        f"{label} is {formatting.describe_stage(space.stage)}, and its run log is empty: {reason}."
    )
    return _notice(f"{name}: the run log is empty", text, f"logs {name} build")


def static_space(name: str) -> Message:
    """Return the reply that a static Space has no log."""
    label = f"*{escape(name, 100)}*"
    text = f"{label} is a static Space: nothing is built and nothing runs there, so it has no log."
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
