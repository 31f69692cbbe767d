"""The card of a group of incidents, and the replies in its thread."""

from collections import Counter
from collections.abc import Mapping, Sequence

from bot.alerts import repair
from bot.alerts.grouping import GROUP_WINDOW, Group, GroupKind
from bot.alerts.incident import Incident
from bot.alerts.notification_plan import Score
from bot.cards import Block, Message
from bot.render import causes, formatting
from bot.render.alerts.buttons import group_buttons
from bot.render.alerts.context import AlertContext
from bot.render.alerts.group_lines import (
    incident_lines,
    shared_error,
    with_one_fingerprint,
    with_shared_error,
)
from bot.render.alerts.incident_card import closing_emoji, emoji, to_push_text
from bot.render.alerts.reasons import describe_resolution
from bot.render.blocks import code, context, escape, line_sections, message, section
from bot.stages import Condition, condition

# Names in a headline; more Spaces are counted.
_MAX_NAMES = 3


def card(group: Group, members: Sequence[Incident], score: Score, ctx: AlertContext) -> Message:
    """Return the card of *group* in its current state, with the score."""
    open_members = [member for member in members if member.is_open]
    if not open_members and members:
        return _resolved_card(group, members, score, ctx)
    sharing = with_shared_error(group, open_members)
    headline = _headline(group, members, open_members, score, ctx)
    return message(
        to_push_text(f"{headline}{_error_suffix(group, sharing)}"),
        section(f"{_emoji(group, open_members)} *{escape(headline)}*"),
        *_shared_error_block(group, sharing),
        *_shared_cause_block(open_members),
        *line_sections(incident_lines(open_members, sharing, ctx)),
        *(group_buttons(group.id, open_members, ctx) if open_members else []),
        context(f"{_reason(group, members)} · {formatting.timestamp(group.opened_at)}"),
    )


def resolution_reply(
    group: Group, members: Sequence[Incident], score: Score, ctx: AlertContext
) -> Message:
    """Return the thread reply after all incidents of *group* are resolved."""
    text = f"{_resolution_summary(group, members, ctx)} · {_score_text(score)}"
    return message(to_push_text(text), section(f":large_green_circle: {escape(text)}"))


def escalation_reply(members: Sequence[Incident], ctx: AlertContext) -> Message:
    """Return the thread reply after *members* of a group escalated."""
    text = f"{_subject(members, ctx)} got worse"
    return message(
        to_push_text(text),
        section(f":red_circle: {escape(text)}:"),
        *line_sections(incident_lines(members, with_one_fingerprint(members), ctx)),
    )


def reminder(group: Group, members: Sequence[Incident], score: Score, ctx: AlertContext) -> Message:
    """Return the reminder of open incidents. Edits keep it current as they are resolved."""
    now = group.opened_at
    open_members = [member for member in members if member.is_open]
    if not open_members:
        text = f"{_subject(members, ctx)}: resolved · {_score_text(score)}"
        return message(to_push_text(text), section(f":large_green_circle: {escape(text)}"))
    oldest = formatting.duration(now - min(member.opened_at for member in open_members))
    sharing = with_shared_error(group, open_members)
    needs = "needs" if len(open_members) == 1 else "need"
    since = f" after {oldest}" if len(open_members) == 1 else f", longest {oldest}"
    text = f"{_subject(open_members, ctx)} still {needs} attention{since}"
    return message(
        to_push_text(f"{text}{_error_suffix(group, sharing)}"),
        section(f":alarm_clock: *{escape(text)}* · {_score_text(score)}"),
        *line_sections(incident_lines(open_members, sharing, ctx)),
        *group_buttons(group.id, open_members, ctx),
        context("No one is on this yet. `ack` or `mute` stops reminders."),
    )


def _headline(
    group: Group,
    members: Sequence[Incident],
    open_members: Sequence[Incident],
    score: Score,
    ctx: AlertContext,
) -> str:
    """Return the headline: the card's Spaces in numbers, and the score of the fleet."""
    is_first_scan = group.kind is GroupKind.INITIAL and len(open_members) == len(members)
    if is_first_scan and _counts_only(open_members, score, ctx):
        return _initial_headline(score)
    counts = _count_problems(open_members)
    all_same, some_same = _same_error_phrases(group, open_members)
    counted = ", ".join(f"{number} {kind}" for kind, number in counts.items())
    what = f"{''.join(counts)}{all_same}"
    if len(counts) > 1:
        what = f"{all_same.strip() or 'need attention'} ({counted})"
    parts = [f"{_subject(open_members, ctx)} {what}{some_same}", *_closed_counts(members)]
    return " · ".join([*parts, _score_text(score)])


def _closed_counts(members: Sequence[Incident]) -> list[str]:
    """Return how many members recovered, and how many are closed for another reason."""
    closed = [member.resolution for member in members if member.resolution]
    recovered = sum(resolution.is_recovery for resolution in closed)
    others = len(closed) - recovered
    counts = ((recovered, "recovered"), (others, "no longer alerting"))
    return [f"{number} {what}" for number, what in counts if number]


def _initial_headline(score: Score) -> str:
    template = " and the template" if score.has_template else ""
    counts = formatting.describe_counts(score.counts) + formatting.unready_note(score.unresponsive)
    counts = "all running" if score.are_all_ready else counts
    return f"Watching {formatting.count(score.total, 'Space')}{template}: {counts}"


def _counts_only(open_members: Sequence[Incident], score: Score, ctx: AlertContext) -> bool:
    """Return whether *score* counts no other Space in a condition of *open_members*.

    Otherwise the headline would count more than the card shows.
    """
    shown = Counter(condition(m.stage) for m in open_members if m.space != ctx.template)
    del shown[Condition.RUNNING]
    return all(score.counts.get(what, 0) <= number for what, number in shown.items())


def _subject(members: Sequence[Incident], ctx: AlertContext) -> str:
    """Return the names of up to three Spaces, or the number of more."""
    if len(members) > _MAX_NAMES:
        return f"{len(members)} Spaces"
    return formatting.join_names([ctx.name(member.space) for member in members])


def _same_error_phrases(group: Group, open_members: Sequence[Incident]) -> tuple[str, str]:
    """Return the phrases for one error in all and in some open members."""
    if group.kind is not GroupKind.SAME_CAUSE or len(open_members) == 1:
        return "", ""
    number = len(with_shared_error(group, open_members))
    if number == len(open_members):
        return " with the same error", ""
    return "", f", {number} with the same error" if number else ""


def _count_problems(open_members: Sequence[Incident]) -> Mapping[str, int]:
    """Return the number of members by problem, most severe first: 9 asleep, 5 starting."""
    ordered = sorted(open_members, key=lambda one: (one.is_recovering, -one.problem.severity))
    return Counter(map(_problem_word, ordered))


def _problem_word(member: Incident) -> str:
    if member.flapping_since:
        return "flapping"
    return "starting" if member.is_recovering else formatting.problem_phrase(member.problem)


def _emoji(group: Group, open_members: Sequence[Incident]) -> str:
    if not open_members:
        return ":eyes:" if group.kind is GroupKind.INITIAL else ":large_green_circle:"
    worst = max(open_members, key=lambda member: member.problem.severity)
    return emoji(worst)


def _score_text(score: Score) -> str:
    return f"{score.running}/{score.total} running{formatting.unready_note(score.unresponsive)}"


def _error_suffix(group: Group, sharing: Sequence[Incident]) -> str:
    error = shared_error(group, sharing)
    return f" · {error}" if error else ""


def _shared_error_block(group: Group, sharing: Sequence[Incident]) -> list[Block]:
    error = shared_error(group, sharing)
    is_shared = group.kind is GroupKind.SAME_CAUSE and error
    return [section(code(error))] if is_shared else []


def _shared_cause_block(open_members: Sequence[Incident]) -> list[Block]:
    """Return the known cause that all open members share, with its advice."""
    found = map(repair.cause_of, open_members)
    first = next(found, None)
    if first is None or not all(one and one.is_same(first) for one in found):
        return []
    return [section(first.text), context(causes.who_can_fix(first))]


def _reason(group: Group, members: Sequence[Incident]) -> str:
    match group.kind:
        case GroupKind.INITIAL:
            return "First scan since startup: showing everything found"
        case GroupKind.SAME_CAUSE:
            return f"{len(members)} Spaces had the same error. Others with it are added here"
        case GroupKind.SAME_PROBLEM | GroupKind.REMINDER | GroupKind.ACK_CHECK:
            window = f"{GROUP_WINDOW.total_seconds() // 60:.0f} min"
            text = f"{len(members)} Spaces changed the same way. Others within {window}"
            return f"{text} are added here"


def _resolved_card(
    group: Group, members: Sequence[Incident], score: Score, ctx: AlertContext
) -> Message:
    text = f"{_resolution_summary(group, members, ctx)} · {_score_text(score)}"
    resolutions = Counter(f"{closing_emoji(m)} {describe_resolution(m)}" for m in members)
    counts = [f"{number} × {escape(one, 100)}" for one, number in resolutions.items()]
    return message(
        to_push_text(text),
        section(f"{closing_emoji(*members)} *{escape(text)}*"),
        context(" · ".join(counts)[:2000]),
    )


def _resolution_summary(group: Group, members: Sequence[Incident], ctx: AlertContext) -> str:
    resolutions = {describe_resolution(member) for member in members}
    outcome = resolutions.pop() if len(resolutions) == 1 else "resolved"
    closed_times = [member.closed_at for member in members if member.closed_at]
    after = formatting.duration(max(closed_times, default=group.opened_at) - group.opened_at)
    subject = f"All {len(members)}" if len(members) > _MAX_NAMES else _subject(members, ctx)
    return f"{subject} {outcome} after {after}"
