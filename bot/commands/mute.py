"""`mute`, `unmute`, `ack`, `release` and `why`: fewer alerts, and the reasons for them."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from bot.alerts.actions import (
    AcknowledgeIncidents,
    MuteSpaces,
    ReleaseIncidents,
    SpaceHistoryQuery,
    UnmuteSpaces,
)
from bot.command import Context, Freshness, command
from bot.errors import UsageError
from bot.model import Role
from bot.parsing import parse_duration, quote, split_span, to_command
from bot.render.alerts import history
from bot.results import Answer, Fetch
from bot.slack_limits import is_user

#: Bounded, because a longer mute is likely to be forgotten.
MAX_MUTE = timedelta(days=7)


@command(
    "mute <targets> for <time>",
    role=Role.OPERATOR,
    example="mute all for 1h",
    accepts_missing=True,
    takes_time=True,
)
def mute(context: Context) -> Answer:
    """Silence alerts for a while: `for 2h`, `until 15:00`, `because …`. Cards keep updating.

    Muting more than one Space is announced in each channel that it silences, with a button to
    end it. `undo` with the number in the reply restores what was muted before.
    """
    words, reason = _split_reason(context.words)
    targets, mute_span = split_span(words, context.now, context.zone)
    if mute_span is None:
        raise _missing_duration_error(targets, context.slash)
    if mute_span.duration > MAX_MUTE:
        raise UsageError("The longest mute is 7 days. Nothing was muted: choose a shorter time.")
    spaces = context.resolve_for_action(targets, "mute", context.words[len(targets) :])
    return MuteSpaces(spaces, mute_span.ends_at, reason)


@command(
    "unmute [targets]",
    role=Role.OPERATOR,
    example="unmute",
    accepts_missing=True,
    takes_time=True,
)
def unmute(context: Context) -> Answer:
    """Let muted Spaces alert again; without a target, all of them."""
    return UnmuteSpaces(context.targets(acting=False))


@command("ack <targets> [@user]", role=Role.OPERATOR, example="ack team-a", accepts_missing=True)
def ack(context: Context) -> Answer:
    """Take an alert, or hand it to someone: no more alerts until it's resolved.

    I'll check in with its owner after 2 hours, and unassign it if there's no answer.
    """
    owners = [word for word in context.words if word.startswith("@")]
    targets = tuple(word for word in context.words if not word.startswith("@"))
    if len(owners) > 1:
        raise UsageError("An alert has one owner. Name one person.")
    owner = _user_id(owners[0]) if owners else ""
    return AcknowledgeIncidents(context.resolve_for_action(targets, "ack", owners), owner)


@command("release <targets>", role=Role.OPERATOR, accepts_missing=True)
def release(context: Context) -> Answer:
    """Give an alert back: no one is on it, and reminders resume."""
    return ReleaseIncidents(context.targets(acting=True))


@command("why <space>", freshness=Freshness.CACHED, accepts_missing=True, is_read=True)
def why(context: Context) -> Answer:
    """What happened to a Space lately, and why you got an alert or didn't."""
    if not context.words:
        raise UsageError(f"Which Space? Name one: `{context.slash} why team-a`.")
    space_id = _select_space(context)
    return Fetch(
        SpaceHistoryQuery(space_id),
        lambda trail: history.space_history(trail, context.names.short_name(space_id)),
    )


def _select_space(context: Context) -> str:
    """Return the id of the one Space named. A full id may be of a deleted Space."""
    if len(context.words) == 1 and "/" in context.words[0]:
        return context.words[0]
    found = context.targets(acting=False)
    if len(found) > 1:
        raise UsageError(f"Those are {len(found)} Spaces. Name one to see its history.")
    return found[0]


def _user_id(mention: str) -> str:
    """Return the id in a mention as `tokenize` returns it: `@U1|ana` or `@U1`.

    Raises:
        UsageError: Slack made no mention of it, because it knows no such person.
    """
    id = mention.removeprefix("@").partition("|")[0]
    if not is_user(id):
        raise UsageError(
            f"I don't know who {quote(mention)} is. Pick the person from Slack's list after @."
        )
    return id


def _missing_duration_error(words: Sequence[str], slash: str) -> UsageError:
    """Return the error for a mute without `for`. It offers the typed duration or an hour.

    Without targets it offers nothing, because that command would mute the whole fleet.
    """
    targets, duration_words = _split_duration(words)
    if not targets:
        return UsageError(
            f"Which Spaces, and for how long? Try `{slash} mute team-a for 1h`. Nothing was muted."
        )
    suggestion = to_command(("mute", *targets, "for", *(duration_words or ["1h"])))
    return UsageError("For how long? Nothing was muted.", suggestion)


def _split_duration(words: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Return the targets and the duration at the end of *words*, which has no `for`."""
    for size in (2, 1):
        with suppress(UsageError):
            parse_duration(words[-size:])
            return words[:-size], words[-size:]
    return words, ()


def _split_reason(words: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """Return the words before `because`, and the reason after it (at most 200 characters)."""
    index = next((n for n, word in enumerate(words) if word.casefold() == "because"), len(words))
    reason = words[index + 1 :]
    reason = reason[1:] if reason and reason[0] == "of" else reason  # "because of the exam"
    return tuple(words[:index]), " ".join(reason)[:200]
