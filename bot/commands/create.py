"""Making one new, empty Space."""

from collections.abc import Sequence

from bot.command import Answer, Context, Looks, command
from bot.commands.planning import planned
from bot.errors import Misunderstood
from bot.model import Role
from bot.operations import Verb
from bot.parsing import echo
from bot.parsing.guesses import closest, offer
from bot.parsing.newcomers import as_known, check, repo_id

_SDKS = ("docker", "gradio", "static")
_VISIBILITIES = ("private", "public")


@command(
    "create <name> [docker·gradio·static] [private·public]",
    needs=Role.ADMIN,
    looks=Looks.FRESH,
    example="create team-x",
)
def create(context: Context) -> Answer:
    """A new, empty Space: docker and private, unless you say otherwise."""
    words = [word.casefold() for word in context.words]
    sdk = _chosen(words, _SDKS)
    visibility = _chosen(words, _VISIBILITIES)
    names = [word for word in context.words if word.casefold() not in (*_SDKS, *_VISIBILITIES)]
    id = repo_id(_one(names), context.owners, context.names.prefix)
    check([id], context.names.prefix)
    args = {"sdk": sdk, "visibility": visibility}
    return planned(context, Verb.CREATE, as_known([id], context.fleet), args)


def _chosen(words: Sequence[str], options: Sequence[str]) -> str:
    """Return which of *options* was said, the first one if none was."""
    said = [word for word in words if word in options]
    if len(set(said)) > 1:
        raise Misunderstood(f"{echo(said[0])} or {echo(said[1])}? Nothing was done. Say one.")
    return said[0] if said else options[0]


def _one(names: Sequence[str]) -> str:
    if not names:
        raise Misunderstood("What shall it be called? Nothing was done. Say `create team-x`.")
    name, *rest = names
    if not rest:
        return name
    near = closest(rest[0], (*_SDKS, *_VISIBILITIES))
    if near:
        raise Misunderstood(
            f"I do not know {echo(rest[0])}, so nothing was done. Did you mean `{near}`?",
            offer(["create", name, near]),
        )
    raise Misunderstood(
        f"One Space at a time, `docker`, `gradio` or `static`: {echo(rest[0])} is none of these, "
        "so nothing was done. `provision` makes many, from a template."
    )
