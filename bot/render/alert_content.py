"""From what a card shows, as data, to the message in Slack."""

from bot.alerts.groups import GroupKind
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
from bot.render import alerts, alerts_groups, alerts_questions
from bot.render.alerts_scene import AlertContext


def render_content(content: Content, ctx: AlertContext) -> Message:
    """Return the message that shows *content*."""
    match content:
        case IncidentContent(incident, next_reminder):
            return alerts.card(incident, ctx, next_reminder)
        case MovedContent(incident, size):
            return alerts.moved_to_group(incident, size, ctx)
        case GroupContent():
            return _group(content, ctx)
        case EscalationContent(incidents, in_group):
            escalated = list(incidents)
            return alerts_groups.escalation_reply(escalated, ctx) if in_group else alerts.escalation_reply(escalated[0], ctx)
        case RecoveryContent(incident):
            return alerts.recovery_reply(incident, ctx)
        case GroupRecoveryContent(group, members, score):
            return alerts_groups.resolution_reply(group, members, score)


def _group(content: GroupContent, ctx: AlertContext) -> Message:
    group, members = content.group, content.members
    match group.kind:
        case GroupKind.ACK_CHECK:
            return alerts_questions.card(group, members, ctx)
        case GroupKind.REMINDER:
            return alerts_groups.reminder(group, members, content.score, ctx)
        case _:
            return alerts_groups.card(group, members, content.score, ctx)
