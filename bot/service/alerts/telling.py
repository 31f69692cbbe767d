"""Putting each incident on the card where people read about it, and keeping that card true."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.alerts.evidence import with_evidence
from bot.alerts.follow import Turn
from bot.alerts.groups import Alone, Founds, Group, Joins, Kind, Place, places, same_cause
from bot.alerts.incidents import Evidence, Incident
from bot.cards import Message, State
from bot.render import alerts
from bot.service.alerts import nagging, showing
from bot.service.alerts.desk import Desk, News, lay
from bot.service.parts import Parts
from bot.store import Tx, cards, incidents, mutes

#: A card that was not edited for so long is edited, the same again: Slack tells nobody that a
#: message was deleted, only whoever edits it. So many in one sweep at the most.
_UNTOUCHED = timedelta(minutes=45)
_TOUCHED = 10


def tell(parts: Parts, tx: Tx, news: News) -> Mapping[str, Sequence[str]]:
    """Write down every card that *news* calls for; return, by Space, why it is told so."""
    desk = lay(parts, tx, news)
    if not desk.incidents and not news.first:
        return {}
    nagging.nag(desk)
    _unmuted(desk)
    untold = _untold(desk)
    if news.first:
        _first(desk, untold.pop(desk.main, []))
    for channel, found in untold.items():
        for place in places(found, _single(desk, channel), _groups(desk, channel), desk.now):
            _put(desk, channel, place)
    _merge(desk)
    showing.show(desk)
    incidents.touch(desk.tx, desk.now - _UNTOUCHED, _TOUCHED)
    return desk.notes


def _unmuted(desk: Desk) -> None:
    """Take what is muted no more off the cards."""
    over = set(mutes.expire(desk.tx, desk.now))
    desk.touched |= {incident.id for incident in desk.open() if incident.space in over}


def add_evidence(
    parts: Parts, tx: Tx, news: News, found: Sequence[tuple[Incident, Evidence]]
) -> None:
    """Edit in what the logs of incidents have told, where nothing has changed since."""
    desk = lay(parts, tx, news)
    for before, evidence in found:
        incident = desk.incidents.get(before.id)
        if incident and incident.changed_at == before.changed_at:
            desk.change(with_evidence(incident, evidence))
    _merge(desk)
    showing.show(desk)


def _untold(desk: Desk) -> dict[str, list[Incident]]:
    """Return, by channel, the open incidents that it should have heard of and has not."""
    found: dict[str, list[Incident]] = defaultdict(list)
    for incident in desk.open():
        told = desk.told[incident.id]
        channels = desk.audience.channels(incident.space, incident.trouble)
        waiting = [channel for channel in channels if channel not in told]
        if waiting and (mute := desk.mutes.get(incident.space)):
            if desk.turns.get(incident.id) is Turn.OPENED:
                desk.notes[incident.space].append(
                    f"muted until {mute.until:%d %b %H:%M} UTC, so it has no card before"
                )
            continue
        for channel in waiting:
            found[channel].append(incident)
    return found


def _single(desk: Desk, channel: str) -> list[Incident]:
    """Return the open incidents that have a card of their own in *channel*."""
    return [
        incident
        for incident in desk.open()
        if channel in desk.told[incident.id] and desk.group_of(incident.id, channel) is None
    ]


def _groups(desk: Desk, channel: str) -> list[Group]:
    return [group for group in desk.groups.values() if group.channel == channel]


def _put(desk: Desk, channel: str, place: Place) -> None:
    """Give the incidents of *place* their card."""
    match place:
        case Alone(incident, reason):
            message = alerts.card(incident, desk.scene, desk.next_reminder(incident, channel))
            card = cards.want(desk.tx, f"incident:{incident.id}", channel, message, desk.now)
            _told(desk, [incident], channel, card, reason)
        case Joins(group, found, reason):
            members = (*group.members, *(incident.id for incident in found))
            desk.keep_group(replace(group, members=members))
            cards.revive(desk.tx, group.card)
            _told(desk, found, channel, group.card, reason)
        case Founds():
            _found(desk, channel, place)


def _found(desk: Desk, channel: str, founds: Founds) -> None:
    """Make a group: on a new card, or on the newest one that its members have already."""
    told = [incident for incident in founds.incidents if channel in desk.told[incident.id]]
    fresh = [incident for incident in founds.incidents if channel not in desk.told[incident.id]]
    group = Group(0, founds.kind, founds.key, channel, 0, desk.now, _ids(founds.incidents))
    if fresh or not told:
        subject = f"group:{fresh[-1].id if fresh else f'first:{desk.now.timestamp():.0f}'}"
        # It says nothing before it is shown with the others, by the number of its group.
        card = cards.want(desk.tx, subject, channel, Message(""), desk.now)
    else:
        card = _newest(desk, [desk.told[incident.id][channel].card for incident in told])
    desk.add_group(replace(group, card=card))
    for incident in told:
        _leave(desk, incident, channel, card, len(founds.incidents))
    _told(desk, fresh, channel, card, founds.reason)


def _newest(desk: Desk, own: Sequence[int]) -> int:
    """Return the newest of the cards that people have not deleted for good."""
    kept = {card.id for card in cards.get(desk.tx, own) if card.state is not State.REMOVED}
    return next((card for card in reversed(own) if card in kept), own[-1])


def _leave(desk: Desk, incident: Incident, channel: str, card: int, number: int) -> None:
    """Move an incident from its own card to a shared one; the old card says where it went."""
    own = desk.told[incident.id][channel].card
    if own == card:
        return
    cards.change(desk.tx, own, alerts.told_elsewhere(incident, number, desk.scene))
    cards.finish(desk.tx, own, desk.now)
    desk.tell([incident], channel, card)


def _told(desk: Desk, found: Sequence[Incident], channel: str, card: int, reason: str) -> None:
    desk.tell(found, channel, card)
    for incident in found:
        desk.notes[incident.space].append(f"told in {channel}: {reason}")


def _first(desk: Desk, found: Sequence[Incident]) -> None:
    """Say in one message what a new bot has found, be it nothing."""
    _found(desk, desk.main, Founds(Kind.FIRST, "", tuple(found), "found at the first look"))


def _merge(desk: Desk) -> None:
    """Bring incidents together whose logs have shown the same error after they were told."""
    channels = {channel for told in desk.told.values() for channel in told}
    for channel in sorted(channels):
        for founds in same_cause(_single(desk, channel)):
            _found(desk, channel, founds)


def _ids(found: Sequence[Incident]) -> tuple[int, ...]:
    return tuple(incident.id for incident in found)
