"""Reminders and ack checks: when they are due."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.alerts import reminders
from bot.alerts.incident import Ack, Incident, Notification
from bot.alerts.problems import ProblemKind
from tests.unit.alerts.samples import AGO, NOW, incident

LONG_AGO = NOW - timedelta(hours=9)


def notification_at(at: datetime, **values: object) -> Notification:
    return replace(Notification(1, at), **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("known", "notification", "due"),
    [
        (incident(), notification_at(NOW - timedelta(hours=3, minutes=59)), False),
        (incident(), notification_at(NOW - timedelta(hours=4)), True),
        # It counts from the notification of the channel, not from the start of the problem.
        (incident(opened_at=NOW - timedelta(hours=9)), notification_at(AGO[5]), False),
        # After a reminder the next is four hours later, and three are enough.
        (
            incident(),
            notification_at(NOW - timedelta(hours=9), reminders=1, reminded_at=AGO[130]),
            False,
        ),
        (
            incident(),
            notification_at(NOW - timedelta(days=2), reminders=3, reminded_at=LONG_AGO),
            False,
        ),
        # Acked, flapping and missing incidents get no reminder.
        (incident(ack=Ack("U", AGO[1])), notification_at(LONG_AGO), False),
        (incident(flapping_since=AGO[9]), notification_at(LONG_AGO), False),
        (incident(ProblemKind.MISSING), notification_at(LONG_AGO), False),
        # ... nor do closed ones.
        (incident(closed_at=NOW), notification_at(LONG_AGO), False),
    ],
)
def test_a_reminder_is_due(known: Incident, notification: Notification, *, due: bool) -> None:
    assert bool(reminders.due_reminders([(known, notification)], NOW)) is due


def test_reminder_includes_incidents_due_soon() -> None:
    now_due = (incident(), notification_at(NOW - timedelta(hours=4)))
    soon = (incident(id=2), notification_at(NOW - timedelta(hours=2, minutes=30)))
    fresh = (incident(id=3), notification_at(AGO[5]))
    assert reminders.due_reminders([now_due, soon, fresh], NOW) == [now_due[0], soon[0]]


@pytest.mark.parametrize(
    ("ack", "asked", "unacked"),
    [
        (None, False, False),
        (Ack("U", NOW - timedelta(minutes=119)), False, False),
        (Ack("U", NOW - timedelta(hours=2)), True, False),
        (Ack("U", NOW - timedelta(hours=3), checked_at=AGO[9]), False, False),
        (Ack("U", NOW - timedelta(hours=3), checked_at=AGO[31]), False, True),
    ],
)
def test_ack_is_checked_and_expires(ack: Ack | None, *, asked: bool, unacked: bool) -> None:
    known = incident(ack=ack)
    assert (
        bool(reminders.due_ack_checks([known], NOW)),
        reminders.has_ack_expired(known, NOW),
    ) == (asked, unacked)
