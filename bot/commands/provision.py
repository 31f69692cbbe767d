"""A class of Spaces from one template."""

from collections.abc import Mapping, Sequence

from bot import collisions
from bot.command import Answer, Context, Form, Look, Looks, command
from bot.commands.planning import planned
from bot.errors import Misunderstood
from bot.model import Ask, Role, Template
from bot.operations import Operation, Verb
from bot.parsing import echo, newcomers, spell, words
from bot.parsing.names import short
from bot.parsing.newcomers import as_known, check, repo_id
from bot.questions import TemplateOf
from bot.render import provisioning as render

_FROM = "from"


def _wrong(ask: Ask) -> Mapping[str, str]:
    """Say under the field what is wrong with the names, before the form closes."""
    try:
        found = newcomers(words(ask.values.get("names", "")))
        check([name if "/" in name else f"x/{name}" for name in found], "")
    except Misunderstood as error:
        return {"names": str(error)}
    return {}


@command(
    "provision <names…> [from <template>]",
    needs=Role.ADMIN,
    looks=Looks.FORM,
    example="provision",
    check=_wrong,
)
def provision(context: Context) -> Answer:
    """Copy the template, once per name, with secrets and variables set before the first build."""
    names, template = _asked(context)
    if not names:
        return Form(render.form(template or context.template or ""), "provision")
    source = _template(context, template)
    ids = _ids(context, names, source)
    return Look(TemplateOf(source), lambda found: _proposed(context, ids, source, found))


def _asked(context: Context) -> tuple[Sequence[str], str]:
    """Return the names and the template that were typed, or filled in."""
    values = context.ask.values
    if values:
        return words(values.get("names", "")), values.get("template", "").strip()
    said = [word.casefold() for word in context.words]
    at = said.index(_FROM) if _FROM in said else len(said)
    names, template = context.words[:at], context.words[at + 1 :]
    if len(template) > 1:
        raise Misunderstood(
            f"One template only: I cannot read {echo(spell(template))}, so nothing was done. "
            "Say `provision team-1..30 from template`."
        )
    return names, template[0] if template else ""


def _template(context: Context, said: str) -> str:
    """Return the id of the template: the one that was named, else the one of the settings."""
    if not said and context.template:
        return context.template
    if not said:
        raise Misunderstood(
            "I do not know what to copy, so nothing was done. Name it, `provision team-1..30 "
            "from <template>`, or set SPACEBOT_TEMPLATE."
        )
    if said.count("/") == 1:
        return said
    found = context.names.find(said)
    return found[0] if len(found) == 1 else repo_id(said, context.owners, context.names.prefix)


def _ids(context: Context, names: Sequence[str], source: str) -> Sequence[str]:
    prefix = context.names.prefix
    spelled = [repo_id(name, context.owners, prefix) for name in newcomers(names)]
    ids = as_known(spelled, context.fleet)
    check(ids, prefix)
    if source.casefold() in (id.casefold() for id in ids):
        raise Misunderstood(
            f"{echo(source)} is the template itself, so nothing was done. Leave it out."
        )
    return ids


def _proposed(context: Context, ids: Sequence[str], source: str, found: Template | None) -> Answer:
    if found is None:
        raise Misunderstood(
            f"I cannot see the template {echo(source)}, so nothing was done: there is no Space of "
            "that name, or it is private and HF_TOKEN may not read it. Check the name."
        )
    _check_names(context, found)
    args, own = {"template": found.space.id}, found.variables
    recipe = render.Recipe(found.space.id, context.variables, context.secrets, own)

    def preview(operation: Operation) -> str:
        return render.preview(operation, context.fleet, recipe, context.names)

    return planned(context, Verb.PROVISION, ids, args, doubt=preview)


def _check_names(context: Context, found: Template) -> None:
    """Refuse a template whose variables share a name with a secret: no copy would start."""
    secrets = context.secrets
    if not secrets:
        return
    if found.variables is None:
        raise Misunderstood(
            f"I can't read the variables of {echo(found.space.id)}, so nothing was done: one with "
            "the name of a configured secret would stop every copy. Try again in a moment."
        )
    if both := collisions.shared({**found.variables, **context.variables}, secrets):
        settings = ", ".join(echo(f"SPACEBOT_SECRET_{key}") for key in both)
        raise Misunderstood(
            f"{collisions.both(both)} The variable is the template's, {echo(found.space.id)}, and "
            f"the secret is {settings}. Nothing was done. Take one of the two away.",
            f"variable delete {short(context.names.prefix, found.space.id)} {both[0]}",
        )
