"""The command that cannot be taken back."""

from collections.abc import Mapping
from functools import partial

from bot.command import Answer, Context, Deed, Form, Looks, command
from bot.errors import Misunderstood
from bot.model import Ask, Role, Source
from bot.parsing import single, words
from bot.questions import Delete
from bot.render import deeds, farewells


def _is_typed_out(ask: Ask) -> Mapping[str, str]:
    """Compare what was typed in the form with the id that the form is about."""
    id = words(ask.text)[-1]
    if ask.values.get(farewells.ID, "").strip() == id:
        return {}
    return {farewells.ID: f"That is not {id[:150]}. Nothing was deleted."}


@command("delete <space>", needs=Role.ADMIN, looks=Looks.FORM, check=_is_typed_out)
def delete(context: Context) -> Answer:
    """Delete one Space for ever; a form says what is lost and wants its full id typed."""
    if not context.words:
        raise Misunderstood(
            f"Delete which Space? Name one, by its name: `{context.slash} delete team-a`."
        )
    id = single(context.words, context.fleet, context.names)
    if context.ask.source is not Source.MODAL:
        return Form(farewells.ask(context.fleet[id]), f"delete {id}")
    if context.ask.values.get(farewells.ID, "").strip() != id:
        raise Misunderstood(f"What you typed is not `{id}`. Nothing was deleted.")
    told = deeds.Told("Deleted {}, for ever", "{} was not deleted", context.ask.user)
    return Deed(Delete(), (id,), partial(deeds.outcome, told, names=context.names))
