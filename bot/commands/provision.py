"""`provision`: many Spaces from one template."""

from collections.abc import Mapping, Sequence

from bot.causes import collisions
from bot.command import Context, Freshness, command
from bot.commands._planning import plan_operation
from bot.errors import UsageError
from bot.hub_facts import Template
from bot.model import Ask, Role, owner_of
from bot.operations import Operation, Verb
from bot.parsing import expand_new_names, quote, to_command, tokenize
from bot.parsing.names import short_name
from bot.parsing.new_names import canonical_ids, new_space_id, validate_new_names
from bot.queries import TemplateQuery
from bot.render import provisioning as render
from bot.results import Answer, Fetch, Form

_FROM = "from"


def _form_errors(ask: Ask) -> Mapping[str, str]:
    """Return an error for the names field if a name is invalid."""
    try:
        names = expand_new_names(tokenize(ask.form_values.get("names", "")))
        validate_new_names([name if "/" in name else f"x/{name}" for name in names], "")
    except UsageError as error:
        return {"names": str(error)}
    return {}


@command(
    "provision <names…> [from <template>]",
    role=Role.ADMIN,
    freshness=Freshness.FORM,
    example="provision",
    does="provision Spaces",
    check=_form_errors,
)
def provision(context: Context) -> Answer:
    """Create a Space for each name from the template, with its secrets and variables.

    A preview shows each name, secret and variable first, and what isn't copied. Repeated, it adds
    what is missing and changes nothing else. Without names it opens a form.
    """
    names, template = _parse_request(context)
    if not names:
        return Form(render.form(template or context.template or ""), "provision")
    source = _resolve_template(context, template)
    ids = _new_ids(context, names, source)
    query = TemplateQuery(source, owner_of(ids[0]))
    return Fetch(query, lambda found: _propose(context, ids, source, found))


def _parse_request(context: Context) -> tuple[Sequence[str], str]:
    """Return the names and the template, from the form or else from the typed words."""
    values = context.ask.form_values
    if values:
        return tokenize(values.get("names", "")), values.get("template", "").strip()
    lower = [word.casefold() for word in context.words]
    index = lower.index(_FROM) if _FROM in lower else len(lower)
    names, template = context.words[:index], context.words[index + 1 :]
    if len(template) > 1:
        raise UsageError(
            f"One template only, not {quote(to_command(template))}. For example "
            "`provision team-1..30 from template`."
        )
    return names, template[0] if template else ""


def _resolve_template(context: Context, typed: str) -> str:
    """Return the id of the typed template, or else of the template in the settings."""
    if not typed and context.template:
        return context.template
    if not typed:
        raise UsageError(
            "Which template should I copy? Name it, `provision team-1..30 from <template>`, or "
            "set SPACEBOT_TEMPLATE."
        )
    if typed.count("/") == 1:
        return typed
    found = context.names.find(typed)
    return (
        found[0] if len(found) == 1 else new_space_id(typed, context.owners, context.names.prefix)
    )


def _new_ids(context: Context, names: Sequence[str], source: str) -> Sequence[str]:
    prefix = context.names.prefix
    candidates = [new_space_id(name, context.owners, prefix) for name in expand_new_names(names)]
    ids = canonical_ids(candidates, context.fleet)
    validate_new_names(ids, prefix)
    if source.casefold() in (id.casefold() for id in ids):
        raise UsageError(f"{quote(source)} is the template itself. Choose another name.")
    return ids


def _propose(
    context: Context, ids: Sequence[str], source: str, template: Template | None
) -> Answer:
    if template is None:
        raise UsageError(
            f"I can't find the template {quote(source)}. It doesn't exist, or it's private and "
            "HF_TOKEN can't read it. Check the name."
        )
    _check_names(context, template)
    args = {"template": template.space.id}
    spec = render.ProvisionSpec(template, context.variables, context.secrets)

    def preview(operation: Operation) -> Sequence[str]:
        return render.preview(operation, context.fleet, spec, context.names)

    return plan_operation(context, Verb.PROVISION, ids, args, confirm_if=preview)


def _check_names(context: Context, template: Template) -> None:
    """Check that no variable shares its key with a secret, because no copy would start.

    Raises:
        UsageError: A key is shared, or the template's variables are unreadable.

    """
    secrets = context.secrets
    if not secrets:
        return
    if template.variables is None:
        raise UsageError(
            f"I can't read the variables of {quote(template.space.id)}, so I created nothing. A "
            "variable named like a configured secret would break every copy. Try again in a moment."
        )
    if both := collisions.shared_keys({**template.variables, **context.variables}, secrets):
        settings = ", ".join(quote(f"SPACEBOT_SECRET_{key}") for key in both)
        raise UsageError(
            f"{collisions.both(both)} The template {quote(template.space.id)} has the variable; "
            f"the secret is {settings}. Remove one of the two.",
            f"variable delete {short_name(context.names.prefix, template.space.id)} {both[0]}",
        )
