"""Card contents and thread replies of one notification pass."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.alerts import reminders
from bot.alerts.grouping import Group, GroupKind
from bot.alerts.incident import Incident, IncidentEvent
from bot.alerts.notification_board import Draft
from bot.alerts.notification_plan import (
    EscalationContent,
    GroupRecoveryContent,
    IncidentContent,
    RecoveryContent,
    Reply,
)
from bot.alerts.problems import ProblemKind
from bot.cards.keys import CardKind

#: These events make an unposted escalation reply untrue.
_OVERTAKING = (
    IncidentEvent.ESCALATED,
    IncidentEvent.IMPROVED,
    IncidentEvent.RESOLVED,
    IncidentEvent.CLOSED_SILENTLY,
)
_INCIDENT_REPLIES = (CardKind.ESCALATION, CardKind.RECOVERY)


def plan_card_updates(draft: Draft) -> None:
    """Update the cards of dirty incidents and of every open group.

    Groups are always included because their score may have changed.
    """
    for id in sorted(draft.dirty):
        for channel in draft.notified[id]:
            if draft.group_of(id, channel) is None:
                _show_incident(draft, draft.incidents[id], channel)
    for group in list(draft.groups.values()):
        _show_group(draft, group)
    _hold_back_muted(draft)


def _show_incident(draft: Draft, incident: Incident, channel: str) -> None:
    card = draft.notified[incident.id][channel].card
    draft.contents[card] = IncidentContent(incident, draft.next_reminder(incident, channel))
    if not incident.is_open:
        draft.resolve_card(card)
    quiet, event = draft.is_quiet(incident, channel), draft.events.get(incident.id)
    if quiet or event in _OVERTAKING:
        draft.withdraw_replies(card, _INCIDENT_REPLIES)
    if quiet:
        return
    match event:
        case IncidentEvent.RESOLVED:
            content = RecoveryContent(incident)
            draft.reply(Reply(card, channel, CardKind.RECOVERY, content, incident.id))
        case IncidentEvent.ESCALATED:
            _reply_escalated(draft, incident, channel, card)


def _reply_escalated(draft: Draft, incident: Incident, channel: str, card: int) -> None:
    """Reply to the card once for each escalation.

    The reply's key contains the time of the change, because sweeps may report it repeatedly.
    """
    content = EscalationContent((incident,), in_group=False)
    at = incident.changed_at
    draft.reply(Reply(card, channel, CardKind.ESCALATION, content, incident.id, at=at))
    draft.repost(card)


def _show_group(draft: Draft, group: Group) -> None:
    members = draft.members(group)
    pinging = [member for member in members if not draft.is_quiet(member, group.channel)]
    group = _update_group(draft, group, members, pinging)
    draft.contents[group.card] = draft.group_content(group)
    if group.is_secondary:
        return
    is_routed = any(draft.is_routed(member, group.channel) for member in members)
    if group.closed_at and group.announce_recovery and is_routed:
        content = GroupRecoveryContent(group, tuple(members), draft.score(group.channel))
        draft.reply(
            Reply(group.card, group.channel, CardKind.GROUP_RECOVERY, content, group=group.id)
        )
    _show_escalated(draft, group, pinging)


def _update_group(
    draft: Draft, group: Group, members: Sequence[Incident], pinging: Sequence[Incident]
) -> Group:
    """Return *group* with `announce_recovery` and `closed_at` as of this pass; save it."""
    recovered = any(draft.events.get(member.id) is IncidentEvent.RESOLVED for member in pinging)
    over = reminders.is_finished(group, members)
    after = replace(
        group,
        announce_recovery=group.announce_recovery or recovered,
        closed_at=draft.now if over else None,
    )
    if over:
        draft.close_group(after)
        draft.resolve_card(group.card)
    elif after != group:
        draft.save_group(after)
    if over and group.is_secondary:
        draft.withdraw(group.card)
    return after


def _show_escalated(draft: Draft, group: Group, pinging: Sequence[Incident]) -> None:
    """Reply with the incidents of *group* that escalated; update an unposted reply."""
    escalated = [
        member for member in pinging if draft.events.get(member.id) is IncidentEvent.ESCALATED
    ]
    if escalated:
        draft.repost(group.card)
    unposted = [r.id for r in draft.card(group.card).replies if r.kind is CardKind.ESCALATION]
    if unposted and group.kind is GroupKind.SAME_PROBLEM:
        _update_reply(draft, unposted[0], [m for m in pinging if _is_more_severe(m, group)])
    elif group.closed_at:
        draft.withdraw_replies(group.card, [CardKind.ESCALATION])
    elif escalated:
        content = EscalationContent(tuple(escalated), in_group=True)
        kind, at = CardKind.ESCALATION, draft.now
        draft.reply(Reply(group.card, group.channel, kind, content, group=group.id, at=at))


def _is_more_severe(member: Incident, group: Group) -> bool:
    """Return whether *member* has a more severe problem than its group."""
    return member.is_open and member.problem.severity > ProblemKind(group.key).severity


def _update_reply(draft: Draft, reply: int, escalated: Sequence[Incident]) -> None:
    if escalated:
        draft.contents[reply] = EscalationContent(tuple(escalated), in_group=True)
    else:
        draft.withdraw(reply)


def _hold_back_muted(draft: Draft) -> None:
    """Hold back unposted cards until their first mute ends; release the others.

    Also moves `notified_at`, because reminders count from when people can read the card.
    """
    known: dict[tuple[int, str], list[Incident]] = defaultdict(list)
    for incident in draft.open_incidents():
        for channel, notification in draft.notified[incident.id].items():
            if draft.card(notification.card).is_unposted:
                known[notification.card, channel].append(incident)
    for (card, channel), found in known.items():
        until = _muted_until(draft, found)
        if draft.card(card).muted_until != until:
            draft.hold_back(card, until)
        for incident in found:
            notification = draft.notified[incident.id][channel]
            draft.save_notified(
                incident.id, channel, replace(notification, notified_at=until or draft.now)
            )


def _muted_until(draft: Draft, found: Sequence[Incident]) -> datetime | None:
    """Return when the first mute of *found* ends; None if one isn't muted."""
    ends = [mute.until for i in found if (mute := draft.board.mutes.get(i.space))]
    return min(ends) if len(ends) == len(found) else None
