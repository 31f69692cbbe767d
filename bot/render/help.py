"""The help: what a person may run, with examples that name existing Spaces."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.cards import Message
from bot.parsing import NameIndex
from bot.parsing.ranges import example_range, stem_of
from bot.render.blocks import (
    actions,
    button,
    code,
    escape,
    escape_keeping_code,
    line_sections,
    message,
    section,
)


@dataclass(frozen=True, slots=True)
class HelpEntry:
    """One command in `help`. `has_button` only for an example that changes nothing."""

    usage: str
    summary: str
    example: str = ""
    restriction: str = ""  # "Admins only", for a reader who is none
    has_button: bool = False


def reply(
    entries: Sequence[HelpEntry], other_names: Sequence[str], intro: str, slash: str
) -> Message:
    """Return the help on *entries*, and the names of other commands.

    Its buttons only read, because people tap a button to see what it does.
    """
    shown = [_entry_text(entry, slash) for entry in entries]
    examples = [entry.example for entry in entries if entry.example and entry.has_button]
    buttons = [button(f"{slash} {example}", example) for example in examples]
    more = (
        [section(f"Also: {', '.join(f'`{name}`' for name in other_names)}.")] if other_names else []
    )
    buttons += [button("All commands", "help all")] if other_names else []
    blocks = [section(intro), *line_sections(shown), *more]
    return message("What I can do for you", *blocks, *([actions(*buttons[:12])] if buttons else []))


def introduction(role: str, names: NameIndex) -> str:
    """Return the role of the reader, and how Spaces are named."""
    examples = [code(example, 100) for example in _example_targets(names)]
    words = ", ".join([*examples, "`all`", "`asleep`"])
    return f"*You're {role}.* Name Spaces like {words}, or `all except {_example_name(names)}`."


def example(slash: str, verb: str, names: NameIndex) -> str:
    """Return a command about a Space that exists, as code."""
    return code(f"{slash} {verb} {_example_name(names)}")


def _example_name(names: NameIndex) -> str:
    return names.short_name(names.ids[0]) if names.ids else "team-a"


def _example_targets(names: NameIndex) -> list[str]:
    """Return a name, a pattern and a range of Spaces, if the fleet has them."""
    if not names.ids:
        return ["team-a", "team-*", "team-1..12"]
    shorts = [names.short_name(id) for id in names.ids]
    found = example_range(shorts)
    ranged = [f"{stem_of(found.partition('..')[0])}*", found] if found else []
    return [shorts[0], *ranged]


def _entry_text(entry: HelpEntry, slash: str) -> str:
    restriction = f" · _{entry.restriction}_" if entry.restriction else ""
    usage = f"`{slash} {escape(entry.usage)}`{restriction}"
    text = f"{usage}\n{escape_keeping_code(entry.summary)}"
    if entry.has_button or not entry.example:
        return text
    return f"{text} Example: {code(f'{slash} {entry.example}')}"
