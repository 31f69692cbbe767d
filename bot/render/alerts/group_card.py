"""The card of a group of incidents, and the replies in its thread."""

from collections.abc import Sequence
from datetime import datetime

from bot.alerts import repair
from bot.alerts.grouping import Group, GroupKind
from bot.alerts.incident import Incident
from bot.alerts.problems import ProblemKind
from bot.cards import Block, Message
from bot.render import formatting
from bot.render.alerts.buttons import REMEDY_LABELS, group_button
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

#: The number of running Spaces, and of all Spaces.
Score = tuple[int, int]


def card(group: Group, members: Sequence[Incident], score: Score, ctx: AlertContext) -> Message:
    """Return the card of *group* in its current state, with the score."""
    open_members = [member for member in members if member.is_open]
    if not open_members and members:
        return _resolved_card(group, members, score)
    sharing = with_shared_error(group, open_members)
    headline = _headline(group, members, open_members, score)
    parts: list[Block] = [
        section(f"{_emoji(group, open_members)} *{escape(headline)}* · {_score_text(score)}")
    ]
    parts += _shared_error_block(group, sharing)
    parts += line_sections(incident_lines(open_members, sharing, ctx))
    parts += _repair_button(group, open_members, ctx)
    parts.append(
        context(f"Why: {_reason(group, members)} · since {formatting.timestamp(group.opened_at)}")
    )
    return message(
        to_push_text(f"{headline} ({_score_text(score)}){_error_suffix(group, sharing)}"), *parts
    )


def resolution_reply(group: Group, members: Sequence[Incident], score: Score) -> Message:
    """Return the thread reply after all incidents of *group* are resolved."""
    text = f"{_resolution_summary(group, members)} · {_score_text(score)}"
    return message(to_push_text(text), section(f":large_green_circle: {escape(text)}"))


def escalation_reply(members: Sequence[Incident], ctx: AlertContext) -> Message:
    """Return the thread reply after *members* of a group escalated."""
    names = formatting.join_names([ctx.name(member.space) for member in members])
    text = f"{names} {'is' if len(members) == 1 else 'are'} worse"
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
        text = f"All {len(members)} of this reminder are over" if len(members) > 1 else "It is over"
        return message(text, section(f":large_green_circle: {text} · {_score_text(score)}"))
    oldest = formatting.duration(now - min(member.opened_at for member in open_members))
    sharing = with_shared_error(group, open_members)
    text = (
        f"{formatting.count(len(open_members), 'Space')} still in trouble, the oldest for {oldest}"
    )
    parts: list[Block] = [
        section(f":alarm_clock: *{text}* · {_score_text(score)}"),
        *line_sections(incident_lines(open_members, sharing, ctx)),
        *_repair_button(group, open_members, ctx),
        context(f"Why: {_reminder_reason(members, now)}. `ack` or `mute` stops reminders."),
    ]
    return message(to_push_text(f"{text}{_error_suffix(group, sharing)}"), *parts)


def _reminder_reason(members: Sequence[Incident], now: datetime) -> str:
    """Return why the reminder was sent, as of the time it was sent."""
    oldest = formatting.duration(now - min(member.opened_at for member in members))
    if len(members) == 1:
        return f"it was open for {oldest} and nobody was on it"
    return f"the oldest of these {len(members)} was open for {oldest} and nobody was on them"


def _headline(
    group: Group, members: Sequence[Incident], open_members: Sequence[Incident], score: Score
) -> str:
    counts = _count_problems(open_members)
    tally = " · ".join(f"{number} {kind}" for kind, number in counts.items())
    if group.kind is GroupKind.INITIAL and len(open_members) == len(members):
        return f"Watching {formatting.count(score[1], 'Space')}: {tally or 'nothing in trouble'}"
    resolved_count = len(members) - len(open_members)
    all_same, some_same = _same_error_phrases(group, open_members)
    is_mixed = len(counts) > 1
    what = f"in trouble{all_same} ({tally})" if is_mixed else f"{''.join(counts)}{all_same}"
    all_missing = all(member.problem is ProblemKind.GONE for member in open_members)
    number = f"{len(open_members)}" if all_missing else f"{len(open_members)} of {score[1]}"
    text = f"{number} {what}{some_same}"
    return f"{text}, {resolved_count} back" if resolved_count else text


def _same_error_phrases(group: Group, open_members: Sequence[Incident]) -> tuple[str, str]:
    """Return the phrases for one error in all and in some open members."""
    number = len(with_shared_error(group, open_members))
    if group.kind is not GroupKind.SAME_CAUSE or number == len(open_members):
        return (" with the same error" if group.kind is GroupKind.SAME_CAUSE else ""), ""
    return "", f", {number} with the same error" if number else ""


def _count_problems(open_members: Sequence[Incident]) -> dict[str, int]:
    """Return the number of members by problem, most severe first: 9 asleep, 5 coming up."""
    ordered = sorted(open_members, key=lambda member: -member.problem.severity)
    kinds = [_problem_word(member) for member in ordered]
    return {kind: kinds.count(kind) for kind in kinds}


def _problem_word(member: Incident) -> str:
    if member.flapping_since:
        return "unstable"
    return "coming up" if member.is_recovering else member.problem.value


def _emoji(group: Group, open_members: Sequence[Incident]) -> str:
    if not open_members:
        return ":eyes:" if group.kind is GroupKind.INITIAL else ":large_green_circle:"
    worst = max(open_members, key=lambda member: member.problem.severity)
    return emoji(worst)


def _score_text(score: Score) -> str:
    return f"{score[0]}/{score[1]} up"


def _error_suffix(group: Group, sharing: Sequence[Incident]) -> str:
    error = shared_error(group, sharing)
    return f": {error}" if error else ""


def _shared_error_block(group: Group, sharing: Sequence[Incident]) -> list[Block]:
    error = shared_error(group, sharing)
    is_shared = group.kind is GroupKind.SAME_CAUSE and error
    return [section(code(error))] if is_shared else []


def _repair_button(
    group: Group, open_members: Sequence[Incident], ctx: AlertContext
) -> list[Block]:
    """Return the button that helps most open members."""
    found = repair.repair_of_group(open_members)
    if found is None:
        return []
    number = len(found.members)
    spaces = [member.space for member in found.members]
    subject = found.key or ("it" if number == 1 else f"all {number}")
    label = f"{REMEDY_LABELS[found.remedy]} {subject}"
    return group_button(found.remedy.verb, label, spaces, group.id, ctx, key=found.key)


def _reason(group: Group, members: Sequence[Incident]) -> str:
    match group.kind:
        case GroupKind.INITIAL:
            return "this is my first look, so all that I found is told at once"
        case GroupKind.SAME_CAUSE:
            return f"{len(members)} Spaces have shown one error; more of it are added here"
        case GroupKind.SAME_PROBLEM | GroupKind.REMINDER | GroupKind.ACK_CHECK:
            return f"{len(members)} Spaces changed alike; more within 10 minutes are added here"


def _resolved_card(group: Group, members: Sequence[Incident], score: Score) -> Message:
    text = f"{_resolution_summary(group, members)} · {_score_text(score)}"
    resolutions = [f"{closing_emoji(m)} {describe_resolution(m)}" for m in members]
    counts = [
        f"{resolutions.count(one)} × {escape(one, 100)}" for one in dict.fromkeys(resolutions)
    ]
    return message(
        to_push_text(text),
        section(f"{max(map(closing_emoji, members), key=_is_green)} *{escape(text)}*"),
        context(" · ".join(counts)[:2000]),
    )


def _is_green(symbol: str) -> bool:
    return symbol == ":large_green_circle:"


def _resolution_summary(group: Group, members: Sequence[Incident]) -> str:
    resolutions = {describe_resolution(member) for member in members}
    outcome = resolutions.pop() if len(resolutions) == 1 else "over"
    closed_times = [member.closed_at for member in members if member.closed_at]
    duration = (
        formatting.duration(max(closed_times) - group.opened_at) if closed_times else "no time"
    )
    subject = f"All {len(members)}" if len(members) > 1 else "1 Space"
    return f"{subject} {outcome} after {duration}"
