"""How it went: the card of what is over once the Hub has agreed, Space by Space."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.cards import Block, Message
from bot.parsing import Names
from bot.render import words
from bot.render.blocks import (
    actions,
    button,
    code,
    context,
    escape,
    lines,
    message,
    person,
    section,
)
from bot.slack_limits import COMMAND_LENGTH

# Few Spaces are all named; of many only those that need a person.
_SMALL, _NAMED = 10, 15


@dataclass(frozen=True, slots=True)
class Told:
    """How a deed is spoken of, {} standing for the Spaces; and what follows from it."""

    good: str  # "Secret API_KEY set on {}"
    bad: str  # "Secret API_KEY not set on {}"
    user: str
    after: str = ""
    again: str = ""  # the command that does once more what has failed


def outcome(told: Told, outcomes: Mapping[str, str], names: Names) -> Message:
    """Show *outcomes*: by Space what went wrong, or nothing."""
    good = [space for space, wrong in outcomes.items() if not wrong]
    failed = [space for space, wrong in outcomes.items() if wrong]
    text = _text(told, outcomes, good, names)
    mark = ":red_circle:" if failed else ":white_check_mark:"
    parts: list[Block] = [section(f"{mark} *{escape(text)}*\nasked by {person(told.user)}")]
    shown = list(outcomes) if 1 < len(outcomes) <= _SMALL else failed[:_NAMED]
    parts += lines([_line(space, outcomes[space], names) for space in shown])
    if len(failed) > len(shown):
        parts += lines([f"… and {len(failed) - len(shown)} more problems."])
    if good and told.after:
        parts.append(context(told.after))
    return message(text, *parts, *_again(told, failed, names))


def _text(told: Told, outcomes: Mapping[str, str], good: list[str], names: Names) -> str:
    shorts = [names.short(space) for space in outcomes]
    if len(good) == len(shorts):
        return told.good.replace("{}", words.listed(shorts))
    if not good:
        return told.bad.replace("{}", words.listed(shorts))
    return told.good.replace("{}", f"{len(good)} of {len(shorts)} Spaces")


def _line(space: str, wrong: str, names: Names) -> str:
    name = escape(names.short(space), 100)
    return f":red_circle: *{name}* {code(wrong)}" if wrong else f":white_check_mark: *{name}*"


def _again(told: Told, failed: list[str], names: Names) -> list[Block]:
    command = told.again.replace("{}", " ".join(names.short(space) for space in failed))
    if not failed or not told.again or len(command) > COMMAND_LENGTH:
        return []
    label = "Try again" if len(failed) == 1 else f"Try {len(failed)} again"
    return [actions(button(label, command))]
