"""`watch`, `unwatch` and `watches`: the routes of alerts to a channel."""

from bot.alerts import problems
from bot.alerts.actions import AddWatch, RemoveWatch, WatchesQuery
from bot.alerts.routing import Watch
from bot.command import Context, Freshness, command
from bot.model import Role
from bot.parsing import select
from bot.render.alerts import watch_replies
from bot.results import Answer, Fetch

#: The problems that a watch routes if none is named.
DEFAULT_KINDS = ("error", "asleep")
_ALL_WORDS = ("all", "everything")


@command(
    "watch [error|asleep|…] <targets>",
    role=Role.OPERATOR,
    example="watch error all",
    takes_time=True,
)
def watch(context: Context) -> Answer:
    """Send alerts about these Spaces to this channel.

    Without a kind, it's the kinds in `SPACEBOT_ALERT_ON`.
    """
    kinds, targets = _split_kinds(context.words)
    if targets:
        select(targets, context.fleet, context.names, acting=True)  # raises if they select no Space
    ask = context.ask
    return AddWatch(Watch(ask.channel, targets, kinds or DEFAULT_KINDS, ask.user))


@command("unwatch [targets]", role=Role.OPERATOR, example="unwatch", takes_time=True)
def unwatch(context: Context) -> Answer:
    """Stop sending alerts about these Spaces to this channel; without a target, all of them."""
    _, targets = _split_kinds(context.words)
    return RemoveWatch(context.ask.channel, targets if context.words else None)


@command("watches [all]", freshness=Freshness.NONE, example="watches", is_read=True)
def watches(context: Context) -> Answer:
    """Which alerts this channel gets, who set them up, and how to stop them."""
    is_all_channels = any(word.casefold() in _ALL_WORDS for word in context.words)
    channel = None if is_all_channels else context.ask.channel
    return Fetch(
        WatchesQuery(channel), lambda found: watch_replies.watch_list(found, context.slash)
    )


def _split_kinds(words: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the kinds of problems and the targets, without `all`, which no target means."""
    kinds = tuple(dict.fromkeys(filter(None, map(problems.kind_word, words))))
    others = (word for word in words if problems.kind_word(word) is None)
    return kinds, tuple(word for word in others if word.casefold() not in _ALL_WORDS)
