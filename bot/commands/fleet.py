"""Commands that only look."""

from bot.cards import Message
from bot.command import Answer, Context, Look, command
from bot.errors import Misunderstood
from bot.questions import SpaceOf
from bot.render import fleet


@command("status [targets]", example="status")
def status(context: Context) -> Answer:
    """Counts, then one line per Space, worst first. Name one Space to see it closely."""
    if not context.fleet:
        return fleet.nothing(context.owners, context.slash)
    ids = context.targets(acting=False) if context.words else context.names.ids
    if len(ids) == 1 and context.words:
        return _closely(ids[0], context)
    spaces = [context.fleet[id] for id in ids]
    return fleet.status(spaces, context.names, context.stale_since, context.slash)


@command("url <targets>", example="url all")
def url(context: Context) -> Message:
    """The public, /docs and /health addresses, as the Hub reports them."""
    if not context.words:
        raise Misunderstood(
            f"Whose address? Name a Space: `{context.slash} url team-a`.", "url all"
        )
    spaces = [context.fleet[id] for id in context.targets(acting=False)]
    return fleet.urls(spaces, context.names, context.stale_since)


def _closely(id: str, context: Context) -> Answer:
    name = context.names.short(id)
    if context.stale_since:
        return fleet.detail(context.fleet[id], name, context.stale_since)
    return Look(SpaceOf(id), lambda space: fleet.detail(space, name))
