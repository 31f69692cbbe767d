"""`create`: one new, empty Space."""

from collections.abc import Mapping, Sequence

from bot.command import Context, Freshness, command
from bot.commands._planning import plan_operation
from bot.errors import UsageError
from bot.hub_facts import FREE_PLAN
from bot.model import Role, owner_of
from bot.operations import Verb
from bot.parsing import quote
from bot.parsing.new_names import canonical_ids, new_space_id, validate_new_names
from bot.parsing.suggestions import button_command, closest_match
from bot.queries import PlanQuery
from bot.render import provisioning as render
from bot.results import Answer, Fetch

_STATIC = "static"
_SDKS = ("docker", "gradio", _STATIC)
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
    if sdk == _STATIC:
        return _plan(context, id, args, plan="")
    return Fetch(PlanQuery(owner_of(id)), lambda plan: _plan(context, id, args, plan))


def _plan(context: Context, id: str, args: Mapping[str, str], plan: str) -> Answer:
    """Return the operation; with a confirmation if the owner's *plan* doesn't include it."""
    warning = [render.free_plan_warning(owner_of(id))] if plan == FREE_PLAN else []
    ids = canonical_ids([id], context.fleet)
    return plan_operation(context, Verb.CREATE, ids, args, confirm_if=lambda _: warning)


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
