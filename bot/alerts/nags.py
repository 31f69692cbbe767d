"""When people are asked or reminded again: rarely, together, and never for ever."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.alerts.incidents import Incident
from bot.alerts.troubles import Trouble

#: Still open after this: a reminder, and again after as long, so many times.
REMIND_AFTER = timedelta(hours=4)
REMINDERS = 3
#: What would be due so soon is taken along: one message instead of two.
_TAKEN_ALONG = timedelta(hours=2)
#: "Still on it?" is asked after this, and an ack ends when nobody has answered for so long.
ASK_AFTER = timedelta(hours=2)
UNACK_AFTER = timedelta(minutes=30)


def due(incidents: Iterable[Incident], now: datetime) -> list[Incident]:
    """Return the incidents of one channel's reminder; empty while none is due."""
    waiting = [incident for incident in incidents if _reminds(incident)]
    if not any(next_reminder(incident) <= now for incident in waiting):
        return []
    return [i for i in waiting if next_reminder(i) <= now + _TAKEN_ALONG]


def next_reminder(incident: Incident) -> datetime:
    return (incident.reminded_at or incident.opened_at) + REMIND_AFTER


def reminded(incident: Incident, now: datetime) -> Incident:
    return replace(incident, reminders=incident.reminders + 1, reminded_at=now)


def _reminds(incident: Incident) -> bool:
    settled = incident.ack or incident.unstable_since or incident.trouble is Trouble.GONE
    return incident.is_open and not settled and incident.reminders < REMINDERS


def is_asked(incident: Incident, now: datetime) -> bool:
    """Whether whoever is on it is to be asked again."""
    ack = incident.ack
    return ack is not None and ack.asked_at is None and now - ack.at >= ASK_AFTER


def is_unacked(incident: Incident, now: datetime) -> bool:
    """Whether nobody has answered the question, so that nobody is on it."""
    ack = incident.ack
    return ack is not None and ack.asked_at is not None and now - ack.asked_at >= UNACK_AFTER
