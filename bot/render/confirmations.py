"""Confirmations before an act that interrupts, costs or deletes."""

from collections.abc import Mapping, Sequence

from bot.model import Space
from bot.operations import Risk, Verb
from bot.parsing import NameIndex
from bot.render import formatting, modals
from bot.render.blocks import code, escape, section
from bot.render.modals import View
from bot.stages import Condition

#: The field of the delete form.
DELETE_ID_FIELD = "id"


def warning(risk: Risk, names: NameIndex, prices: Mapping[str, float]) -> list[str]:
    """Return the lines of the confirmation of an act. *prices* are dollars an hour by flavor."""
    warnings = []
    if risk.is_interruption:
        warnings.append(_interruption_warning(risk, names))
    if risk.unknown:
        warnings.append(_unknown_stage_warning(risk.unknown, names))
    if risk.paid:
        warnings.append(_cost_warning(risk.paid, names, prices))
    return [" ".join(warnings)]


def left_paused_note(verb: Verb, number: int) -> list[str]:
    """Return how the *number* of paused Spaces that *verb* leaves alone can be included."""
    if not number:
        return []
    stay, them = ("stays", "it") if number == 1 else ("stay", "them")
    spaces = formatting.count(number, "paused Space")
    return [f"{spaces} {stay} paused. Add `including paused` to {verb} {them} too."]


def delete_form(space: Space) -> View:
    """Return the form that confirms the deletion of *space* by its full id."""
    running_note = " People may be using it." if space.condition is Condition.RUNNING else ""
    return modals.modal(
        "Delete a Space",
        "Delete permanently",
        section(
            f"*{code(space.id, 200)}* ({formatting.describe_stage(space.stage)}).{running_note}\n"
            "This deletes its files and history, secrets, variables, storage, discussions and URL. "
            "It can't be undone."
        ),
        modals.text_field(DELETE_ID_FIELD, f"Type {space.id[:200]} to confirm", max_length=200),
    )


def _interruption_warning(risk: Risk, names: NameIndex) -> str:
    """Return which Spaces become unavailable, for how long, and which others are affected."""
    running = risk.running
    others = [s for s in risk.spaces if s not in running and s not in risk.unknown]
    if len(risk.spaces) == 1 and running:
        return f"It's running and {_consequence(risk.verb, running)}."
    sentences = []
    if running:
        total = len(risk.spaces)
        count = f"All {total}" if len(running) == total else f"{len(running)} of {total}"
        are = "is" if len(running) == 1 else "are"
        what = _consequence(risk.verb, running)
        sentences.append(f"{count} {are} running and {what}: {_join(running, names)}.")
    if others:
        arent = "isn't" if len(others) == 1 else "aren't"
        is_pause = risk.verb is Verb.PAUSE
        what = _consequence(risk.verb, others) if is_pause else "will start too"
        sentences.append(f"{_join(others, names)} {arent} running and {what}.")
    return " ".join(sentences)


def _consequence(verb: Verb, spaces: Sequence[Space]) -> str:
    if verb is not Verb.PAUSE:
        return "will be briefly unavailable"
    return f"will stay down until someone wakes {'it' if len(spaces) == 1 else 'them'}"


def _join(spaces: Sequence[Space], names: NameIndex) -> str:
    return escape(formatting.join_names([names.short_name(space.id) for space in spaces]))


def _unknown_stage_warning(unknown: Sequence[Space], names: NameIndex) -> str:
    shown = [f"{escape(names.short_name(s.id))} ({code(s.stage, 40)})" for s in unknown]
    label = formatting.join_names(shown)
    stage, it = ("an unknown stage", "it") if len(unknown) == 1 else ("unknown stages", "them")
    return f"In {stage}: {label}. I don't know if people are using {it}: check first."


def _cost_warning(paid: Sequence[Space], names: NameIndex, prices: Mapping[str, float]) -> str:
    label = escape(
        formatting.join_names([f"{names.short_name(s.id)} ({s.hardware})" for s in paid])
    )
    total = sum(prices.get(space.hardware or "", 0.0) for space in paid)
    if any(space.hardware not in prices for space in paid):
        return f"This starts paid hardware: {label}. I don't know the price right now."
    together = " in total" if len(paid) > 1 else ""
    return f"This starts paid hardware: {label} for ${total:.2f} an hour{together}."
