"""Secrets and variables: the forms that ask for a value, and the lists of what is set."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import TypeVar

from bot.cards import Block, Message
from bot.errors import HubError
from bot.parsing import Names
from bot.redaction import redact_secrets
from bot.render import modals, words
from bot.render.blocks import code, escape, fitting, lines, message, section
from bot.render.modals import View

T = TypeVar("T")

#: The field of the forms.
VALUE = "value"

_LISTED = 30  # names that a form shows; no screen has more
_SHOWN, _LINE = 100, 900  # Spaces in a list, and characters for one of them
_HUBS_ALONE = (
    "Only the Hub gets it: it is in no message, no log and no database. Space around it is dropped."
)
_PUBLIC = "A variable is public: everybody can read it. What nobody may know is a secret."


def ask_secret(key: str, spaces: Sequence[str], up: int) -> View:
    """Ask for the value of a secret."""
    return modals.modal(
        "Set a secret",
        "Set it",
        section(_for(key, spaces, up)),
        modals.text(VALUE, "Value", lines=True, hint=_HUBS_ALONE),
    )


def ask_variable(key: str, spaces: Sequence[str], up: int, value: str) -> View:
    """Ask for the value of a variable, or whether *value* is it."""
    return modals.modal(
        "Set a variable",
        "Set it",
        section(_for(key, spaces, up)),
        modals.text(VALUE, "Value", lines=True, hint=_PUBLIC, value=value),
    )


def ask_to_delete(what: str, key: str, spaces: Sequence[str], up: int) -> View:
    """Ask before a secret or a variable is taken away; nobody can bring a secret back."""
    lost = (
        " Nobody can read its value: be sure that you have it elsewhere."
        if what == "secret"
        else ""
    )
    return modals.modal(f"Delete a {what}", "Delete it", section(f"{_for(key, spaces, up)}{lost}"))


def secrets(found: Mapping[str, Sequence[str] | HubError], names: Names) -> Message:
    """List the names of secrets; there is no way to read a value."""
    note = "Nobody can read a secret's value, and neither can I."
    return _list("Secrets", found, names, note, _keys)


def variables(found: Mapping[str, Mapping[str, str] | HubError], names: Names) -> Message:
    """List variables with their values."""
    return _list("Variables", found, names, _PUBLIC, _pairs)


def _for(key: str, spaces: Sequence[str], up: int) -> str:
    who = escape(words.listed(spaces, _LISTED), 2000)
    return f"*{escape(key)}* · {words.count(len(spaces), 'Space')}: {who}\n{_restarts(spaces, up)}"


def _restarts(spaces: Sequence[str], up: int) -> str:
    if len(spaces) == 1:
        return "The app restarts." if up else "The app is not up now, so nothing restarts."
    return f"Every app that is up restarts. {up} {'is' if up == 1 else 'are'} up now."


def _list(
    what: str,
    found: Mapping[str, T | HubError],
    names: Names,
    note: str,
    said: Callable[[T], str],
) -> Message:
    shown = []
    for space, has in islice(found.items(), _SHOWN):
        told = " " + code(str(has), 200) if isinstance(has, HubError) else said(has)
        shown.append(f"*{escape(names.short(space), 100)}*{told}")
    shown = shown[: fitting(shown)]
    left = len(found) - len(shown)
    more = [f"… and {left} more Spaces. Name fewer to see theirs."] if left else []
    text = f"{what} of {words.listed([names.short(space) for space in found])}"
    head: Block = section(f"*{escape(text)}*\n{note}")
    return message(text, head, *lines([*shown, *more]))


def _keys(keys: Sequence[str]) -> str:
    return _bounded((f" {code(key, 60)}" for key in keys), len(keys)) or " no secrets"


def _pairs(pairs: Mapping[str, str]) -> str:
    told = (
        f"\n{code(key, 60)} = {code(_shown(value), 120)}" for key, value in sorted(pairs.items())
    )
    return _bounded(told, len(pairs)) or " no variables"


def _shown(value: str) -> str:
    """Return a variable's value without a token that somebody took for public."""
    return redact_secrets(value[:2000])[:200]


def _bounded(parts: Iterable[str], number: int) -> str:
    """Join as many as fit into one Space's line; the others are counted."""
    said = ""
    for n, part in enumerate(parts):
        if len(said) + len(part) > _LINE:
            return f"{said} … and {number - n} more"
        said += part
    return said
