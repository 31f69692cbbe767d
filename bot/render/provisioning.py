"""The form of `provision`, and the preview before its confirmation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.model import Fleet, owner_of
from bot.operations import Operation, StepState
from bot.parsing import NameIndex
from bot.parsing.names import short_name
from bot.parsing.ranges import compress_ranges
from bot.render import formatting
from bot.render.blocks import code, escape
from bot.render.modals import View, modal, text_field

# Characters of one list in the preview: nearly all that a section holds.
_MAX_LIST_LENGTH = 2500


@dataclass(frozen=True, slots=True)
class ProvisionSpec:
    """The source of each new Space. Holds the names of secrets, never a value."""

    template: str
    variables: Mapping[str, str]  # `{team}` stands for the short name
    secrets: Sequence[str]
    template_variables: Mapping[str, str] | None = field(
        default_factory=dict
    )  # None: the Hub didn't return them


def form(template: str) -> View:
    """Return the form for the names and the template."""
    return modal(
        "Provision a class",
        "Preview",
        text_field(
            "names",
            "Names",
            hint="For example team-1..30, guests. Nothing is created until you confirm.",
            multiline=True,
        ),
        text_field(
            "template", "Template", hint="The Space to copy.", value=template, max_length=200
        ),
    )


def preview(operation: Operation, fleet: Fleet, spec: ProvisionSpec, names: NameIndex) -> list[str]:
    """Return what will be created, changed and left alone, one sentence a line."""
    waiting = [step.space for step in operation.in_state(StepState.WAITING)]
    new = [id for id in waiting if id not in fleet]
    existing = [id for id in waiting if id in fleet]
    busy = [step.space for step in operation.in_state(StepState.SKIPPED)]
    prefix = names.prefix
    lines = [
        _copies_line(new, spec.template, prefix),
        *([_existing_line(existing, prefix)] if existing else []),
        *([f"Left out because they're busy: {_join_ids(busy, prefix)}."] if busy else []),
        _variables_line(spec.variables, short_name(prefix, (new or existing)[0])),
        _copied_line(spec) if new else "",
        _secrets_line(spec.secrets, "Secrets (set before the first build)" if new else "Secrets"),
        "Private, on cpu-basic (free)." if new else "",
    ]
    return [line for line in lines if line]


def _copies_line(new: Sequence[str], template: str, prefix: str) -> str:
    if not new:
        return "No new Spaces."
    owner = escape(owner_of(new[0]))
    return f"Copies of {code(template)} in {owner}: {_join_ids(new, prefix)}."


def _existing_line(ids: Sequence[str], prefix: str) -> str:
    apps = "its app" if len(ids) == 1 else "their apps"
    return (
        f"Already there: {_join_ids(ids, prefix)}. I only add what's missing of the variables and "
        f"secrets below, which restarts {apps}."
    )


def _join_ids(ids: Sequence[str], prefix: str) -> str:
    return escape(
        formatting.join_fitting(
            compress_ranges([short_name(prefix, id) for id in ids]), _MAX_LIST_LENGTH
        ),
        _MAX_LIST_LENGTH + 100,
    )


def _variables_line(variables: Mapping[str, str], first: str) -> str:
    if not variables:
        return "Variables: none."
    filled = [f"{key}={value.replace('{team}', first)}" for key, value in variables.items()]
    has_team_name = any("{team}" in value for value in variables.values())
    joined = formatting.join_fitting([code(pair, 100) for pair in filled], _MAX_LIST_LENGTH)
    return f"Variables{f' (shown for {escape(first, 100)})' if has_team_name else ''}: {joined}."


def _copied_line(spec: ProvisionSpec) -> str:
    """Return the variables copied from the template that `spec.variables` don't override."""
    if spec.template_variables is None:
        return "The template's own variables are copied too. I can't list them right now."
    pairs = [
        f"{key}={value}"
        for key, value in spec.template_variables.items()
        if key not in spec.variables
    ]
    joined = (
        formatting.join_fitting([code(pair, 100) for pair in pairs], _MAX_LIST_LENGTH)
        if pairs
        else ""
    )
    return f"Copied from the template: {joined}." if joined else ""


def _secrets_line(keys: Sequence[str], what: str) -> str:
    if not keys:
        return "Secrets: none (set `SPACEBOT_SECRET_*` to add some)."
    joined = formatting.join_fitting([code(key, 100) for key in keys], _MAX_LIST_LENGTH)
    return f"{what}: {joined}."
