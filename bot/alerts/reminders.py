"""Reminder and ack-check schedule: batched, rate-limited and bounded."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.alerts.grouping import Group, GroupKind
from bot.alerts.incident import Ack, Incident, Notification
from bot.alerts.problems import ProblemKind

#: Interval between reminders of an open incident, and their maximum number.
REMIND_AFTER = timedelta(hours=4)
MAX_REMINDERS = 3
#: A reminder includes incidents that are due within this time, to save a second message.
_DIGEST_LOOKAHEAD = timedelta(hours=2)
#: Time from an ack to its check, and from the check to the end of an unanswered ack.
ACK_CHECK_AFTER = timedelta(hours=2)
ACK_EXPIRES_AFTER = timedelta(minutes=30)
#: An unposted ack check is postponed until the ack is this old.
_ACK_MAX_AGE = timedelta(hours=24)


def due_reminders(
    notified: Iterable[tuple[Incident, Notification]], now: datetime
) -> list[Incident]:
    """Return the incidents of one channel's reminder; empty if none is due."""
    nexts = [
        (incident, next_reminder(incident, notification)) for incident, notification in notified
    ]
    waiting = [(incident, at) for incident, at in nexts if at]
    if not any(at <= now for _, at in waiting):
        return []
    return [incident for incident, at in waiting if at <= now + _DIGEST_LOOKAHEAD]


def next_reminder(incident: Incident, notification: Notification) -> datetime | None:
    """Return when the next reminder of an unchanged incident is due; None: never."""
    settled = incident.ack or incident.flapping_since or incident.problem is ProblemKind.MISSING
    if settled or not incident.is_open or notification.reminders >= MAX_REMINDERS:
        return None
    return (notification.reminded_at or notification.notified_at) + REMIND_AFTER


def record_reminder(notification: Notification, now: datetime) -> Notification:
    """Return *notification* with one more reminder, sent *now*."""
    return replace(notification, reminders=notification.reminders + 1, reminded_at=now)


def undo_reminder(notification: Notification) -> Notification:
    """Return *notification* with one reminder less, because it wasn't posted."""
    return replace(notification, reminders=notification.reminders - 1)


def due_ack_checks(incidents: Iterable[Incident], now: datetime) -> dict[Ack, list[Incident]]:
    """Return the incidents whose ack check is due, by ack.

    One ack may cover many incidents; they share one check.
    """
    found: dict[Ack, list[Incident]] = {}
    for incident in incidents:
        ack = incident.ack
        if ack and ack.checked_at is None and now - ack.at >= ACK_CHECK_AFTER:
            found.setdefault(ack, []).append(incident)
    return found


def mark_checked(incident: Incident, now: datetime) -> Incident:
    """Return *incident* with its ack checked *now*."""
    assert incident.ack, "only acknowledged incidents are checked"
    return replace(incident, ack=replace(incident.ack, checked_at=now))


def awaits_answer(check: Group, incident: Incident) -> bool:
    """Return whether *check* still waits for an answer about *incident*."""
    ack = incident.ack
    is_current = ack is not None and (ack.by, ack.checked_at) == (check.key, check.opened_at)
    return incident.is_open and is_current


def can_postpone(incident: Incident, now: datetime) -> bool:
    """Return whether an unposted ack check of *incident* may still be postponed."""
    return incident.ack is not None and now - incident.ack.at < _ACK_MAX_AGE


def is_finished(group: Group, members: Iterable[Incident]) -> bool:
    """Return whether *group* is over: all members closed, or its ack check answered."""
    if group.kind is GroupKind.ACK_CHECK:
        return not any(awaits_answer(group, member) for member in members)
    return not any(member.is_open for member in members)


def has_ack_expired(incident: Incident, now: datetime) -> bool:
    """Return whether the ack check of *incident* got no answer in time."""
    ack = incident.ack
    return (
        ack is not None and ack.checked_at is not None and now - ack.checked_at >= ACK_EXPIRES_AFTER
    )
