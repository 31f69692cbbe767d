"""Notification passes: load the board, plan, and write the plan in one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from bot.alerts.grouping import Group
from bot.alerts.incident import Diagnosis, Incident, IncidentUpdate
from bot.alerts.notification_board import NotificationBoard
from bot.alerts.notification_plan import (
    Content,
    GroupContent,
    GroupRecoveryContent,
    NotificationPlan,
)
from bot.alerts.notifications import plan_diagnosis, plan_notifications
from bot.alerts.reasons import Reason
from bot.alerts.routing import RoutingTable
from bot.cards import Message
from bot.cards.keys import CardKey
from bot.cards.transitions import (
    cancel_unposted,
    hold_back,
    mark_resolved,
    remove_offers,
    repost_if_deleted,
)
from bot.command import Command
from bot.model import Fleet
from bot.render.alerts.content import render_content
from bot.render.alerts.context import AlertContext
from bot.service.alerts import routing
from bot.service.alerts.board import context_of, load_board
from bot.settings import Settings
from bot.store import Tx, alert_groups, cards, incidents, mutes, notifications, spaces

#: Age after which an open incident's card is edited with the same content, and how many per sweep.
#: Slack reports a deleted message only to the caller that edits it.
_RECHECK_AFTER = timedelta(minutes=45)
_MAX_RECHECKS = 10


@dataclass(frozen=True, slots=True)
class SweepResult:
    """The result of one sweep that notifications depend on."""

    updates: Sequence[IncidentUpdate]
    incidents: Mapping[int, Incident]  # open, or closed by an update
    fleet: Fleet
    routing: RoutingTable
    new_owners: frozenset[str]  # owners seen for the first time
    now: datetime


def notify(
    tx: Tx, settings: Settings, commands: Mapping[str, Command], result: SweepResult
) -> Mapping[str, Sequence[Reason]]:
    """Write the notifications of a sweep; return the reasons by Space."""
    expired = mutes.expire(tx, result.now)
    close_ended_announcements(tx, (mute.announcement for mute in expired))
    unmuted = [mute.space for mute in expired]
    board = load_board(
        tx, settings, result.fleet, result.routing, result.now, known=result.incidents
    )
    events = {update.incident.id: update.event for update in result.updates}
    plan = plan_notifications(
        board, events, result.now, is_initial=bool(result.new_owners), unmuted=unmuted
    )
    apply_plan(tx, board, plan, context_of(settings, commands, board), result.now)
    incidents.schedule_refresh(tx, result.now - _RECHECK_AFTER, _MAX_RECHECKS)
    return plan.reasons


def close_ended_announcements(tx: Tx, announcements: Iterable[str]) -> None:
    """Remove the offers of those *announcements* whose mutes are all replaced or over."""
    for announcement in set(announcements) - mutes.announcements(tx) - {""}:
        ids = [card.id for card in cards.by_key(tx, CardKey.announcement(announcement))]
        cards.change(tx, ids, remove_offers)


def notify_diagnosis(
    tx: Tx,
    settings: Settings,
    commands: Mapping[str, Command],
    diagnoses: Sequence[tuple[Incident, Diagnosis]],
    now: datetime,
) -> None:
    """Show diagnoses on the cards of incidents that haven't changed since."""
    fleet = spaces.fleet(tx)
    board = load_board(tx, settings, fleet, routing.load_routing(tx, settings, fleet, now), now)
    apply_plan(
        tx, board, plan_diagnosis(board, diagnoses, now), context_of(settings, commands, board), now
    )


def apply_plan(
    tx: Tx, board: NotificationBoard, plan: NotificationPlan, ctx: AlertContext, now: datetime
) -> None:
    """Write the incidents, groups, notifications and cards of *plan*."""
    incidents.save(tx, plan.incidents)
    card_ids = _post(tx, plan, ctx, now)
    group_ids = _save_groups(tx, plan, card_ids)
    notified = {
        key: replace(one, card=card_ids[one.card]) if one.card in card_ids else one
        for key, one in plan.notified.items()
    }
    incidents.save_notifications(tx, notified, board.notified)
    _set_contents(tx, plan, ctx, card_ids, group_ids)
    _change_states(tx, plan, card_ids, now)
    _post_replies(tx, plan, ctx, group_ids, now)


def _post(tx: Tx, plan: NotificationPlan, ctx: AlertContext, now: datetime) -> dict[int, int]:
    """Insert new cards; return their ids by the plan's negative ids.

    A new group's card is empty at first, because its content contains the group's id.
    """
    messages = {
        id: Message("") if _is_of_new_group(plan.contents[id]) else _render(plan, id, ctx)
        for id in plan.posts
    }
    return notifications.insert_posts(tx, plan.posts, messages, now)


def _render(plan: NotificationPlan, card: int, ctx: AlertContext) -> Message:
    return render_content(plan.contents[card], ctx)


def _is_of_new_group(content: Content) -> bool:
    return isinstance(content, GroupContent) and content.group.id <= 0


def _save_groups(tx: Tx, plan: NotificationPlan, card_ids: Mapping[int, int]) -> dict[int, int]:
    """Write groups; return the ids of the new ones by the plan's negative ids."""
    ids: dict[int, int] = {}
    for group in plan.groups:
        stored = replace(group, card=card_ids.get(group.card, group.card))
        if group.id < 0:
            ids[group.id] = alert_groups.add(tx, stored).id
        else:
            alert_groups.save(tx, stored)
    return ids


def _set_contents(
    tx: Tx,
    plan: NotificationPlan,
    ctx: AlertContext,
    card_ids: Mapping[int, int],
    group_ids: Mapping[int, int],
) -> None:
    """Set the contents of existing cards and of new groups' cards."""
    messages = {
        card_ids.get(card, card): render_content(_with_group_id(content, group_ids), ctx)
        for card, content in plan.contents.items()
        if card not in plan.posts or _is_of_new_group(content)
    }
    cards.set_contents(tx, messages)


def _with_group_id(content: Content, group_ids: Mapping[int, int]) -> Content:
    if isinstance(content, GroupContent | GroupRecoveryContent):
        return replace(content, group=_with_stored_id(content.group, group_ids))
    return content


def _with_stored_id(group: Group, group_ids: Mapping[int, int]) -> Group:
    return replace(group, id=group_ids.get(group.id, group.id))


def _change_states(
    tx: Tx, plan: NotificationPlan, card_ids: Mapping[int, int], now: datetime
) -> None:
    """Resolve, repost, withdraw and hold back cards.

    Cards are resolved first, because a resolved card must not be posted again.
    """

    def stored(ids: Iterable[int]) -> set[int]:
        return {card_ids.get(id, id) for id in ids}

    cards.change(tx, stored(plan.resolved), partial(mark_resolved, now=now))
    cards.change(tx, stored(plan.reposted), repost_if_deleted)
    cards.change(tx, stored(plan.withdrawn), cancel_unposted)
    cards.change(tx, plan.held_back, lambda card: hold_back(card, plan.held_back[card.id]))


def _post_replies(
    tx: Tx, plan: NotificationPlan, ctx: AlertContext, group_ids: Mapping[int, int], now: datetime
) -> None:
    for reply in plan.replies:
        message = render_content(_with_group_id(reply.content, group_ids), ctx)
        key = reply.key(group_ids.get(reply.group, reply.group))
        cards.upsert(tx, key, reply.channel, message, now, parent=reply.parent)
