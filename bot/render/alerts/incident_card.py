"""The card of one incident, and the replies in its thread."""

from collections.abc import Callable
from datetime import datetime

from bot import error_summary
from bot.alerts import diagnosis, repair
from bot.alerts.incident import Incident, Resolution
from bot.alerts.problems import STUCK_AFTER, ProblemKind
from bot.cards import Block, Message
from bot.causes import CauseId, FoundCause
from bot.model import owner_of
from bot.render import causes, formatting
from bot.render.alerts.buttons import incident_buttons
from bot.render.alerts.context import AlertContext
from bot.render.alerts.reasons import describe_reason, describe_resolution
from bot.render.blocks import code, code_block, context, escape, message, section, user_mention
from bot.stages import Condition, condition

_EMOJI = {
    ProblemKind.ASLEEP: ":zzz:",
    ProblemKind.PAUSED: ":double_vertical_bar:",
    ProblemKind.STUCK: ":hourglass:",
    ProblemKind.UNKNOWN: ":grey_question:",
    ProblemKind.UNRESPONSIVE: ":large_orange_circle:",
    ProblemKind.FAILED: ":red_circle:",
    ProblemKind.MISSING: ":ghost:",
}
_RUNNING, _RECOVERING, _FLAPPING = ":large_green_circle:", ":hourglass_flowing_sand:", ":ocean:"
# Characters of a notification text on a lock screen.
_PUSH_LENGTH = 90
_MAX_ERROR_LINES = 6


def card(incident: Incident, ctx: AlertContext, reminder: datetime | None = None) -> Message:
    """Return the card of *incident* in its current state; *reminder* is the next one's time."""
    if not incident.is_open:
        return _resolved_card(incident, ctx)
    error_text = _error_text(incident)
    parts: list[Block] = [
        section(f"{emoji(incident)} *{ctx.link(incident.space)}* · {describe_state(incident)}")
    ]
    found = repair.cause_of(incident)
    if found:
        page = ctx.names.page(incident.space)
        running = _pausable(incident, ctx) if found.cause.id is CauseId.QUOTA else ()
        parts += causes.blocks(
            found, page=page, error=incident.error, pausable=running, shown=error_text
        )
    if error_text:
        parts.append(section(code_block(error_text)))
    parts.append(context(" · ".join(_facts(incident, found, ctx))))
    parts += incident_buttons(incident, ctx)
    parts.append(context(_reason_line(incident, reminder)))
    return message(notification_text(incident, ctx), *parts)


def recovery_reply(incident: Incident, ctx: AlertContext) -> Message:
    """Return the thread reply after *incident* is resolved."""
    name = ctx.name(incident.space)
    resolution = _describe_resolution(incident)
    return message(
        to_push_text(f"{name} {_push_resolution(incident)}"),
        section(f"{closing_emoji(incident)} *{escape(name, 100)}* {resolution}"),
    )


def escalation_reply(incident: Incident, ctx: AlertContext) -> Message:
    """Return the thread reply after *incident* escalated."""
    name = ctx.name(incident.space)
    first = error_summary.summarize(incident.error)
    error = f"\n{code(first)}" if first else ""
    return message(
        notification_text(incident, ctx),
        section(
            f"{emoji(incident)} *{escape(name, 100)}* got worse: {describe_state(incident)}{error}"
        ),
    )


def moved_to_group(incident: Incident, size: int, ctx: AlertContext) -> Message:
    """Return what replaces the card of an incident that joined a group of *size*."""
    name = ctx.name(incident.space)
    others = formatting.count(size - 1, "other", "others")
    text = f"{name} moved to the card with {others} with the same error"
    return message(to_push_text(text), section(f":arrow_right: {escape(text, 200)}"))


def emoji(incident: Incident) -> str:
    """Return the emoji of an open incident."""
    if incident.flapping_since:
        return _FLAPPING
    return _RECOVERING if incident.is_recovering else _EMOJI[incident.problem]


def closing_emoji(*incidents: Incident) -> str:
    """Return the emoji of resolved incidents: green only if a Space is running."""
    return _RUNNING if any(map(_ended_running, incidents)) else ":white_circle:"


def _ended_running(incident: Incident) -> bool:
    is_running = condition(incident.stage) is Condition.RUNNING
    is_back = incident.resolution is Resolution.BACK
    return is_back or (is_running and incident.problem is not ProblemKind.MISSING)


def describe_state(incident: Incident) -> str:
    """Return the state of an open incident's Space in words, escaped."""
    stage = formatting.describe_stage(incident.stage)
    if incident.stage == "PAUSED" and incident.problem is ProblemKind.FAILED:
        stage = formatting.PAUSED_BY_HUB
    if incident.flapping_since:
        return f"flapping · currently {stage}"
    if incident.is_recovering:
        return f"{stage} (was {formatting.problem_phrase(incident.problem)})"
    if incident.problem is ProblemKind.STUCK:
        stage = "running an old version" if incident.stage == "RUNNING" else stage
        return f"stuck: {stage} for over {formatting.duration(STUCK_AFTER)}"
    if incident.problem is ProblemKind.UNRESPONSIVE:
        return f"{stage}, but not answering"
    if incident.problem is ProblemKind.MISSING:
        return "missing: deleted, renamed or hidden from my token"
    return stage


def notification_text(incident: Incident, ctx: AlertContext) -> str:
    """Return the notification text of *incident*: Space, state, error."""
    error = incident.error if incident.is_error_current else ""
    name, first = ctx.name(incident.space), error_summary.summarize(error)
    what = describe_state(incident)
    return to_push_text(f"{_shorten(name)} {what}{f': {first}' if first else ''}")


def to_push_text(text: str) -> str:
    """Return *text* as a notification text: one short line without mentions."""
    shown = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    shown = shown.replace("<", "‹").replace(">", "›").replace("\u2060", "")
    return shown if len(shown) <= _PUSH_LENGTH else shown[: _PUSH_LENGTH - 1] + "…"


def _shorten(name: str) -> str:
    return name if len(name) <= 40 else name[:39] + "…"


def _error_text(incident: Incident) -> str:
    """Return the most relevant lines of the Hub's error and, once diagnosed, of the log."""
    if not incident.is_error_current or incident.problem in (
        ProblemKind.ASLEEP,
        ProblemKind.MISSING,
    ):
        return ""
    error_lines = diagnosis.relevant_error_lines(incident.error)
    log = incident.diagnosis.lines if incident.diagnosis else ()
    shown = error_lines[: _MAX_ERROR_LINES - len(log)] or error_lines[:1]
    return "\n".join([*shown, *(line for line in log if line not in shown)])


def _pausable(incident: Incident, ctx: AlertContext) -> list[str]:
    """Return the names of running Spaces of the same owner."""
    owner = owner_of(incident.space)
    return [ctx.name(space) for space in ctx.pausable if owner_of(space) == owner]


def _facts(incident: Incident, found: FoundCause | None, ctx: AlertContext) -> list[str]:
    facts = [f"Since {formatting.timestamp(incident.opened_at)}"]
    facts += [causes.who_can_fix(found)] if found else []
    facts += [_push_note(incident)] if _push_note(incident) else []
    if incident.ack:
        facts.append(f":raised_hand: {user_mention(incident.ack.by)} is on it")
    if mute := ctx.mutes.get(incident.space):
        note = f" ({escape(mute.reason, 80)})" if mute.reason else ""
        facts.append(
            f":no_bell: muted until {formatting.timestamp(mute.until)} by "
            f"{user_mention(mute.by)}{note}"
        )
    return facts


def _push_note(incident: Incident) -> str:
    """Return who pushed the commit whose build failed, and how long before."""
    known = incident.diagnosis
    if known is None or known.pushed_at is None or known.pushed_at > incident.opened_at:
        return ""
    by = f" by {escape(known.pushed_by, 60)}" if known.pushed_by else ""
    return f"pushed{by} {formatting.duration(incident.opened_at - known.pushed_at)} before"


def _reason_line(incident: Incident, reminder: datetime | None) -> str:
    reasons = [describe_reason(incident.reason)] if incident.reason else []
    if reminder:
        reasons.append(f"Reminder at {formatting.time_of_day(reminder)} if not fixed")
    return " · ".join(reasons)


def _resolved_card(incident: Incident, ctx: AlertContext) -> Message:
    link, resolution = ctx.link(incident.space), _describe_resolution(incident)
    is_settled = incident.resolution is Resolution.SETTLED
    problem = "flapping" if is_settled else formatting.problem_phrase(incident.problem)
    began = f"{problem.capitalize()} from {formatting.timestamp(incident.opened_at)}"
    until = f" to {formatting.timestamp(incident.closed_at)}" if incident.closed_at else ""
    first = error_summary.summarize(incident.error)
    summary = f"{began}{until}"
    return message(
        to_push_text(f"{_shorten(ctx.name(incident.space))} {_push_resolution(incident)}"),
        section(f"{closing_emoji(incident)} *{link}* · {resolution}"),
        context(f"{summary} · {code(first)}" if first else summary),
    )


def _push_resolution(incident: Incident) -> str:
    """Return how and when *incident* ended, without markup."""
    return _describe_resolution(incident, formatting.plain_time_of_day)


def _describe_resolution(
    incident: Incident, format_time: Callable[[datetime], str] = formatting.time_of_day
) -> str:
    """Return how and when *incident* ended: after a gap in observation, as a period."""
    resolution = escape(describe_resolution(incident), 100)
    if incident.gap_since and incident.closed_at:
        since, until = format_time(incident.gap_since), format_time(incident.closed_at)
        return f"{resolution} between {since} and {until}"
    return f"{resolution} after {formatting.duration(incident.duration)}"
