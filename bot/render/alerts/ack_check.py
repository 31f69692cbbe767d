"""The card of an ack check, which covers all incidents that a person acknowledged together."""

from collections.abc import Sequence

from bot.alerts import reminders
from bot.alerts.grouping import Group
from bot.alerts.incident import Incident
from bot.cards import Message
from bot.parsing.ranges import compress_ranges
from bot.render import formatting
from bot.render.alerts.buttons import ack_check_buttons, ordered_names
from bot.render.alerts.context import AlertContext
from bot.render.alerts.incident_card import describe_state, to_push_text
from bot.render.blocks import context, escape, line_sections, message, section, user_mention

# Names on the card; its button acts on all incidents.
_MAX_NAMES = 15


def card(group: Group, members: Sequence[Incident], ctx: AlertContext) -> Message:
    """Return the ack check of *members*, or its result if no answer is awaited."""
    waiting = [member for member in members if reminders.awaits_answer(group, member)]
    if not waiting:
        return _answered_card(group, members, ctx)
    name, them = _names(waiting, ctx), "it" if len(waiting) == 1 else "them"
    what = f" ({describe_state(waiting[0])})" if len(waiting) == 1 else ""
    prompt = f"{user_mention(group.key)} Still working on *{escape(name, 600)}*{what}?"
    minutes = f"{reminders.ACK_EXPIRES_AFTER.total_seconds() // 60:.0f} min"
    outcomes = _outcomes(group, members, ctx)
    return message(
        to_push_text(f"Still working on {name}{what}?"),
        section(f"{prompt} If I don't hear back in {minutes}, I'll unassign {them}."),
        *ack_check_buttons(group.id, [member.space for member in waiting], ctx),
        *([context(" · ".join(text for _, text in outcomes))] if outcomes else []),
    )


def _answered_card(group: Group, members: Sequence[Incident], ctx: AlertContext) -> Message:
    outcomes = _outcomes(group, members, ctx)
    return message(to_push_text(outcomes[0][0]), *line_sections([text for _, text in outcomes]))


def _outcomes(
    group: Group, members: Sequence[Incident], ctx: AlertContext
) -> list[tuple[str, str]]:
    """Return the outcomes of decided *members*, as (notification text, mrkdwn) pairs."""
    open_ = [m for m in members if m.is_open and not reminders.awaits_answer(group, m)]
    unacked = [member for member in open_ if not member.ack]
    outcomes = [_expired_outcome(group.key, unacked, ctx)] if unacked else []
    by_owner: dict[str, list[Incident]] = {}
    for member in open_:
        if member.ack:
            by_owner.setdefault(member.ack.by, []).append(member)
    outcomes += [_acked_outcome(by, incidents, ctx) for by, incidents in by_owner.items()]
    resolved = [member for member in members if not member.is_open]
    return outcomes + ([_resolved_outcome(resolved, ctx)] if resolved else [])


def _expired_outcome(by: str, unacked: Sequence[Incident], ctx: AlertContext) -> tuple[str, str]:
    name, are = _names(unacked, ctx), "is" if len(unacked) == 1 else "are"
    text = f"{name} {are} unassigned; reminders resume"
    return text, f"{user_mention(by)} {escape(text, 700)}."


def _acked_outcome(by: str, members: Sequence[Incident], ctx: AlertContext) -> tuple[str, str]:
    name = _names(members, ctx)
    return (
        f"Someone is on {name}",
        f":raised_hand: {user_mention(by)} is on *{escape(name, 600)}*.",
    )


def _resolved_outcome(members: Sequence[Incident], ctx: AlertContext) -> tuple[str, str]:
    name, have = _names(members, ctx), "has" if len(members) == 1 else "have"
    is_well = all(member.resolution and member.resolution.is_recovery for member in members)
    what = "recovered" if is_well else "no open alert any longer"
    emoji = ":white_check_mark:" if is_well else ":white_circle:"
    return f"{name} {have} {what}", f"{emoji} *{escape(name, 600)}* {have} {what}."


def _names(members: Sequence[Incident], ctx: AlertContext) -> str:
    return formatting.join_names(
        compress_ranges(ordered_names([member.space for member in members], ctx)), _MAX_NAMES
    )
