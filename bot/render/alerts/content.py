"""The message for each kind of notification content."""

from bot.alerts.grouping import GroupKind
from bot.alerts.notification_plan import (
    Content,
    EscalationContent,
    GroupContent,
    GroupRecoveryContent,
    IncidentContent,
    MovedContent,
    RecoveryContent,
)
from bot.cards import Message
from bot.render.alerts import ack_check, group_card, incident_card
from bot.render.alerts.context import AlertContext


def render_content(content: Content, ctx: AlertContext) -> Message:
    """Return the message that shows *content*."""
    match content:
        case IncidentContent(incident, next_reminder):
            return incident_card.card(incident, ctx, next_reminder)
        case MovedContent(incident, size):
            return incident_card.moved_to_group(incident, size, ctx)
        case GroupContent():
            return _group(content, ctx)
        case EscalationContent(incidents, in_group):
            escalated = list(incidents)
            return (
                group_card.escalation_reply(escalated, ctx)
                if in_group
                else incident_card.escalation_reply(escalated[0], ctx)
            )
        case RecoveryContent(incident):
            return incident_card.recovery_reply(incident, ctx)
        case GroupRecoveryContent(group, members, score):
            return group_card.resolution_reply(group, members, score, ctx)


def _group(content: GroupContent, ctx: AlertContext) -> Message:
    group, members = content.group, content.members
    match group.kind:
        case GroupKind.ACK_CHECK:
            return ack_check.card(group, members, ctx)
        case GroupKind.REMINDER:
            return group_card.reminder(group, members, content.score, ctx)
        case _:
            return group_card.card(group, members, content.score, ctx)
