"""Placement of incidents on cards, in channels that weren't notified yet."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from bot.alerts.grouping import (
    Group,
    GroupKind,
    JoinGroup,
    NewGroup,
    OwnCard,
    Placement,
    place_incidents,
    same_cause,
)
from bot.alerts.incident import Incident, IncidentEvent
from bot.alerts.notification_board import Draft
from bot.alerts.notification_plan import IncidentContent, MovedContent
from bot.alerts.reasons import Reason, ReasonCode
from bot.cards.keys import CardKey


def place_unnotified(draft: Draft, *, is_initial: bool) -> None:
    """Place every unnotified incident on a card in each routed channel."""
    unnotified = _unnotified(draft)
    if is_initial:
        _place_initial(draft, unnotified.pop(draft.board.main_channel, []))
    for channel, found in unnotified.items():
        groups = [group for group in draft.groups.values() if group.channel == channel]
        for placement in place_incidents(found, _with_own_card(draft, channel), groups, draft.now):
            _place(draft, channel, placement)


def merge_same_cause(draft: Draft) -> None:
    """Group posted incidents whose logs show the same error."""
    for channel in draft.channels():
        for new_group in same_cause(_with_own_card(draft, channel)):
            _add_group(draft, channel, new_group)


def _unnotified(draft: Draft) -> dict[str, list[Incident]]:
    """Return the unnotified open incidents by channel; exclude muted ones."""
    found: dict[str, list[Incident]] = defaultdict(list)
    for incident in draft.open_incidents():
        known = draft.notified[incident.id]
        channels = draft.board.routing.receivers(incident.space, incident.problem)
        waiting = [channel for channel in channels if channel not in known]
        if waiting and incident.space in draft.board.mutes:
            _note_muted(draft, incident)
            continue
        for channel in waiting:
            found[channel].append(incident)
    return found


def _note_muted(draft: Draft, incident: Incident) -> None:
    if draft.events.get(incident.id) is IncidentEvent.OPENED:
        until = draft.board.mutes[incident.space].until
        draft.reasons[incident.space].append(Reason(ReasonCode.MUTED, until=until))


def _with_own_card(draft: Draft, channel: str) -> list[Incident]:
    """Return the open incidents with their own card in *channel*."""
    return [
        incident
        for incident in draft.open_incidents()
        if channel in draft.notified[incident.id] and draft.group_of(incident.id, channel) is None
    ]


def _place(draft: Draft, channel: str, placement: Placement) -> None:
    match placement:
        case OwnCard(incident, reason):
            content = IncidentContent(incident, draft.next_reminder(incident, channel))
            card = draft.post(CardKey.incident(incident.id), channel, content)
            _notify(draft, [incident], channel, card, reason)
        case JoinGroup(group, found, reason):
            members = (*group.members, *(incident.id for incident in found))
            draft.save_group(replace(group, members=members))
            draft.repost(group.card)
            _notify(draft, found, channel, group.card, reason)
        case NewGroup():
            _add_group(draft, channel, placement)


def _place_initial(draft: Draft, found: Sequence[Incident]) -> None:
    """Post one card with the findings of the initial scan, even if there are none."""
    new_group = NewGroup(GroupKind.INITIAL, "", tuple(found), Reason(ReasonCode.INITIAL_SCAN))
    _add_group(draft, draft.board.main_channel, new_group)


def _add_group(draft: Draft, channel: str, new_group: NewGroup) -> None:
    """Add a group on a new card, or on the newest card of its members."""
    known = [incident for incident in new_group.incidents if channel in draft.notified[incident.id]]
    fresh = [i for i in new_group.incidents if channel not in draft.notified[i.id]]
    ids = tuple(incident.id for incident in new_group.incidents)
    group = Group(0, new_group.kind, new_group.key, channel, 0, draft.now, ids)
    card = 0 if fresh or not known else _newest_card(draft, known, channel)
    if not card:
        key = CardKey.group(fresh[-1].id) if fresh else CardKey.initial_scan(draft.now)
        card = draft.post(key, channel, draft.group_content(group))
    draft.add_group(replace(group, card=card))
    for incident in known:
        _move(draft, incident, channel, card, len(new_group.incidents))
    _notify(draft, fresh, channel, card, new_group.reason)


def _newest_card(draft: Draft, known: Sequence[Incident], channel: str) -> int:
    """Return the newest card of *known* that people didn't delete; else the newest."""
    own = [draft.notified[incident.id][channel].card for incident in known]
    return next((card for card in reversed(own) if not draft.card(card).is_deleted), own[-1])


def _move(draft: Draft, incident: Incident, channel: str, card: int, size: int) -> None:
    """Move an incident from its own card to *card*; the old one shows the move."""
    own = draft.notified[incident.id][channel].card
    if own == card:
        return
    draft.contents[own] = MovedContent(incident, size)
    draft.resolve_card(own)
    draft.record_notified([incident], channel, card)


def _notify(
    draft: Draft, found: Sequence[Incident], channel: str, card: int, reason: Reason
) -> None:
    draft.record_notified(found, channel, card)
    shown = replace(reason, channel=channel)
    for incident in found:
        draft.reasons[incident.space].append(shown)
