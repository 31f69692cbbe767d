"""`mute`, `unmute`, `ack` and `why`: fewer pings, and the reasons for them."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from bot.alerts.actions import AcknowledgeIncidents, MuteSpaces, SpaceHistoryQuery, UnmuteSpaces
from bot.command import Context, Freshness, command
from bot.errors import Misunderstood
from bot.model import Role
from bot.parsing import parse_duration, split_span, to_command
from bot.render.alerts import history
from bot.results import Answer, Fetch

#: Bounded, because a longer mute is likely to be forgotten.
MAX_MUTE = timedelta(days=7)


@command(
    "mute <targets> for <time>", role=Role.OPERATOR, example="mute all for 1h", accepts_missing=True
)
def mute(context: Context) -> Answer:
    """Silence alerts for a while: `for 2h`, `until 15:00`, `because …`. Cards keep updating.

    Muting more than one Space is announced in each channel that it silences, with a button to
    undo it.
    """
    words, reason = _split_reason(context.words)
    targets, mute_span = split_span(words, context.now, context.zone)
    if mute_span is None:
        raise _missing_duration_error(targets, context.slash)
    if mute_span.duration > MAX_MUTE:
        raise Misunderstood("A week is the longest mute, so nothing was muted.")
    spaces = context.resolve_for_action(targets, "mute", context.words[len(targets) :])
    return MuteSpaces(spaces, mute_span.ends_at, reason)


@command("unmute [targets]", role=Role.OPERATOR, example="unmute", accepts_missing=True)
def unmute(context: Context) -> Answer:
    """Let muted Spaces alert again; without a target, all of them."""
    return UnmuteSpaces(context.targets(acting=False))


@command("ack <targets>", role=Role.OPERATOR, accepts_missing=True)
def ack(context: Context) -> Answer:
    """Take an alert: no more pings until it's resolved. I'll check in after 2 hours."""
    return AcknowledgeIncidents(context.targets(acting=True))


@command("why <space>", freshness=Freshness.CACHED, accepts_missing=True, is_read=True)
def why(context: Context) -> Answer:
    """What happened to a Space lately, and why you got an alert or didn't."""
    if not context.words:
        raise Misunderstood(f"Why what? Name a Space: `{context.slash} why team-a`.")
    space_id = _select_space(context)
    return Fetch(
        SpaceHistoryQuery(space_id),
        lambda trail: history.space_history(trail, context.names.short_name(space_id)),
    )


def _select_space(context: Context) -> str:
    """Return the id of the one Space named; a full id may be of a deleted Space."""
    if len(context.words) == 1 and "/" in context.words[0]:
        return context.words[0]
    found = context.targets(acting=False)
    if len(found) > 1:
        raise Misunderstood(f"That is {len(found)} Spaces; I can tell the story of one at a time.")
    return found[0]


def _missing_duration_error(words: Sequence[str], slash: str) -> Misunderstood:
    """Return the error for a mute without `for`; it offers the typed duration or an hour.

    Without targets it offers nothing, because that command would mute the whole fleet.
    """
    targets, duration_words = _split_duration(words)
    if not targets:
        return Misunderstood(
            f"Mute what, and for how long? Nothing was muted. Say `{slash} mute team-a for 1h`."
        )
    suggestion = to_command(("mute", *targets, "for", *(duration_words or ["1h"])))
    return Misunderstood("For how long? Nothing was muted.", suggestion)


def _split_duration(words: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Return the targets and the duration at the end of *words*, which has no `for`."""
    for size in (2, 1):
        with suppress(Misunderstood):
            parse_duration(words[-size:])
            return words[:-size], words[-size:]
    return words, ()


def _split_reason(words: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """Return the words before `because`, and the reason after it (at most 200 characters)."""
    index = next((n for n, word in enumerate(words) if word.casefold() == "because"), len(words))
    return tuple(words[:index]), " ".join(words[index + 1 :])[:200]
