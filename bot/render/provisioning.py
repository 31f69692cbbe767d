"""The form of `provision`, and the preview before its confirmation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.hub_facts import FREE_PLAN, Template
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

    template: Template
    variables: Mapping[str, str]  # `{team}` stands for the short name
    secrets: Sequence[str]


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
        _copies_line(new, spec.template.space.id, prefix),
        *([_existing_line(existing, prefix)] if existing else []),
        *([f"Left out because they're busy: {_join_ids(busy, prefix)}."] if busy else []),
        _variables_line(spec.variables, short_name(prefix, (new or existing)[0])),
        _copied_line(spec) if new else "",
        _secrets_line(spec.secrets, "Secrets (set before the first build)" if new else "Secrets"),
        "Private, on cpu-basic (free)." if new else "",
        _not_copied_line(spec) if new else "",
        plan_warning(owner_of(new[0]), spec.template) if new else "",
    ]
    return [line for line in lines if line]


def _copies_line(new: Sequence[str], template: str, prefix: str) -> str:
    if not new:
        return "No new Spaces."
    owner = escape(owner_of(new[0]))
    return f"Copies of {code(template)} in {owner}: {_join_ids(new, prefix)}."


def _existing_line(ids: Sequence[str], prefix: str) -> str:
    exist, apps = ("exists", "its app") if len(ids) == 1 else ("exist", "their apps")
    return (
        f"Already {exist}: {_join_ids(ids, prefix)}. I only add what's missing of the variables "
        f"and secrets below, which restarts {apps}."
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
    if spec.template.variables is None:
        return "The template's own variables are copied too. I can't list them right now."
    pairs = [
        f"{key}={value}"
        for key, value in spec.template.variables.items()
        if key not in spec.variables
    ]
    joined = (
        formatting.join_fitting([code(pair, 100) for pair in pairs], _MAX_LIST_LENGTH)
        if pairs
        else ""
    )
    return f"Copied from the template: {joined}." if joined else ""


def _not_copied_line(spec: ProvisionSpec) -> str:
    """Return what of the template its copies lack, unless they get it from the settings."""
    template, settings = spec.template, spec.template.settings
    missing = [key for key in template.secrets or () if key not in spec.secrets]
    hardware = settings.requested_hardware if settings else ""
    parts = []
    if template.secrets is None:
        parts.append("its secrets, which I can't list right now")
    elif missing:
        keys = formatting.join_fitting([code(key, 100) for key in missing], _MAX_LIST_LENGTH)
        parts.append(f"the secret{'s' if len(missing) > 1 else ''} {keys}")
    if settings and settings.volumes:
        volumes = formatting.join_fitting([code(v, 100) for v in settings.volumes], 500)
        parts.append(f"the volume{'s' if len(settings.volumes) > 1 else ''} {volumes}")
    if hardware not in ("", "cpu-basic"):
        parts.append(f"its hardware, {code(hardware, 60)}")
    return f"Not copied: {formatting.join_names(parts)}." if parts else ""


def plan_warning(owner: str, template: Template) -> str:
    """Return a warning if the plan of *owner* doesn't allow copies of *template*."""
    is_refused = template.owner_plan == FREE_PLAN and not template.space.is_static
    return free_plan_warning(owner) if is_refused else ""


def free_plan_warning(owner: str) -> str:
    """Return what the free plan of *owner* doesn't include."""
    return (
        f":warning: {escape(owner, 100)} has no paid plan, so Hugging Face will refuse new Gradio "
        "and Docker Spaces. Static ones are free."
    )


def _secrets_line(keys: Sequence[str], what: str) -> str:
    if not keys:
        return "Secrets: none (set `SPACEBOT_SECRET_*` to add some)."
    joined = formatting.join_fitting([code(key, 100) for key in keys], _MAX_LIST_LENGTH)
    return f"{what}: {joined}."
