"""Planning notifications and writing the plan, in the transaction of what caused them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.alerts.follow import Verdict
from bot.alerts.groups import Group
from bot.alerts.hearing import Audience
from bot.alerts.incidents import Evidence, Incident
from bot.alerts.notification_board import NotificationBoard
from bot.alerts.notification_plan import (
    Content,
    GroupContent,
    GroupRecoveryContent,
    NotificationPlan,
)
from bot.alerts.notifications import plan_diagnosis, plan_notifications
from bot.cards import Message
from bot.model import Fleet
from bot.render.alert_content import render_content
from bot.render.alerts_scene import Scene
from bot.service.alerts import hearing
from bot.service.alerts.board import load_board, scene_of
from bot.service.parts import Parts
from bot.store import Tx, cards, incidents, mutes, notifications, spaces

#: A card of an open incident that was not edited for so long is edited with the same content:
#: Slack reports a deleted message only to the caller that edits it. At most so many per sweep.
_RECHECK_AFTER = timedelta(minutes=45)
_RECHECKS = 10


@dataclass(frozen=True, slots=True)
class SweepResult:
    """What one sweep decided."""

    verdicts: Sequence[Verdict]
    fleet: Fleet
    audience: Audience
    first: frozenset[str]  # owners seen for the first time
    now: datetime


def notify(parts: Parts, tx: Tx, result: SweepResult) -> Mapping[str, Sequence[str]]:
    """Write every card that a sweep calls for; return the reasons by Space."""
    unmuted = mutes.expire(tx, result.now)
    updated = [verdict.incident for verdict in result.verdicts]
    board = load_board(parts, tx, result.fleet, result.audience, updated)
    events = {verdict.incident.id: verdict.turn for verdict in result.verdicts}
    plan = plan_notifications(
        board, events, result.now, is_initial=bool(result.first), unmuted=unmuted
    )
    apply_plan(tx, board, plan, scene_of(parts, board), result.now)
    incidents.touch(tx, result.now - _RECHECK_AFTER, _RECHECKS)
    return plan.reasons


def notify_diagnosis(parts: Parts, tx: Tx, found: Sequence[tuple[Incident, Evidence]]) -> None:
    """Show on the cards what logs told, unless the incident has changed since."""
    fleet, now = spaces.fleet(tx), parts.now()
    board = load_board(parts, tx, fleet, hearing.audience(parts, tx, fleet))
    apply_plan(tx, board, plan_diagnosis(board, found, now), scene_of(parts, board), now)


def apply_plan(
    tx: Tx, board: NotificationBoard, plan: NotificationPlan, scene: Scene, now: datetime
) -> None:
    """Write incidents, groups, notifications and cards as *plan* says."""
    incidents.keep(tx, plan.incidents)
    card_ids = _post(tx, plan, scene, now)
    group_ids = _save_groups(tx, plan, card_ids)
    notified = {
        key: replace(telling, card=card_ids.get(telling.card, telling.card))
        for key, telling in plan.notified.items()
    }
    incidents.save_notified(tx, notified, board.notified)
    _set_contents(tx, plan, scene, card_ids, group_ids)
    _change_states(tx, plan, card_ids, now)
    _post_replies(tx, plan, scene, group_ids, now)


def _post(tx: Tx, plan: NotificationPlan, scene: Scene, now: datetime) -> dict[int, int]:
    """Insert new cards; return their ids. A group's card is empty until the group has an id."""
    messages = {
        id: Message("") if _is_of_new_group(plan.contents[id]) else _render(plan, id, scene)
        for id in plan.posts
    }
    return notifications.post(tx, plan.posts, messages, now)


def _render(plan: NotificationPlan, card: int, scene: Scene) -> Message:
    return render_content(plan.contents[card], scene)


def _is_of_new_group(content: Content) -> bool:
    return isinstance(content, GroupContent) and content.group.id <= 0


def _save_groups(tx: Tx, plan: NotificationPlan, card_ids: Mapping[int, int]) -> dict[int, int]:
    """Write groups; return the ids of the new ones by the plan's negative ids."""
    ids: dict[int, int] = {}
    for group in plan.groups:
        stored = replace(group, card=card_ids.get(group.card, group.card))
        if group.id < 0:
            ids[group.id] = incidents.add_group(tx, stored).id
        else:
            incidents.keep_group(tx, stored)
    return ids


def _set_contents(
    tx: Tx,
    plan: NotificationPlan,
    scene: Scene,
    card_ids: Mapping[int, int],
    group_ids: Mapping[int, int],
) -> None:
    """Let every card show its content; what was posted just now shows it unless it's a group's."""
    messages = {
        card_ids.get(card, card): render_content(_with_group_id(content, group_ids), scene)
        for card, content in plan.contents.items()
        if card not in plan.posts or _is_of_new_group(content)
    }
    notifications.set_contents(tx, messages)


def _with_group_id(content: Content, group_ids: Mapping[int, int]) -> Content:
    if isinstance(content, GroupContent | GroupRecoveryContent):
        return replace(content, group=_stored(content.group, group_ids))
    return content


def _stored(group: Group, group_ids: Mapping[int, int]) -> Group:
    return replace(group, id=group_ids.get(group.id, group.id))


def _change_states(
    tx: Tx, plan: NotificationPlan, card_ids: Mapping[int, int], now: datetime
) -> None:
    """Resolve, repost, withdraw and hold back cards, in the order in which the rules need it."""
    for card in plan.resolved:
        cards.finish(tx, card_ids.get(card, card), now)
    for card in plan.reposted:
        cards.revive(tx, card_ids.get(card, card))
    for card in plan.withdrawn:
        cards.withdraw(tx, card_ids.get(card, card))
    for card, until in plan.held_back.items():
        cards.hold(tx, card, until)


def _post_replies(
    tx: Tx, plan: NotificationPlan, scene: Scene, group_ids: Mapping[int, int], now: datetime
) -> None:
    for reply in plan.replies:
        message = render_content(_with_group_id(reply.content, group_ids), scene)
        key = reply.key(group_ids.get(reply.group, reply.group))
        cards.want(tx, key, reply.channel, message, now, parent=reply.parent)
