"""How hardware and its price are shown: the table, and the question before it is changed."""

from collections.abc import Sequence

from bot.cards import Block, Message
from bot.model import Condition, Flavour, Space
from bot.parsing import Names
from bot.render import words
from bot.render.blocks import actions, button, code, escape, lines, message
from bot.slack_limits import COMMAND_LENGTH

_FREE = "cpu-basic"


def table(flavours: Sequence[Flavour], spaces: Sequence[Space], names: Names) -> Message:
    """Show what *spaces* run on, then all the hardware there is, the cheapest first."""
    ordered = sorted(flavours, key=lambda flavour: flavour.dollars_per_hour)
    return message(
        f"Hardware of {words.count(len(spaces), 'Space')}",
        *lines(_on(spaces, names)),
        *lines([_line(flavour) for flavour in ordered]),
        *_back(spaces, names),
    )


def doubt(spaces: Sequence[Space], flavour: Flavour, names: Names) -> str:
    """Say what will happen if it is worth asking first, or nothing."""
    up = [space for space in spaces if space.condition is Condition.UP]
    if not up and not flavour.dollars_per_hour:
        return ""
    costs = _costs(len(spaces), flavour)
    return f"{costs} {_interrupts(up, names)}" if up else costs


def price(dollars: float) -> str:
    """Say what an hour costs.

    >>> price(0), price(0.4)
    ('free', '$0.40 an hour')
    """
    return f"${dollars:.2f} an hour" if dollars else "free"


def _costs(number: int, flavour: Flavour) -> str:
    called = f"{escape(flavour.title)} ({escape(flavour.name)})"
    if not flavour.dollars_per_hour:
        return f"{called} is free."
    each = price(flavour.dollars_per_hour)
    together = f" each, {price(number * flavour.dollars_per_hour)} together" if number > 1 else ""
    return (
        f"{called} costs {each}{together}, while running. "
        "It does not fall asleep by itself; `sleep` sets a time."
    )


def _interrupts(up: Sequence[Space], names: Names) -> str:
    who = escape(words.listed([names.short(space.id) for space in up]), 1000)
    they = "it starts" if len(up) == 1 else "they start"
    return f"Up now, and down while {they} again: {who}."


def _on(spaces: Sequence[Space], names: Names) -> list[str]:
    """Group the Spaces by what they run on."""
    by_hardware: dict[str, list[str]] = {}
    for space in spaces:
        what = "static, on no hardware" if space.is_static else (space.hardware or "not known")
        by_hardware.setdefault(what, []).append(names.short(space.id))
    return [
        f"*{escape(what)}*: {escape(words.listed(who, 10), 1000)}"
        for what, who in sorted(by_hardware.items())
    ]


def _line(flavour: Flavour) -> str:
    facts = (flavour.title, flavour.cpu, flavour.ram, flavour.accelerator)
    told = " · ".join(escape(fact, 100) for fact in facts if fact)
    return f"{code(flavour.name, 60)} {told} · *{price(flavour.dollars_per_hour)}*"


def _back(spaces: Sequence[Space], names: Names) -> list[Block]:
    """Offer the way back to what costs nothing."""
    paid = [names.short(space.id) for space in spaces if space.is_paid]
    command = f"hardware {' '.join(paid)} {_FREE}"
    if not paid or len(command) > COMMAND_LENGTH:
        return []
    return [actions(button(f"Move {words.count(len(paid), 'Space')} to {_FREE}", command))]
