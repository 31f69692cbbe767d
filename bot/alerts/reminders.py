"""When people are asked or reminded again: rarely, together, and never for ever."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.alerts.grouping import Group, GroupKind
from bot.alerts.incident import Ack, Incident, Notification
from bot.alerts.problems import ProblemKind

#: Still open after this: a reminder, and again after as long, so many times.
REMIND_AFTER = timedelta(hours=4)
MAX_REMINDERS = 3
#: What would be due so soon is taken along: one message instead of two.
_DIGEST_LOOKAHEAD = timedelta(hours=2)
#: "Still on it?" is asked after this, and an ack ends when nobody has answered for so long.
ACK_CHECK_AFTER = timedelta(hours=2)
ACK_EXPIRES_AFTER = timedelta(minutes=30)
#: A question that cannot be read is waited for as long as this after the ack, and no longer.
_ACK_MAX_AGE = timedelta(hours=24)


def due_reminders(
    notified: Iterable[tuple[Incident, Notification]], now: datetime
) -> list[Incident]:
    """Return the incidents of one channel's reminder; empty while none is due."""
    nexts = [(incident, next_reminder(incident, telling)) for incident, telling in notified]
    waiting = [(incident, at) for incident, at in nexts if at]
    if not any(at <= now for _, at in waiting):
        return []
    return [incident for incident, at in waiting if at <= now + _DIGEST_LOOKAHEAD]


def next_reminder(incident: Incident, notification: Notification) -> datetime | None:
    """Return when a channel is reminded of an incident if it stays as it is; None: not at all."""
    settled = incident.ack or incident.flapping_since or incident.problem is ProblemKind.GONE
    if settled or not incident.is_open or notification.reminders >= MAX_REMINDERS:
        return None
    return (notification.reminded_at or notification.notified_at) + REMIND_AFTER


def record_reminder(notification: Notification, now: datetime) -> Notification:
    return replace(notification, reminders=notification.reminders + 1, reminded_at=now)


def undo_reminder(notification: Notification) -> Notification:
    """Return *notification* after a reminder was taken back: it does not count."""
    return replace(notification, reminders=notification.reminders - 1)


def due_ack_checks(incidents: Iterable[Incident], now: datetime) -> dict[Ack, list[Incident]]:
    """Return what people are to be asked about again, by the ack that took it: one question each.

    Who said once that they are on many Spaces is asked once.
    """
    found: dict[Ack, list[Incident]] = {}
    for incident in incidents:
        ack = incident.ack
        if ack and ack.checked_at is None and now - ack.at >= ACK_CHECK_AFTER:
            found.setdefault(ack, []).append(incident)
    return found


def mark_checked(incident: Incident, now: datetime) -> Incident:
    assert incident.ack, "only who is on it is asked"
    return replace(incident, ack=replace(incident.ack, checked_at=now))


def awaits_answer(check: Group, incident: Incident) -> bool:
    """Whether *check* is still open for one of those that it asks about."""
    ack = incident.ack
    mine = ack is not None and (ack.by, ack.checked_at) == (check.key, check.opened_at)
    return incident.is_open and mine


def can_postpone(incident: Incident, now: datetime) -> bool:
    """Whether a question that nobody can have read yet may still be answered later."""
    return incident.ack is not None and now - incident.ack.at < _ACK_MAX_AGE


def is_finished(group: Group, members: Iterable[Incident]) -> bool:
    """Whether a card has nothing more to follow; a question hasn't once it is answered."""
    if group.kind is GroupKind.ACK_CHECK:
        return not any(awaits_answer(group, member) for member in members)
    return not any(member.is_open for member in members)


def has_ack_expired(incident: Incident, now: datetime) -> bool:
    """Whether nobody has answered the question, so that nobody is on it."""
    ack = incident.ack
    return (
        ack is not None and ack.checked_at is not None and now - ack.checked_at >= ACK_EXPIRES_AFTER
    )
