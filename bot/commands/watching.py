"""Commands about ears: which channel hears of which Spaces, and of what."""

from bot.alerts import troubles
from bot.alerts.watches import Watch
from bot.alerts.wishes import Unwatching, WatchesOf, Watching
from bot.command import Answer, Context, Look, Looks, command
from bot.model import Role
from bot.parsing import select
from bot.render import alerts_trail

#: What a channel hears of when nobody says.
USUAL = ("error", "sleeping")
_SAME = {"asleep": "sleeping", "stopped": "sleeping"}
_ALL = ("all", "everything")


@command("watch [error|sleeping|…] <targets>", needs=Role.OPERATOR, example="watch error all")
def watch(context: Context) -> Answer:
    """Let this channel hear of trouble: of which kinds, of which Spaces."""
    kinds, targets = _sorted(context.words)
    if targets:
        select(targets, context.fleet, context.names, acting=True)  # they must mean something
    ask = context.ask
    return Watching(Watch(ask.channel, targets, kinds or USUAL, ask.user))


@command("unwatch [targets]", needs=Role.OPERATOR, example="unwatch")
def unwatch(context: Context) -> Answer:
    """Let this channel hear no more of these targets, or of anything it asked for."""
    _, targets = _sorted(context.words)
    return Unwatching(context.ask.channel, targets if context.words else None)


@command("watches [all]", looks=Looks.NOWHERE, example="watches", is_read=True)
def watches(context: Context) -> Answer:
    """Show what this channel hears of, who asked for it and how to stop it."""
    everywhere = any(word.casefold() in _ALL for word in context.words)
    channel = None if everywhere else context.ask.channel
    return Look(WatchesOf(channel), lambda found: alerts_trail.watches(found, context.slash))


def _sorted(words: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Tell the kinds of trouble from the targets; `all` is no target, it is the absence of one."""
    said = [_SAME.get(word.casefold(), word.casefold()) for word in words]
    kinds = tuple(dict.fromkeys(word for word in said if troubles.is_word(word)))
    targets = tuple(
        word
        for word, plain in zip(words, said, strict=True)
        if not troubles.is_word(plain) and plain not in _ALL
    )
    return kinds, targets
