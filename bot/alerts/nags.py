"""When people are asked or reminded again: rarely, together, and never for ever."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.alerts.groups import Group, Kind
from bot.alerts.incidents import Ack, Incident, Telling
from bot.alerts.troubles import Trouble

#: Still open after this: a reminder, and again after as long, so many times.
REMIND_AFTER = timedelta(hours=4)
REMINDERS = 3
#: What would be due so soon is taken along: one message instead of two.
_TAKEN_ALONG = timedelta(hours=2)
#: "Still on it?" is asked after this, and an ack ends when nobody has answered for so long.
ASK_AFTER = timedelta(hours=2)
UNACK_AFTER = timedelta(minutes=30)
#: A question that cannot be read is waited for as long as this after the ack, and no longer.
_GIVEN_UP = timedelta(hours=24)


def due(told: Iterable[tuple[Incident, Telling]], now: datetime) -> list[Incident]:
    """Return the incidents of one channel's reminder; empty while none is due."""
    nexts = [(incident, next_reminder(incident, telling)) for incident, telling in told]
    waiting = [(incident, at) for incident, at in nexts if at]
    if not any(at <= now for _, at in waiting):
        return []
    return [incident for incident, at in waiting if at <= now + _TAKEN_ALONG]


def next_reminder(incident: Incident, telling: Telling) -> datetime | None:
    """Return when a channel is reminded of an incident if it stays as it is; None: not at all."""
    settled = incident.ack or incident.unstable_since or incident.trouble is Trouble.GONE
    if settled or not incident.is_open or telling.reminders >= REMINDERS:
        return None
    return (telling.reminded_at or telling.at) + REMIND_AFTER


def reminded(telling: Telling, now: datetime) -> Telling:
    return replace(telling, reminders=telling.reminders + 1, reminded_at=now)


def not_reminded(telling: Telling) -> Telling:
    """Return *telling* after a reminder was taken back: it does not count."""
    return replace(telling, reminders=telling.reminders - 1)


def to_ask(incidents: Iterable[Incident], now: datetime) -> dict[Ack, list[Incident]]:
    """Return what people are to be asked about again, by the ack that took it: one question each.

    Who said once that they are on many Spaces is asked once.
    """
    found: dict[Ack, list[Incident]] = {}
    for incident in incidents:
        ack = incident.ack
        if ack and ack.asked_at is None and now - ack.at >= ASK_AFTER:
            found.setdefault(ack, []).append(incident)
    return found


def asked(incident: Incident, now: datetime) -> Incident:
    assert incident.ack, "only who is on it is asked"
    return replace(incident, ack=replace(incident.ack, asked_at=now))


def is_waiting(question: Group, incident: Incident) -> bool:
    """Whether *question* is still open for one of those that it asks about."""
    ack = incident.ack
    mine = ack is not None and (ack.by, ack.asked_at) == (question.key, question.opened_at)
    return incident.is_open and mine


def may_put_off(incident: Incident, now: datetime) -> bool:
    """Whether a question that nobody can have read yet may still be answered later."""
    return incident.ack is not None and now - incident.ack.at < _GIVEN_UP


def is_over(group: Group, members: Iterable[Incident]) -> bool:
    """Whether a card has nothing more to follow; a question hasn't once it is answered."""
    if group.kind is Kind.QUESTION:
        return not any(is_waiting(group, member) for member in members)
    return not any(member.is_open for member in members)


def is_unacked(incident: Incident, now: datetime) -> bool:
    """Whether nobody has answered the question, so that nobody is on it."""
    ack = incident.ack
    return ack is not None and ack.asked_at is not None and now - ack.asked_at >= UNACK_AFTER
