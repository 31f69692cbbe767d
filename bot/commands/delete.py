"""`delete`: the permanent deletion of one Space."""

from collections.abc import Mapping
from functools import partial

from bot.command import Context, Freshness, command
from bot.errors import UsageError
from bot.model import Ask, Role, Source
from bot.parsing import select_one, tokenize
from bot.queries import DeleteSpace
from bot.render import bulk_results, confirmations
from bot.results import Answer, BulkAction, Form


def _form_errors(ask: Ask) -> Mapping[str, str]:
    """Return an error unless the id field holds the full id of the form's Space."""
    id = tokenize(ask.text)[-1]
    if ask.form_values.get(confirmations.DELETE_ID_FIELD, "").strip() == id:
        return {}
    return {confirmations.DELETE_ID_FIELD: f"That isn't {id[:150]}. Nothing was deleted."}


@command(
    "delete <space>",
    role=Role.ADMIN,
    freshness=Freshness.FORM,
    check=_form_errors,
    does="delete Spaces",
)
def delete(context: Context) -> Answer:
    """Delete one Space permanently; a form asks you to type its full name.

    It deletes the files, their history, secrets, variables, storage, discussions and the URL.
    """
    if not context.words:
        raise UsageError(f"Which Space should I delete? Name it: `{context.slash} delete team-a`.")
    id = select_one(context.words, context.fleet, context.names)
    if context.ask.source is not Source.MODAL:
        return Form(confirmations.delete_form(context.fleet[id]), f"delete {id}")
    if context.ask.form_values.get(confirmations.DELETE_ID_FIELD, "").strip() != id:
        raise UsageError(
            f"What you typed isn't `{id}`. Nothing was deleted. Send the command again."
        )
    phrases = bulk_results.ResultPhrases("Deleted {}", "Couldn't delete {}", context.ask.user)
    return BulkAction(
        DeleteSpace(), (id,), partial(bulk_results.card, phrases, names=context.names)
    )
