"""Planning of notifications, reminders and ack checks: one pure function per cause of a pass."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.alerts import reminders
from bot.alerts.card_updates import plan_card_updates
from bot.alerts.diagnosis import with_diagnosis
from bot.alerts.grouping import Group, GroupKind
from bot.alerts.incident import Ack, Diagnosis, Incident, IncidentEvent
from bot.alerts.notification_board import Draft, NotificationBoard
from bot.alerts.notification_plan import NotificationPlan
from bot.alerts.placement import merge_same_cause, place_unnotified
from bot.alerts.reasons import Reason, ReasonCode
from bot.cards.keys import CardKey


def plan_notifications(
    board: NotificationBoard,
    events: Mapping[int, IncidentEvent],
    now: datetime,
    *,
    is_initial: bool = False,
    unmuted: Collection[str] = (),
) -> NotificationPlan:
    """Return the notification plan after a sweep.

    *events* are by incident id, *unmuted* are the Spaces whose mute just ended. The initial scan
    posts one card with its findings, even if there are none.
    """
    draft = Draft.of(board, now, events)
    if not board.incidents and not is_initial:
        return draft.plan()
    plan_reminders(draft)
    draft.dirty |= {i.id for i in draft.open_incidents() if i.space in unmuted}
    place_unnotified(draft, is_initial=is_initial)
    merge_same_cause(draft)
    plan_card_updates(draft)
    return draft.plan()


def plan_diagnosis(
    board: NotificationBoard, found: Sequence[tuple[Incident, Diagnosis]], now: datetime
) -> NotificationPlan:
    """Return the notification plan after logs were read.

    Skips incidents that have changed since, because the log may be that of another error.
    """
    draft = Draft.of(board, now)
    for before, diagnosis in found:
        incident = draft.incidents.get(before.id)
        if incident and incident.changed_at == before.changed_at:
            draft.change(with_diagnosis(incident, diagnosis))
    merge_same_cause(draft)
    plan_card_updates(draft)
    return draft.plan()


def plan_refresh(
    board: NotificationBoard,
    now: datetime,
    *,
    changed: Sequence[Incident] = (),
    spaces: Collection[str] = (),
) -> NotificationPlan:
    """Return the notification plan after a user's action on *changed* incidents or *spaces*."""
    draft = Draft.of(board, now)
    for incident in changed:
        draft.change(incident)
    draft.dirty |= {i.id for i in draft.open_incidents() if i.space in spaces}
    plan_card_updates(draft)
    return draft.plan()


def plan_reminders(draft: Draft) -> None:
    """Expire unanswered acks, post due ack checks and due reminders."""
    unposted = [group for group in draft.groups.values() if draft.card(group.card).is_unposted]
    for group in unposted:
        if group.kind is GroupKind.ACK_CHECK:
            _postpone(draft, group)
    for incident in draft.open_incidents():
        if reminders.has_ack_expired(incident, draft.now):
            draft.change(replace(incident, ack=None, reason=Reason(ReasonCode.ACK_EXPIRED)))
    unmuted = [i for i in draft.open_incidents() if i.space not in draft.board.mutes]
    for ack, found in reminders.due_ack_checks(unmuted, draft.now).items():
        for channel, incidents in _by_channel(draft, found).items():
            _check_ack(draft, ack, channel, incidents)
    _remind(draft, [group for group in unposted if group.kind is GroupKind.REMINDER])


def _postpone(draft: Draft, check: Group) -> None:
    """Restart the time to answer *check*, because it isn't posted yet."""
    asked = [i for i in draft.members(check) if reminders.awaits_answer(check, i)]
    if all(reminders.can_postpone(incident, draft.now) for incident in asked):
        for incident in asked:
            draft.change(reminders.mark_checked(incident, draft.now))
        draft.save_group(replace(check, opened_at=draft.now))


def _by_channel(draft: Draft, found: Sequence[Incident]) -> dict[str, list[Incident]]:
    """Return incidents by the first channel that was notified and is still routed."""
    by_channel: dict[str, list[Incident]] = {}
    for incident in found:
        known = [c for c in draft.notified[incident.id] if draft.is_routed(incident, c)]
        if known:
            by_channel.setdefault(known[0], []).append(incident)
    return by_channel


def _check_ack(draft: Draft, ack: Ack, channel: str, found: Sequence[Incident]) -> None:
    """Post one ack check for all incidents of *ack*.

    It goes into the thread of their card if they share one.
    """
    asked = [reminders.mark_checked(incident, draft.now) for incident in found]
    for incident in asked:
        draft.change(incident)
    shared = {draft.notified[incident.id][channel].card for incident in asked}
    ids = tuple(incident.id for incident in asked)
    group = Group(0, GroupKind.ACK_CHECK, ack.by, channel, 0, draft.now, ids)
    key = CardKey.ack_check(ack.by, ack.at, draft.now)
    card = draft.post(key, channel, draft.group_content(group), _visible_parent(draft, shared))
    draft.add_group(replace(group, card=card))


def _visible_parent(draft: Draft, shared: Collection[int]) -> int | None:
    """Return the only card of *shared* if it is visible in Slack, else None."""
    (card, *others) = shared
    return card if not others and draft.card(card).is_visible else None


def _remind(draft: Draft, unposted: Sequence[Group]) -> None:
    """Post one reminder per channel with all due incidents; it replaces *unposted* ones."""
    for channel in draft.channels():
        if found := _due(draft, channel):
            for group in unposted:
                if group.channel == channel:
                    _take_back(draft, group)
            _post_reminder(draft, channel, found)


def _take_back(draft: Draft, reminder: Group) -> None:
    """Withdraw an unposted reminder and subtract it from the counts."""
    draft.withdraw(reminder.card)
    for incident in draft.members(reminder):
        if incident.is_open:
            before = draft.notified[incident.id][reminder.channel]
            draft.save_notified(incident.id, reminder.channel, reminders.undo_reminder(before))
    draft.close_group(replace(reminder, closed_at=draft.now))


def _due(draft: Draft, channel: str) -> list[Incident]:
    known = [i for i in draft.open_incidents() if channel in draft.notified[i.id]]
    unmuted = [i for i in known if i.space not in draft.board.mutes and draft.is_routed(i, channel)]
    return reminders.due_reminders([(i, draft.notified[i.id][channel]) for i in unmuted], draft.now)


def _post_reminder(draft: Draft, channel: str, found: Sequence[Incident]) -> None:
    ids = tuple(incident.id for incident in found)
    group = Group(0, GroupKind.REMINDER, "", channel, 0, draft.now, ids)
    card = draft.post(CardKey.reminder(draft.now), channel, draft.group_content(group))
    draft.add_group(replace(group, card=card))
    for incident in found:
        before = draft.notified[incident.id][channel]
        draft.save_notified(incident.id, channel, reminders.record_reminder(before, draft.now))
        draft.dirty.add(incident.id)
