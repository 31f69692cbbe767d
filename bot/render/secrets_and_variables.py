"""Forms to set and delete secrets and variables, and the lists of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import TypeVar

from bot.cards import Block, Message
from bot.errors import HubError
from bot.model import KeyKind
from bot.parsing import NameIndex
from bot.redaction import redact_secrets
from bot.render import formatting, modals
from bot.render.blocks import code, count_fitting, escape, line_sections, message, section
from bot.render.modals import View

T = TypeVar("T")

#: The field of the forms that set a value.
VALUE_FIELD = "value"

_MAX_NAMES = 30  # names in a form
_MAX_SPACES, _MAX_LINE_LENGTH = 100, 900  # Spaces in a list, characters of a Space
_HUB_ONLY_HINT = (
    "Sent only to Hugging Face: never logged, stored or posted. Leading and trailing whitespace "
    "is removed."
)
_PUBLIC_HINT = "Variables are public. For anything private, use a secret."


def secret_form(key: str, spaces: Sequence[str], up: int, waves: str = "") -> View:
    """Return the form for the value of a secret; *up* of the Spaces are running.

    *waves* says in which waves the Spaces restart.
    """
    return modals.modal(
        "Set a secret",
        "Set",
        section(f"{_describe_targets(key, spaces, up)} {waves}".rstrip()),
        modals.text_field(VALUE_FIELD, "Value", multiline=True, hint=_HUB_ONLY_HINT),
    )


def variable_form(key: str, spaces: Sequence[str], up: int, value: str, waves: str = "") -> View:
    """Return the form for the value of a variable, prefilled with *value*.

    *waves* says in which waves the Spaces restart.
    """
    return modals.modal(
        "Set a variable",
        "Set",
        section(f"{_describe_targets(key, spaces, up)} {waves}".rstrip()),
        modals.text_field(VALUE_FIELD, "Value", multiline=True, hint=_PUBLIC_HINT, value=value),
    )


def delete_form(kind: KeyKind, key: str, spaces: Sequence[str], up: int, waves: str = "") -> View:
    """Return the form that confirms the deletion of a secret or a variable."""
    is_secret = kind is KeyKind.SECRET
    warning = "Keep a copy: its value can't be read back." if is_secret else ""
    parts = [_describe_targets(key, spaces, up), waves, warning]
    return modals.modal(f"Delete a {kind}", "Delete", section(" ".join(filter(None, parts))))


def secret_list(found: Mapping[str, Sequence[str] | HubError], names: NameIndex) -> Message:
    """Return the names of secrets by Space. The Hub never returns a secret's value."""
    note = "Secret values can't be read back."
    return _list("Secrets", found, names, note, _format_keys)


def variable_list(found: Mapping[str, Mapping[str, str] | HubError], names: NameIndex) -> Message:
    """Return the variables of each Space with their values."""
    return _list("Variables", found, names, _PUBLIC_HINT, _format_pairs)


def _describe_targets(key: str, spaces: Sequence[str], up: int) -> str:
    label = escape(formatting.join_names(spaces, _MAX_NAMES), 2000)
    total = f"{len(spaces)} Spaces: " if len(spaces) > formatting.MAX_NAMES else ""
    return f"*{escape(key)}* · {total}{label}\n{_effect(spaces, up)}"


def _effect(spaces: Sequence[str], up: int) -> str:
    if len(spaces) == 1:
        return "The app will restart." if up else "The app isn't running, so nothing restarts."
    return f"Running apps will restart: {up} of {len(spaces)}." if up else "No app is running."


def _list(
    what: str,
    found: Mapping[str, T | HubError],
    names: NameIndex,
    note: str,
    format_value: Callable[[T], str],
) -> Message:
    shown = []
    for space, value in islice(found.items(), _MAX_SPACES):
        value_text = (
            " " + code(str(value), 200) if isinstance(value, HubError) else format_value(value)
        )
        shown.append(f"*{formatting.space_link(space, names)}*{value_text}")
    shown = shown[: count_fitting(shown)]
    omitted = len(found) - len(shown)
    more = [f"{omitted} more Spaces. Name fewer to see theirs."] if omitted else []
    text = f"{what} of {formatting.label_spaces([names.short_name(space) for space in found])}"
    head: Block = section(f"*{escape(text)}*\n{note}")
    return message(text, head, *line_sections([*shown, *more]))


def _format_keys(keys: Sequence[str]) -> str:
    return _join_bounded((f" {code(key, 60)}" for key in keys), len(keys)) or " no secrets"


def _format_pairs(pairs: Mapping[str, str]) -> str:
    entries = (
        f"\n{code(key, 60)} = {code(_redact_value(value), 120)}"
        for key, value in sorted(pairs.items())
    )
    return _join_bounded(entries, len(pairs)) or " no variables"


def _redact_value(value: str) -> str:
    """Return a variable's value, shortened and without tokens.

    People store tokens in variables by mistake.
    """
    return redact_secrets(value[:2000])[:200]


def _join_bounded(parts: Iterable[str], number: int) -> str:
    """Return as many *parts* as one Space may have, and the count of the others."""
    text = ""
    for n, part in enumerate(parts):
        if len(text) + len(part) > _MAX_LINE_LENGTH:
            return f"{text} … and {number - n} more"
        text += part
    return text
