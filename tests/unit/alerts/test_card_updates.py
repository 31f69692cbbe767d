"""Card updates: contents and replies of one notification pass."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.alerts.grouping import Group, GroupKind
from bot.alerts.incident import Ack, Incident, IncidentEvent, Notification
from bot.alerts.notification_board import UnpostedReply
from bot.alerts.notification_plan import (
    IncidentContent,
    NotificationPlan,
)
from bot.alerts.notifications import plan_notifications, plan_refresh
from bot.alerts.routing import RoutingTable
from bot.cards.keys import CardKind
from tests.unit.alerts.board_samples import NOW, OPS, UNPOSTED, VISIBLE, board, incident, muted


def replies(plan: NotificationPlan) -> list[tuple[int, CardKind]]:
    return [(reply.parent, reply.kind) for reply in plan.replies]


CLOSED = incident(1, closed_at=NOW)
ACKED = incident(1, ack=Ack("UTA", NOW), closed_at=NOW)


@pytest.mark.parametrize(
    ("event", "found", "values", "expected"),
    [
        (IncidentEvent.RESOLVED, CLOSED, {}, [CardKind.RECOVERY]),
        (IncidentEvent.ESCALATED, incident(1), {}, [CardKind.ESCALATION]),
        (IncidentEvent.UPDATED, incident(1), {}, []),
        (IncidentEvent.IMPROVED, incident(1), {}, []),
        (IncidentEvent.CLOSED_SILENTLY, CLOSED, {}, []),
        (IncidentEvent.RESOLVED, ACKED, {}, []),
        (IncidentEvent.RESOLVED, CLOSED, {"mutes": muted("acme/team-1")}, []),
        (IncidentEvent.RESOLVED, CLOSED, {"routing": RoutingTable(())}, []),
        (IncidentEvent.RESOLVED, CLOSED, {"cards": {101: UNPOSTED}}, []),
    ],
)
def test_replies_of_each_event(
    event: IncidentEvent, found: Incident, values: dict[str, object], expected: list[CardKind]
) -> None:
    plan = plan_notifications(board(found, **values), {1: event}, NOW)

    assert replies(plan) == [(101, kind) for kind in expected]
    assert isinstance(plan.contents[101], IncidentContent)


@pytest.mark.parametrize(
    "event",
    [
        IncidentEvent.ESCALATED,
        IncidentEvent.IMPROVED,
        IncidentEvent.RESOLVED,
        IncidentEvent.CLOSED_SILENTLY,
    ],
)
def test_event_cancels_an_unposted_escalation_reply(event: IncidentEvent) -> None:
    waiting = replace(VISIBLE, replies=(UnpostedReply(7, CardKind.ESCALATION),))

    plan = plan_notifications(board(incident(1), cards={101: waiting}), {1: event}, NOW)

    assert plan.withdrawn == [7]


def test_an_unposted_card_is_held_back_while_all_of_it_is_muted() -> None:
    mutes = muted("acme/team-1", minutes=30)
    held = board(incident(1), cards={101: UNPOSTED}, mutes=mutes)

    plan = plan_refresh(held, NOW, spaces=["acme/team-1"])

    assert plan.held_back == {101: NOW + timedelta(minutes=30)}
    assert plan.notified[1, OPS].notified_at == NOW + timedelta(minutes=30)


def test_resolved_group_is_closed_with_one_reply() -> None:
    members = [incident(n, closed_at=NOW) for n in (1, 2)]
    group = Group(5, GroupKind.SAME_PROBLEM, "broken", OPS, 150, NOW - timedelta(hours=1), (1, 2))
    shared = {i.id: {OPS: Notification(150, i.opened_at)} for i in members}
    before = board(*members, notified=shared, groups={5: group}, cards={150: VISIBLE})

    plan = plan_notifications(before, {1: IncidentEvent.RESOLVED, 2: IncidentEvent.RESOLVED}, NOW)

    assert replies(plan) == [(150, CardKind.GROUP_RECOVERY)]
    assert plan.resolved == [150]
    assert [g.closed_at for g in plan.groups] == [NOW]


def test_a_shared_unposted_card_is_held_back_until_its_first_mute_ends() -> None:
    found = [incident(1), incident(2)]
    mutes = muted("acme/team-1", minutes=60) | muted("acme/team-2", minutes=30)
    shared = {i.id: {OPS: Notification(150, i.opened_at)} for i in found}
    group = Group(5, GroupKind.SAME_PROBLEM, "broken", OPS, 150, NOW, (1, 2))
    held = board(*found, notified=shared, groups={5: group}, cards={150: UNPOSTED}, mutes=mutes)

    plan = plan_refresh(held, NOW, spaces=["acme/team-1"])

    assert plan.held_back == {150: NOW + timedelta(minutes=30)}


def test_group_that_ended_without_a_recovery_closes_without_a_reply() -> None:
    member = incident(1, closed_at=NOW)
    group = Group(5, GroupKind.SAME_PROBLEM, "broken", OPS, 150, NOW - timedelta(hours=1), (1,))
    shared = {1: {OPS: Notification(150, member.opened_at)}}
    before = board(member, notified=shared, groups={5: group}, cards={150: VISIBLE})

    plan = plan_notifications(before, {1: IncidentEvent.CLOSED_SILENTLY}, NOW)

    assert replies(plan) == []
    assert plan.resolved == [150]
