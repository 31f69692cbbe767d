"""The form before a Space is deleted: what is lost, and whether that one is meant."""

from bot.model import Condition, Space
from bot.render import formatting, modals
from bot.render.blocks import code, section
from bot.render.modals import View

#: The field of the form.
ID_FIELD = "id"


def form(space: Space) -> View:
    """Say what is lost with *space*, and have its full id typed."""
    running_note = " People may be using it." if space.condition is Condition.RUNNING else ""
    return modals.modal(
        "Delete a Space",
        "Delete for ever",
        section(
            f"*{code(space.id, 200)}* is {formatting.describe_stage(space.stage)}.{running_note}\n"
            "With it go all its files and their history, its secrets and variables, what it has "
            "stored, its discussions and its address. Nobody can bring them back."
        ),
        modals.text_field(ID_FIELD, "Its full id, typed out", hint=space.id, max_length=200),
    )
