"""From what a card shows, as data, to the message in Slack."""

from bot.alerts.groups import Kind
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
from bot.render.alerts_scene import Scene


def render_content(content: Content, scene: Scene) -> Message:
    """Return the message that shows *content*."""
    match content:
        case IncidentContent(incident, next_reminder):
            return alerts.card(incident, scene, next_reminder)
        case MovedContent(incident, size):
            return alerts.told_elsewhere(incident, size, scene)
        case GroupContent():
            return _group(content, scene)
        case EscalationContent(incidents, in_group):
            found = list(incidents)
            return alerts_groups.worse(found, scene) if in_group else alerts.worse(found[0], scene)
        case RecoveryContent(incident):
            return alerts.fixed(incident, scene)
        case GroupRecoveryContent(group, members, score):
            return alerts_groups.over(group, members, score)


def _group(content: GroupContent, scene: Scene) -> Message:
    group, members = content.group, content.members
    match group.kind:
        case Kind.QUESTION:
            return alerts_questions.question(group, members, scene)
        case Kind.REMINDER:
            return alerts_groups.reminder(group, members, content.score, scene)
        case _:
            return alerts_groups.group(group, members, content.score, scene)
