"""`create`: one new, empty Space."""

from collections.abc import Sequence

from bot.command import Context, Freshness, command
from bot.commands._planning import plan_operation
from bot.errors import UsageError
from bot.model import Role
from bot.operations import Verb
from bot.parsing import quote
from bot.parsing.new_names import canonical_ids, new_space_id, validate_new_names
from bot.parsing.suggestions import button_command, closest_match
from bot.results import Answer

_SDKS = ("docker", "gradio", "static")
_VISIBILITIES = ("private", "public")


@command(
    "create <name> [docker|gradio|static] [private|public]",
    role=Role.ADMIN,
    freshness=Freshness.FRESH,
    example="create team-x",
    does="create Spaces",
)
def create(context: Context) -> Answer:
    """Create a new, empty Space: docker and private, unless you say otherwise."""
    words = [word.casefold() for word in context.words]
    sdk = _choose_option(words, _SDKS)
    visibility = _choose_option(words, _VISIBILITIES)
    names = [word for word in context.words if word.casefold() not in (*_SDKS, *_VISIBILITIES)]
    id = new_space_id(_single_name(names), context.owners, context.names.prefix)
    validate_new_names([id], context.names.prefix)
    args = {"sdk": sdk, "visibility": visibility}
    return plan_operation(context, Verb.CREATE, canonical_ids([id], context.fleet), args)


def _choose_option(words: Sequence[str], options: Sequence[str]) -> str:
    """Return the one of *options* among *words*, or else the first option."""
    chosen = [word for word in words if word in options]
    if len(set(chosen)) > 1:
        raise UsageError(f"Choose one: {quote(chosen[0])} or {quote(chosen[1])}.")
    return chosen[0] if chosen else options[0]


def _single_name(names: Sequence[str]) -> str:
    if not names:
        raise UsageError("What should it be called? For example `create team-x`.")
    name, *rest = names
    if not rest:
        return name
    suggestion = closest_match(rest[0], (*_SDKS, *_VISIBILITIES))
    if suggestion:
        raise UsageError(
            f"I don't recognize {quote(rest[0])}. Did you mean `{suggestion}`?",
            button_command(["create", name, suggestion]),
        )
    raise UsageError(
        f"I don't recognize {quote(rest[0])}. `create` takes one name, then `docker`, `gradio` or "
        "`static`. For several Spaces, use `provision`."
    )
