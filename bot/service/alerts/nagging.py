"""Asking and reminding again, where the rules say that it is time."""

from dataclasses import replace

from bot.alerts import nags
from bot.alerts.groups import Group, Kind
from bot.alerts.incidents import Incident
from bot.render import alerts_groups
from bot.service.alerts.desk import Desk
from bot.store import cards, incidents


def nag(desk: Desk) -> None:
    """Ask those who are on something, forget those who do not answer, remind of the rest."""
    for incident in desk.open():
        if nags.is_asked(incident, desk.now):
            _ask(desk, incident)
        elif nags.is_unacked(incident, desk.now):
            _unack(desk, incident)
    _remind(desk)


def _ask(desk: Desk, incident: Incident) -> None:
    assert incident.ack
    asked = replace(incident, ack=replace(incident.ack, asked_at=desk.now))
    desk.change(asked)
    for channel, told in list(desk.told[incident.id].items())[:1]:
        message = alerts_groups.still_on_it(asked, desk.scene)
        cards.want(desk.tx, question(asked), channel, message, desk.now, parent=told.card)


def _unack(desk: Desk, incident: Incident) -> None:
    assert incident.ack
    message = alerts_groups.no_longer_on_it(incident, incident.ack.by, desk.scene)
    for card in cards.of(desk.tx, question(incident)):
        cards.change(desk.tx, card.id, message)
    desk.change(replace(incident, ack=None, reason="nobody is on it any more"))


def question(incident: Incident) -> str:
    """Return the subject of the card that asks "still on it?"; each ack is asked anew."""
    assert incident.ack
    return f"incident:{incident.id}:ask:{incident.ack.at.timestamp():.0f}"


def _remind(desk: Desk) -> None:
    """Remind each channel, in one message, of what is due in it."""
    for channel in sorted({channel for told in desk.told.values() for channel in told}):
        if found := _due(desk, channel):
            _digest(desk, channel, found)
            desk.remind(found, channel)


def _due(desk: Desk, channel: str) -> list[Incident]:
    told = [incident for incident in desk.open() if channel in desk.told[incident.id]]
    heard = [i for i in told if i.space not in desk.mutes and desk.hears(i, channel)]
    return nags.due([(i, desk.told[i.id][channel]) for i in heard], desk.now)


def _digest(desk: Desk, channel: str, found: list[Incident]) -> None:
    ids = tuple(incident.id for incident in found)
    group = Group(0, Kind.REMINDER, "", channel, 0, desk.now, ids)
    message = alerts_groups.reminder(group, found, desk.score(channel), desk.scene)
    subject = f"reminder:{desk.now.timestamp():.0f}"
    card = cards.want(desk.tx, subject, channel, message, desk.now)
    kept = incidents.add_group(desk.tx, replace(group, card=card))
    desk.groups[kept.id] = kept
