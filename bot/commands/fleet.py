"""Commands that only look."""

from bot.cards import Message
from bot.command import Answer, Context, command
from bot.command import Detail as Closely
from bot.errors import Misunderstood
from bot.render import fleet


@command("status [targets]", example="status")
def status(context: Context) -> Answer:
    """Counts, then one line per Space, worst first. Name one Space to see it closely."""
    if not context.fleet:
        return fleet.nothing(context.owners, context.slash)
    ids = context.targets(acting=False) if context.words else context.names.ids
    if len(ids) == 1 and context.words:
        return Closely(ids[0])
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
