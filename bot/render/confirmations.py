"""Confirmations before an act that interrupts, costs or deletes."""

from collections.abc import Mapping, Sequence

from bot.model import Condition, Space
from bot.operations import Risk, Verb
from bot.parsing import NameIndex
from bot.render import formatting, modals
from bot.render.blocks import code, escape, section
from bot.render.modals import View

#: The field of the delete form.
DELETE_ID_FIELD = "id"


def warning(risk: Risk, names: NameIndex, prices: Mapping[str, float]) -> list[str]:
    """Return the lines of the confirmation of an act; *prices* are dollars an hour by flavor."""
    warnings = []
    if risk.is_interruption:
        warnings.append(_interruption_warning(risk, names))
    if risk.unknown:
        warnings.append(_unknown_stage_warning(risk.unknown, names))
    if risk.paid:
        warnings.append(_cost_warning(risk.paid, names, prices))
    return [" ".join(warnings)]


def delete_form(space: Space) -> View:
    """Return the form that confirms the deletion of *space* by its full id."""
    running_note = " People may be using it." if space.condition is Condition.RUNNING else ""
    return modals.modal(
        "Delete a Space",
        "Delete for ever",
        section(
            f"*{code(space.id, 200)}* is {formatting.describe_stage(space.stage)}.{running_note}\n"
            "With it go all its files and their history, its secrets and variables, what it has "
            "stored, its discussions and its address. Nobody can bring them back."
        ),
        modals.text_field(DELETE_ID_FIELD, "Its full id, typed out", hint=space.id, max_length=200),
    )


def _interruption_warning(risk: Risk, names: NameIndex) -> str:
    running, spaces = risk.running, risk.spaces
    label = escape(
        formatting.join_names([names.short_name(space.id) for space in running or spaces])
    )
    it, they_start = ("it", "it starts") if len(running) == 1 else ("them", "they start")
    after = f"until somebody wakes {it}" if risk.verb is Verb.PAUSE else f"while {they_start} again"
    if not running:
        return f"Not up now: {label}. What is paused stays so until somebody wakes it."
    if len(spaces) == 1:
        return f"{label} is up, and will be down {after}."
    return f"{len(running)} of {len(spaces)} are up, and will be down {after}: {label}."


def _unknown_stage_warning(unknown: Sequence[Space], names: NameIndex) -> str:
    label = escape(
        formatting.join_names([f"{names.short_name(s.id)} ({s.stage})" for s in unknown])
    )
    stage = "an unknown stage" if len(unknown) == 1 else "unknown stages"
    return f"In {stage}: {label}. I cannot say what this interrupts; please look first."


def _cost_warning(paid: Sequence[Space], names: NameIndex, prices: Mapping[str, float]) -> str:
    label = escape(
        formatting.join_names([f"{names.short_name(s.id)} ({s.hardware})" for s in paid])
    )
    total = sum(prices.get(space.hardware or "", 0.0) for space in paid)
    unpriced = [space for space in paid if space.hardware not in prices]
    price = (
        f"${total:.2f} an hour together" if not unpriced else "the Hub has not said what it costs"
    )
    return f"Paid hardware starts: {label}, {price}."
