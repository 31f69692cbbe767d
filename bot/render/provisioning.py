"""What a class looks like before it is made: the form that asks for it, and the preview."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.model import Fleet, owner_of
from bot.operations import Operation, Progress
from bot.parsing import Names
from bot.parsing.names import short
from bot.render import words
from bot.render.alerts_taps import ranges
from bot.render.blocks import code, escape
from bot.render.modals import View, modal, text

# Characters of one list: all of it is shown before the yes, as far as a block holds it.
_MOST = 2500


@dataclass(frozen=True, slots=True)
class Recipe:
    """What each of the new Spaces is made from. Of secrets it holds the names, never a value."""

    template: str
    variables: Mapping[str, str]  # with {team} where the short name goes
    secrets: Sequence[str]
    own: Mapping[str, str] | None = field(default_factory=dict)  # None: the Hub does not say


def form(template: str) -> View:
    """Ask for the names and the template."""
    return modal(
        "Provision a class",
        "Show me first",
        text(
            "names",
            "Names",
            hint="Short names, lists and ranges: team-1..30, guests. Nothing is made yet.",
            lines=True,
        ),
        text("template", "Template", hint="The Space to copy.", value=template, most=200),
    )


def preview(operation: Operation, fleet: Fleet, recipe: Recipe, names: Names) -> str:
    """Say what will be made and from what, and what will be left alone."""
    waiting = [step.space for step in operation.having(Progress.WAITING)]
    new = [id for id in waiting if id not in fleet]
    there = [id for id in waiting if id in fleet]
    busy = [step.space for step in operation.having(Progress.SKIPPED)]
    prefix = names.prefix
    lines = [
        _copies(new, recipe.template, prefix),
        *([_there(there, prefix)] if there else []),
        *([f"Left out, something else is under way: {_called(busy, prefix)}."] if busy else []),
        _variables(recipe.variables, short(prefix, (new or there)[0])),
        _copied(recipe) if new else "",
        _secrets(recipe.secrets, "Secrets, set before the first build" if new else "Secrets"),
        "Private, on cpu-basic, which costs nothing." if new else "",
    ]
    return "\n".join(filter(None, lines))


def _copies(new: Sequence[str], template: str, prefix: str) -> str:
    if not new:
        return "Nothing new is made."
    owner = escape(owner_of(new[0]))
    return f"Copies of {code(template)} in {owner}: {_called(new, prefix)}."


def _there(ids: Sequence[str], prefix: str) -> str:
    apps = "the app" if len(ids) == 1 else "their apps"
    return (
        f"Already there: {_called(ids, prefix)}. Only the variables and secrets below that are "
        f"missing there are added, which restarts {apps}; nothing else is touched."
    )


def _called(ids: Sequence[str], prefix: str) -> str:
    return escape(words.fitting(ranges([short(prefix, id) for id in ids]), _MOST), _MOST + 100)


def _variables(variables: Mapping[str, str], first: str) -> str:
    if not variables:
        return "Variables: none."
    filled = [f"{key}={value.replace('{team}', first)}" for key, value in variables.items()]
    own = any("{team}" in value for value in variables.values())
    said = words.fitting([code(pair, 100) for pair in filled], _MOST)
    return f"Variables{f', here for {escape(first, 100)}' if own else ''}: {said}."


def _copied(recipe: Recipe) -> str:
    """Say which variables of the template's come along: those that nobody here sets anew."""
    if recipe.own is None:
        return "The template's own variables are copied, too; the Hub does not say which."
    pairs = [f"{key}={value}" for key, value in recipe.own.items() if key not in recipe.variables]
    said = words.fitting([code(pair, 100) for pair in pairs], _MOST) if pairs else ""
    return f"Copied from the template: {said}." if said else ""


def _secrets(keys: Sequence[str], what: str) -> str:
    if not keys:
        return "Secrets: none, as no SPACEBOT_SECRET_… is set."
    said = words.fitting([code(key, 100) for key in keys], _MOST)
    return f"{what}: {said}."
