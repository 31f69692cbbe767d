"""The reasons of alert decisions, and the resolutions of incidents, in words."""

from bot.alerts.incident import Incident, Resolution
from bot.alerts.problems import STUCK_AFTER, ProblemKind
from bot.alerts.reasons import Reason, ReasonCode
from bot.render import formatting
from bot.render.blocks import channel_mention, code, escape
from bot.stages import describe_stage

# `{observed}` is the stage, and how long it lasted if it is stuck. The other names are fields of
# the reason; `{kind}` is its problem as a word to type. All values are markup.
_SENTENCES = {
    ReasonCode.PROBLEM: "Hugging Face reports {observed}",
    ReasonCode.PROBLEM_CONFIRMED: "Confirmed twice: {observed}",
    ReasonCode.NOT_ANSWERING: "The app didn't answer twice in 90 seconds",
    ReasonCode.MISSING: "Missing from the list, and looking it up found nothing",
    ReasonCode.FLAPPING_STARTED: "{count} changes in 30 min. Alerts are paused until it settles",
    ReasonCode.STILL_A_PROBLEM: "Not fixed yet: {observed}",
    ReasonCode.ESCALATED: "Got worse: {observed}, was {previous}",
    ReasonCode.RECOVERING: "Starting up; not recovered yet",
    ReasonCode.FLAPPING: "Alerts are paused until it settles",
    ReasonCode.SETTLED_IN_PROBLEM: "No longer flapping, but still {problem}",
    ReasonCode.MISSING_AGAIN: "Missing again: looking it up found nothing",
    ReasonCode.RENAMED: "Renamed from {space}",
    ReasonCode.ACK_EXPIRED: "Unassigned: the check-in got no answer",
    ReasonCode.ACK_RELEASED: "Unassigned again",
    ReasonCode.RECOVERED: "Now {stage}",
    ReasonCode.ANSWERS_AGAIN: "The app answered twice",
    ReasonCode.RECOVERED_IN_GAP: "Seen after I was offline",
    ReasonCode.SETTLED: "No change for 30 minutes",
    ReasonCode.NOT_ON_HUB: "Hugging Face no longer has this Space",
    ReasonCode.MISSING_FOR_A_DAY: "Missing for a day",
    ReasonCode.OWNER_NOT_CONFIGURED: "Its owner is no longer in SPACEBOT_OWNER",
    ReasonCode.NAME_TAKEN: "{space} was renamed to its name",
    ReasonCode.ROUTE_REMOVED: "No channel gets alerts for {kind} any longer",
    ReasonCode.NO_ROUTE: "No channel gets alerts for {kind}",
    ReasonCode.CLASS_OVER: "Class is over or it's kept awake, so asleep is fine",
    ReasonCode.FIRST_SEEN: "Seen for the first time",
    ReasonCode.UNROUTED_PROBLEM: "No alert: no channel gets them for {kind}",
    ReasonCode.NO_CLASS: "No alert: asleep outside class hours, or kept awake",
    ReasonCode.STARTING: "No alert: it's starting",
    ReasonCode.NO_PROBLEM: "No alert: nothing is wrong",
    ReasonCode.EMPTY: "No alert: it's empty so far. Upload files first",
    ReasonCode.DELETION_EXPECTED: "No alert: its deletion was expected",
    ReasonCode.MUTED: "No alert: muted until {until}",
    ReasonCode.OWN_CARD: "Alert posted in {channel}",
    ReasonCode.INITIAL_SCAN: "Shown in {channel} with the first scan",
    ReasonCode.JOINED_SAME_CAUSE: "Added to the alert in {channel} about the same error",
    ReasonCode.JOINED_SAME_PROBLEM: "Added to the alert in {channel} about the same problem",
    ReasonCode.SAME_CAUSE: "Alert posted in {channel}: {count} Spaces have the same error",
    ReasonCode.SAME_LOG: "One alert in {channel}: {count} logs show the same error",
    ReasonCode.SAME_PROBLEM: "Alert posted in {channel}: {count} Spaces changed the same way",
    ReasonCode.WATCH_RENAMED: "The watch in {channel} follows its new name",
}
# `{problem}` and `{stage}` are those of the incident.
_RESOLUTIONS = {
    Resolution.FIXED: "recovered",
    Resolution.AWAKE: "awake",
    Resolution.BACK: "back",
    Resolution.SETTLED: "stable",
    Resolution.PAUSED: "paused",
    Resolution.ASLEEP: "fell asleep",
    Resolution.BEING_DELETED: "being deleted",
    Resolution.DELETED: "deleted from Hugging Face",
    Resolution.GONE_FOR_GOOD: "no longer on Hugging Face",
    Resolution.NOT_OURS: "no longer watched",
    Resolution.ROUTE_REMOVED: "still {problem}, but no channel gets alerts for it",
    Resolution.CLASS_OVER: "asleep, which is expected now",
    Resolution.UNROUTED_PROBLEM: "{stage}, but no channel gets alerts for that",
}


def describe_reason(reason: Reason, limit: int = 200) -> str:
    """Return *reason* as a sentence without its period, as markup.

    Each value has at most *limit* characters.
    """
    values = {
        "observed": _observed(reason, limit),
        "problem": formatting.problem_phrase(reason.problem or ""),
        "previous": formatting.problem_phrase(reason.previous or ""),
        "kind": code(reason.problem) if reason.problem else "",
        "stage": formatting.describe_stage(reason.stage),
        "space": escape(reason.space, limit),
        "count": reason.count,
        "channel": channel_mention(reason.channel) if reason.channel else "",
        "until": formatting.timestamp(reason.until) if reason.until else "",
    }
    return _SENTENCES[reason.code].format_map(values)


def describe_resolution(incident: Incident) -> str:
    """Return how *incident* was resolved, "" while it is open; not escaped."""
    if incident.resolution is None:
        return ""
    values = {
        "problem": formatting.problem_phrase(incident.problem),
        "stage": describe_stage(incident.stage),
    }
    text = _RESOLUTIONS[incident.resolution].format_map(values)
    return f"{text} while I was offline" if incident.gap_since else text


def _observed(reason: Reason, limit: int) -> str:
    stage = code(reason.stage, limit)
    if reason.problem is ProblemKind.STUCK:
        stage = "an old version" if reason.stage == "RUNNING" else stage
        return f"{stage} (for over {STUCK_AFTER.total_seconds() // 60:.0f} minutes)"
    if reason.problem is ProblemKind.UNRESPONSIVE:
        return f"{stage}, but the app doesn't answer"
    return stage
