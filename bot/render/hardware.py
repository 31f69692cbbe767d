"""The hardware table, and the confirmation before a change of hardware."""

from collections.abc import Sequence

from bot.cards import Block, Message
from bot.hub_facts import Flavor
from bot.model import Space
from bot.parsing import NameIndex
from bot.render import formatting
from bot.render.blocks import actions, button, code, escape, line_sections, message
from bot.slack_limits import COMMAND_LENGTH
from bot.stages import Condition

_FREE_FLAVOR = "cpu-basic"


def table(
    flavors: Sequence[Flavor],
    spaces: Sequence[Space],
    names: NameIndex,
    loan_lines: Sequence[str] = (),
) -> Message:
    """Return the hardware of *spaces* with their loans, then all *flavors*, cheapest first."""
    ordered = sorted(flavors, key=lambda flavor: flavor.dollars_per_hour)
    return message(
        f"Hardware of {formatting.label_spaces([names.short_name(one.id) for one in spaces])}",
        *line_sections([*_hardware_lines(spaces, names), *loan_lines]),
        *line_sections([_flavor_line(flavor) for flavor in ordered]),
        *_downgrade_button(spaces, names),
    )


def confirmation_warning(
    spaces: Sequence[Space], flavor: Flavor, names: NameIndex, loan_terms: str = ""
) -> list[str]:
    """Return the lines of the confirmation before *spaces* move to *flavor*.

    *loan_terms* say when they go back. Without them the hardware stays.
    """
    running = [space for space in spaces if space.condition is Condition.RUNNING]
    costs = _cost_warning(len(spaces), flavor, loan_terms)
    return [f"{costs} {_interruption_warning(running, names)}" if running else costs]


def format_price(dollars: float) -> str:
    """Return the price of an hour in words.

    >>> format_price(0), format_price(0.4)
    ('free', '$0.40 an hour')
    """
    return f"${dollars:.2f} an hour" if dollars else "free"


def _cost_warning(number: int, flavor: Flavor, loan_terms: str) -> str:
    label = f"{escape(flavor.title)} ({escape(flavor.name)})"
    if not flavor.dollars_per_hour:
        return f"{label} is free."
    each = format_price(flavor.dollars_per_hour)
    total = (
        f" each, {format_price(number * flavor.dollars_per_hour)} in total" if number > 1 else ""
    )
    end = loan_terms or "It doesn't sleep by itself; `sleep` sets a time."
    return f"{label} costs {each}{total} while running. {end}"


def _interruption_warning(running: Sequence[Space], names: NameIndex) -> str:
    label = escape(formatting.join_names([names.short_name(space.id) for space in running]), 1000)
    return f"Running now, briefly unavailable: {label}."


def _hardware_lines(spaces: Sequence[Space], names: NameIndex) -> list[str]:
    """Return one line for each kind of hardware, with the Spaces on it."""
    by_hardware: dict[str, list[str]] = {}
    for space in spaces:
        what = "static (no hardware)" if space.is_static else (space.hardware or "unknown")
        by_hardware.setdefault(what, []).append(names.short_name(space.id))
    return [
        f"*{escape(what)}*: {escape(formatting.join_names(space_names, 10), 1000)}"
        for what, space_names in sorted(by_hardware.items())
    ]


def _flavor_line(flavor: Flavor) -> str:
    facts = (flavor.title, flavor.cpu, flavor.ram, flavor.accelerator)
    details = " · ".join(escape(fact, 100) for fact in facts if fact)
    return f"{code(flavor.name, 60)} {details} · *{format_price(flavor.dollars_per_hour)}*"


def _downgrade_button(spaces: Sequence[Space], names: NameIndex) -> list[Block]:
    """Return a button that moves all paid Spaces to free hardware."""
    paid = [names.short_name(space.id) for space in spaces if space.is_paid]
    command = f"hardware {' '.join(paid)} {_FREE_FLAVOR}"
    if not paid or len(command) > COMMAND_LENGTH:
        return []
    return [actions(button(f"Move {formatting.label_spaces(paid)} to {_FREE_FLAVOR}", command))]
