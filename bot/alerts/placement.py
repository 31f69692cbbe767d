"""Which card informs which channel about an incident that the channel doesn't know of yet."""

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
from bot.alerts.incident import Incident
from bot.alerts.incident_update import IncidentEvent
from bot.alerts.notification_board import Draft
from bot.alerts.notification_plan import IncidentContent, MovedContent


def place_unnotified(draft: Draft, *, is_initial: bool) -> None:
    """Put every incident that a channel should know of, and doesn't, on a card there."""
    unnotified = _unnotified(draft)
    if is_initial:
        _place_initial(draft, unnotified.pop(draft.board.main_channel, []))
    for channel, found in unnotified.items():
        groups = [group for group in draft.groups.values() if group.channel == channel]
        for place in place_incidents(found, _with_own_card(draft, channel), groups, draft.now):
            _place(draft, channel, place)


def merge_same_cause(draft: Draft) -> None:
    """Group incidents whose logs showed the same error after they were posted."""
    for channel in draft.channels():
        for founds in same_cause(_with_own_card(draft, channel)):
            _add_group(draft, channel, founds)


def _unnotified(draft: Draft) -> dict[str, list[Incident]]:
    """Return, by channel, the open incidents that are routed there and not muted."""
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
        draft.reasons[incident.space].append(
            f"muted until {until:%d %b %H:%M} UTC, so it has no card before"
        )


def _with_own_card(draft: Draft, channel: str) -> list[Incident]:
    """Return the open incidents that have a card of their own in *channel*."""
    return [
        incident
        for incident in draft.open_incidents()
        if channel in draft.notified[incident.id] and draft.group_of(incident.id, channel) is None
    ]


def _place(draft: Draft, channel: str, place: Placement) -> None:
    match place:
        case OwnCard(incident, reason):
            content = IncidentContent(incident, draft.next_reminder(incident, channel))
            card = draft.post(f"incident:{incident.id}", channel, content)
            _notify(draft, [incident], channel, card, reason)
        case JoinGroup(group, found, reason):
            members = (*group.members, *(incident.id for incident in found))
            draft.save_group(replace(group, members=members))
            draft.repost(group.card)
            _notify(draft, found, channel, group.card, reason)
        case NewGroup():
            _add_group(draft, channel, place)


def _place_initial(draft: Draft, found: Sequence[Incident]) -> None:
    """Post what the first scan found on one card, even if it is nothing."""
    founds = NewGroup(GroupKind.INITIAL, "", tuple(found), "found at the first look")
    _add_group(draft, draft.board.main_channel, founds)


def _add_group(draft: Draft, channel: str, founds: NewGroup) -> None:
    """Make a group on a new card, or on the newest card that its members have already."""
    known = [incident for incident in founds.incidents if channel in draft.notified[incident.id]]
    fresh = [i for i in founds.incidents if channel not in draft.notified[i.id]]
    ids = tuple(incident.id for incident in founds.incidents)
    group = Group(0, founds.kind, founds.key, channel, 0, draft.now, ids)
    card = 0 if fresh or not known else _newest_card(draft, known, channel)
    if not card:
        last = fresh[-1].id if fresh else f"first:{draft.now.timestamp():.0f}"
        card = draft.post(f"group:{last}", channel, draft.group_content(group))
    draft.add_group(replace(group, card=card))
    for incident in known:
        _move(draft, incident, channel, card, len(founds.incidents))
    _notify(draft, fresh, channel, card, founds.reason)


def _newest_card(draft: Draft, known: Sequence[Incident], channel: str) -> int:
    """Return the newest card of *known* that people did not delete for good."""
    own = [draft.notified[incident.id][channel].card for incident in known]
    return next((card for card in reversed(own) if not draft.card(card).is_deleted), own[-1])


def _move(draft: Draft, incident: Incident, channel: str, card: int, size: int) -> None:
    """Move an incident from its own card to a shared one; the old card says where it went."""
    own = draft.notified[incident.id][channel].card
    if own == card:
        return
    draft.contents[own] = MovedContent(incident, size)
    draft.resolve_card(own)
    draft.record_notified([incident], channel, card)


def _notify(draft: Draft, found: Sequence[Incident], channel: str, card: int, reason: str) -> None:
    draft.record_notified(found, channel, card)
    for incident in found:
        draft.reasons[incident.space].append(f"card for {channel}: {reason}")
