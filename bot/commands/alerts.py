"""Commands about pings: fewer of them, somebody's hand on it, and why there was one."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from bot.alerts.wishes import Acking, Muting, TrailOf, Unmuting
from bot.command import Answer, Context, Look, Looks, command
from bot.errors import Misunderstood
from bot.model import Role
from bot.parsing import duration, span, spell
from bot.render import alerts_trail

#: What is muted for longer is forgotten, not muted.
LONGEST = timedelta(days=7)


@command("mute <targets> for <time>", needs=Role.OPERATOR, example="mute all for 1h", misses=True)
def mute(context: Context) -> Answer:
    """No pings for a while: `for 2h`, `until 15:00`, `because …`. Cards stay true."""
    words, reason = _because(context.words)
    targets, length = span(words, context.now, context.zone)
    if length is None:
        raise _without_a_time(targets, context.slash)
    if length.length > LONGEST:
        raise Misunderstood("A week is the longest mute, so nothing was muted.")
    spaces = context.acting_on(targets, "mute", context.words[len(targets) :])
    return Muting(spaces, length.ends, reason)


@command("unmute [targets]", needs=Role.OPERATOR, example="unmute", misses=True)
def unmute(context: Context) -> Answer:
    """Let Spaces ping again; without a target all of them."""
    return Unmuting(context.targets(acting=False))


@command("ack <targets>", needs=Role.OPERATOR, misses=True)
def ack(context: Context) -> Answer:
    """Say that you are on it: no pings until it is over, and I ask again after 2 hours."""
    return Acking(context.targets(acting=True))


@command("why <space>", looks=Looks.BEST, misses=True, is_read=True)
def why(context: Context) -> Answer:
    """Show what was decided about a Space lately, and why you were told, or not."""
    if not context.words:
        raise Misunderstood(f"Why what? Name a Space: `{context.slash} why team-a`.")
    id = _one(context)
    return Look(TrailOf(id), lambda trail: alerts_trail.trail(trail, context.names.short(id)))


def _one(context: Context) -> str:
    """Return the Space that is asked about, which may be gone by now."""
    if len(context.words) == 1 and "/" in context.words[0]:
        return context.words[0]
    found = context.targets(acting=False)
    if len(found) > 1:
        raise Misunderstood(f"That is {len(found)} Spaces; I can tell the story of one at a time.")
    return found[0]


def _without_a_time(words: Sequence[str], slash: str) -> Misunderstood:
    """Offer the length that was said without its `for`, or else an hour, if Spaces were named.

    Without them nothing is offered: nobody has asked to mute the whole class.
    """
    targets, length = _length_said(words)
    if not targets:
        return Misunderstood(
            f"Mute what, and for how long? Nothing was muted. Say `{slash} mute team-a for 1h`."
        )
    offered = spell(("mute", *targets, "for", *(length or ["1h"])))
    return Misunderstood("For how long? Nothing was muted.", offered)


def _length_said(words: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Cut a length off that was said without its `for`."""
    for size in (2, 1):
        with suppress(Misunderstood):
            duration(words[-size:])
            return words[:-size], words[-size:]
    return words, ()


def _because(words: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """Cut a reason off: all that follows `because`."""
    at = next((n for n, word in enumerate(words) if word.casefold() == "because"), len(words))
    return tuple(words[:at]), " ".join(words[at + 1 :])[:200]
