"""The reasons of alert decisions, and the resolutions of incidents, in words."""

from bot.alerts.incident import Incident, Resolution
from bot.alerts.problems import STUCK_AFTER, ProblemKind
from bot.alerts.reasons import Reason, ReasonCode
from bot.render.blocks import channel_mention, escape

# `{observed}` is the problem with the stage, the other names are fields of the reason.
_SENTENCES = {
    ReasonCode.PROBLEM: "{observed}",
    ReasonCode.PROBLEM_CONFIRMED: "{observed}, and a second look agreed",
    ReasonCode.MISSING: "missing from the list, and looking it up found nothing",
    ReasonCode.FLAPPING_STARTED: (
        "{count} changes in 30 minutes: one card until it has been quiet for as long"
    ),
    ReasonCode.STILL_A_PROBLEM: "still in trouble: {observed}",
    ReasonCode.ESCALATED: "worse: {observed}, before it was {previous}",
    ReasonCode.RECOVERING: "on the way back is not back yet",
    ReasonCode.FLAPPING: "it keeps changing, so nobody is pinged",
    ReasonCode.SETTLED_IN_PROBLEM: "it has stopped changing and stays {problem}",
    ReasonCode.MISSING_AGAIN: "gone again: looking it up found nothing",
    ReasonCode.RENAMED: "renamed from {space}, which people need not be told",
    ReasonCode.ACK_EXPIRED: "nobody is on it any more",
    ReasonCode.RECOVERED: "the Hub shows {stage}",
    ReasonCode.RECOVERED_IN_GAP: "seen at the first new look",
    ReasonCode.SETTLED: "no change for 30 minutes",
    ReasonCode.NOT_ON_HUB: "the Hub does not know the Space any more",
    ReasonCode.MISSING_FOR_A_DAY: "it has been gone for a day",
    ReasonCode.OWNER_NOT_CONFIGURED: "its owner is not in SPACEBOT_OWNER any more",
    ReasonCode.NAME_TAKEN: "{space} has been renamed to its name",
    ReasonCode.ROUTE_REMOVED: "no channel hears of {problem} any more",
    ReasonCode.NO_ROUTE: "no channel hears of {problem}",
    ReasonCode.FIRST_SEEN: "seen for the first time",
    ReasonCode.UNROUTED_PROBLEM: "no channel hears of {problem}: nobody told",
    ReasonCode.STARTING: "on its way up: nothing to tell",
    ReasonCode.NO_PROBLEM: "nothing wrong: nothing to tell",
    ReasonCode.DELETION_EXPECTED: "deleted, as was to be expected",
    ReasonCode.MUTED: "muted until {until}, so it has no card before",
    ReasonCode.OWN_CARD: "card for {channel}: one of its kind",
    ReasonCode.INITIAL_SCAN: "card for {channel}: found at the first look",
    ReasonCode.JOINED_SAME_CAUSE: (
        "card for {channel}: the same error: it joins the card of the others"
    ),
    ReasonCode.JOINED_SAME_PROBLEM: (
        "card for {channel}: {problem} within 10 minutes: it joins the card of the others"
    ),
    ReasonCode.SAME_CAUSE: "card for {channel}: {count} Spaces show the same error",
    ReasonCode.SAME_LOG: "card for {channel}: {count} logs show the same error",
    ReasonCode.SAME_PROBLEM: "card for {channel}: {count} Spaces changed alike in one sweep",
    ReasonCode.WATCH_RENAMED: "the watch of {channel} follows it",
}
# `{problem}` and `{stage}` are those of the incident.
_RESOLUTIONS = {
    Resolution.FIXED: "fixed",
    Resolution.AWAKE: "awake",
    Resolution.BACK: "back",
    Resolution.SETTLED: "steady again",
    Resolution.PAUSED: "paused",
    Resolution.ASLEEP: "fell asleep",
    Resolution.BEING_DELETED: "being deleted",
    Resolution.DELETED: "gone from the Hub",
    Resolution.GONE_FOR_GOOD: "gone for good",
    Resolution.NOT_OURS: "no longer watched",
    Resolution.ROUTE_REMOVED: "still {problem}, but nobody asks for this any more",
    Resolution.UNROUTED_PROBLEM: "{stage}, of which nobody wants to hear",
}


def describe_reason(reason: Reason, limit: int = 200) -> str:
    """Return *reason* as an escaped sentence, of which each part has at most *limit* characters."""
    values = {
        "observed": _observed(reason),
        "problem": reason.problem,
        "previous": reason.previous,
        "stage": reason.stage,
        "space": reason.space,
        "count": reason.count,
        "until": f"{reason.until:%d %b %H:%M} UTC" if reason.until else "",
    }
    before, mark, after = _SENTENCES[reason.code].partition("{channel}")
    mention = channel_mention(reason.channel) if mark else ""
    head, tail = (escape(text.format_map(values), limit) for text in (before, after))
    return f"{head}{mention}{tail}"


def describe_resolution(incident: Incident) -> str:
    """Return how *incident* was resolved, "" while it is open; not escaped."""
    if incident.resolution is None:
        return ""
    values = {"problem": incident.problem, "stage": incident.stage}
    text = _RESOLUTIONS[incident.resolution].format_map(values)
    return f"{text} while I was away" if incident.gap_since else text


def _observed(reason: Reason) -> str:
    if reason.problem is ProblemKind.STUCK:
        return f"{reason.stage} for over {STUCK_AFTER.total_seconds() // 60:.0f} minutes"
    return f"{reason.problem}: the Hub shows {reason.stage}"
