"""How the fleet is shown: the list, and the addresses."""

from collections.abc import Collection, Sequence
from datetime import datetime

from bot.alerts.wishes import Silence
from bot.cards import Block, Message
from bot.model import Condition, Space
from bot.parsing import Names
from bot.render import words
from bot.render.alerts_taps import ranges
from bot.render.blocks import (
    actions,
    button,
    context,
    escape,
    fitting,
    lines,
    link,
    message,
    section,
)
from bot.render.silence import NO_SILENCE, counts, marks
from bot.slack_limits import COMMAND_LENGTH

# What a phone shows without losing the reader; the rest is counted and can be asked for.
_LINES = 40
# Addresses are there to be tapped and copied: as many as a message holds are worth the room.
_ADDRESSES = 100


def status(
    spaces: Sequence[Space],
    names: Names,
    verbs: Collection[str],
    stale_since: datetime | None,
    slash: str,
    *,
    silence: Silence = NO_SILENCE,
) -> Message:
    """Show counts, then one line per Space, worst first; *verbs* are this person's."""
    ordered = words.worst_first(spaces)
    ids, said = [space.id for space in ordered], words.tally(ordered)
    title = f"*{words.count(len(ordered), 'Space')}*: {said}{counts(ids, silence, people=True)}"
    shown = [
        words.space_line(space, names.short(space.id)) + marks(space.id, silence)
        for space in ordered[:_LINES]
    ]
    shown = shown[: fitting(shown)]
    if more := len(ordered) - len(shown):
        shown.append(f"… and {more} more. `{slash} status broken` or `asleep` shows fewer.")
    return message(
        f"{words.count(len(ordered), 'Space')}: {said}{counts(ids, silence, people=False)}",
        section(title),
        *lines(shown),
        *(_wake_all(ordered, names) if "wake" in verbs else []),
        *stale(stale_since),
    )


def nothing(owners: Sequence[str], slash: str) -> Message:
    """Say that there is no fleet yet, and what to do about it."""
    whose = escape(words.listed(list(owners)))
    text = (
        f"I see no Spaces of {whose}. Create one on the Hub, or check SPACEBOT_OWNER and HF_TOKEN."
    )
    return message(text, section(f"{text} `{slash} doctor` tells more."))


def urls(
    spaces: Sequence[Space], names: Names, stale_since: datetime | None, slash: str
) -> Message:
    """Show the addresses that the Hub reports: the app, its docs, its health."""
    shown = [_addresses(space, names.short(space.id)) for space in spaces[:_ADDRESSES]]
    shown = shown[: fitting(shown)]
    rest = spaces[len(shown) :]
    if rest:
        first = names.short(rest[0].id)
        more = f"… and {len(rest)} more, from {escape(first, 100)} on."
        shown.append(f"{more} Name some to see theirs: `{slash} url team-1..12`.")
    return message(
        words.count(len(spaces), "address", "addresses"),
        *lines(shown),
        *_more_urls(rest, names),
        *stale(stale_since),
    )


def stale(since: datetime | None) -> list[Block]:
    """Say that the picture is an old one."""
    if since is None:
        return []
    return [
        context(f":warning: The Hub does not answer. This is how it was at {words.clock(since)}.")
    ]


def _addresses(space: Space, name: str) -> str:
    if space.host is None:
        return f"*{escape(name, 100)}* the Hub has not said where it is"
    host = space.host.rstrip("/")
    shown = f"*{escape(name, 100)}* {link(host, escape(host))}"
    if space.is_static:  # pages and no app: nothing answers under /docs or /health
        return shown
    return f"{shown} · {link(host + '/docs', 'docs')} · {link(host + '/health', 'health')}"


def _more_urls(rest: Sequence[Space], names: Names) -> list[Block]:
    command = _spelled("url", rest, names)
    return [actions(button(f"The other {len(rest)}", command))] if rest and command else []


def _wake_all(spaces: Sequence[Space], names: Names) -> list[Block]:
    """Offer to wake the sleepers that are shown, and no others that happen to sleep."""
    asleep = [space for space in spaces if space.condition is Condition.ASLEEP]
    is_whole = len(spaces) == len(names.ids)
    command = "wake sleeping" if is_whole else _spelled("wake", asleep, names)
    if not asleep or not command:
        return []
    label = "Wake it" if len(asleep) == 1 else f"Wake all {len(asleep)}"
    return [actions(button(label, command, style="primary"))]


def _spelled(verb: str, spaces: Sequence[Space], names: Names) -> str:
    """Spell a command for these Spaces alone; nothing where that is too long for a button."""
    wanted = {space.id for space in spaces}
    shorts = [names.short(id) for id in names.ids if id in wanted]
    command = f"{verb} {' '.join(ranges(shorts))}"
    return command if len(command) <= COMMAND_LENGTH else ""
