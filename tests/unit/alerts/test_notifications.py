"""Rules of one notification pass: board and events in, plan out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.alerts.grouping import Group, GroupKind
from bot.alerts.incident import Ack, Diagnosis, Incident, Mute, Notification
from bot.alerts.incident_update import IncidentEvent
from bot.alerts.notification_board import CardStatus, NotificationBoard, UnpostedReply
from bot.alerts.notification_plan import (
    GroupContent,
    IncidentContent,
    MovedContent,
    NotificationPlan,
)
from bot.alerts.notifications import plan_diagnosis, plan_notifications, plan_refresh
from bot.alerts.problems import ProblemKind
from bot.alerts.reasons import Reason, ReasonCode
from bot.alerts.routing import Route, RoutingTable
from bot.card_keys import CardKey, CardKind
from bot.model import Space

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
OPS = "C0OPS"
VISIBLE = CardStatus(OPS, is_visible=True)
UNPOSTED = CardStatus(OPS, is_visible=False, is_unposted=True)
EVERYTHING = RoutingTable((Route(OPS, frozenset(ProblemKind)),))


def incident(id: int, **values: object) -> Incident:
    ago = NOW - timedelta(minutes=5)
    found = Incident(
        f"acme/team-{id}", ProblemKind.BROKEN, "RUNTIME_ERROR", "boom", ago, ago, id=id
    )
    return replace(found, **values)  # type: ignore[arg-type]  # a test names fields


def board(*incidents: Incident, **values: object) -> NotificationBoard:
    """Return a board on which incident *n* has the visible card 100 + n in #ops."""
    found = NotificationBoard(
        main_channel=OPS,
        fleet={i.space: Space(i.space, i.stage) for i in incidents},
        routing=EVERYTHING,
        mutes={},
        incidents={i.id: i for i in incidents},
        notified={i.id: {OPS: Notification(100 + i.id, i.opened_at)} for i in incidents},
        groups={},
        cards={100 + i.id: VISIBLE for i in incidents},
    )
    return replace(found, **values)  # type: ignore[arg-type]


def muted(space: str, minutes: int = 30) -> dict[str, Mute]:
    return {space: Mute(space, NOW + timedelta(minutes=minutes), "UTA", NOW)}


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


def test_a_new_incident_gets_a_card_of_its_own_with_a_reason() -> None:
    plan = plan_notifications(
        board(incident(1), notified={}, cards={}), {1: IncidentEvent.OPENED}, NOW
    )

    ((card, post),) = plan.posts.items()
    assert (post.key, post.channel, card) == (CardKey.incident(1), OPS, -1)
    assert plan.notified == {(1, OPS): Notification(-1, NOW)}
    assert plan.reasons["acme/team-1"] == [Reason(ReasonCode.OWN_CARD, channel=OPS)]


def test_a_muted_new_incident_gets_no_card_and_the_reason_says_why() -> None:
    new = board(incident(1), notified={}, cards={}, mutes=muted("acme/team-1"))

    plan = plan_notifications(new, {1: IncidentEvent.OPENED}, NOW)

    assert not plan.posts
    assert plan.reasons["acme/team-1"][0].code is ReasonCode.MUTED


@pytest.mark.parametrize(("number", "cards", "groups"), [(3, 3, 0), (4, 1, 1), (9, 1, 1)])
def test_four_with_the_same_problem_share_one_card(number: int, cards: int, groups: int) -> None:
    found = [incident(n) for n in range(1, number + 1)]
    new = board(*found, notified={}, cards={})

    plan = plan_notifications(new, {i.id: IncidentEvent.OPENED for i in found}, NOW)

    assert (len(plan.posts), len(plan.groups)) == (cards, groups)
    assert all(group.id < 0 and group.card < 0 for group in plan.groups)


def test_the_initial_scan_posts_one_card_even_if_it_found_nothing() -> None:
    plan = plan_notifications(board(), {}, NOW, is_initial=True)

    ((card, _),) = plan.posts.items()
    content = plan.contents[card]
    assert isinstance(content, GroupContent)
    assert (content.group.kind, content.members) == (GroupKind.INITIAL, ())


def test_a_pass_without_incidents_changes_nothing() -> None:
    plan = plan_notifications(board(), {}, NOW)

    assert not plan.posts
    assert not plan.contents


def test_a_quiet_pass_edits_nothing() -> None:
    plan = plan_notifications(board(incident(1)), {}, NOW)

    assert not plan.contents
    assert not plan.replies
    assert not plan.incidents
    assert not plan.notified


def test_logs_with_the_same_error_move_incidents_to_one_card() -> None:
    found = [incident(n) for n in range(1, 5)]
    evidence = Diagnosis(("KeyError: 'MODEL'",), None, "KeyError: 'MODEL'")

    plan = plan_diagnosis(board(*found), [(i, evidence) for i in found], NOW)

    (group,) = plan.groups
    moved = [card for card, content in plan.contents.items() if isinstance(content, MovedContent)]
    assert (group.kind, group.card) == (GroupKind.SAME_CAUSE, 104)
    assert moved == [101, 102, 103]
    assert plan.resolved == [101, 102, 103]
    assert {notification.card for notification in plan.notified.values()} == {104}


def test_a_log_read_before_the_incident_changed_is_ignored() -> None:
    before = incident(1, changed_at=NOW - timedelta(hours=1))

    plan = plan_diagnosis(board(incident(1)), [(before, Diagnosis(("old",)))], NOW)

    assert not plan.incidents


@pytest.mark.parametrize(
    ("age", "values", "reminders"),
    [
        (timedelta(hours=3, minutes=59), {}, 0),
        (timedelta(hours=4), {}, 1),
        (timedelta(hours=4), {"mutes": muted("acme/team-1")}, 0),
        (timedelta(hours=4), {"routing": RoutingTable(())}, 0),
    ],
)
def test_a_reminder_is_posted_after_four_hours(
    age: timedelta, values: dict[str, object], reminders: int
) -> None:
    old = incident(1, opened_at=NOW - age)

    plan = plan_notifications(board(old, **values), {}, NOW)

    assert [g.kind for g in plan.groups] == [GroupKind.REMINDER] * reminders
    assert [t.reminders for t in plan.notified.values()] == [1] * reminders


def test_new_reminder_replaces_an_unposted_one() -> None:
    old = incident(1, opened_at=NOW - timedelta(hours=8))
    known = Notification(101, old.opened_at, reminders=1, reminded_at=NOW - timedelta(hours=4))
    unposted = Group(5, GroupKind.REMINDER, "", OPS, 150, NOW - timedelta(hours=4), (1,))
    before = board(
        old,
        notified={1: {OPS: known}},
        groups={5: unposted},
        cards={101: VISIBLE, 150: UNPOSTED},
    )

    plan = plan_notifications(before, {}, NOW)

    assert plan.withdrawn == [150]
    assert [(g.id, g.closed_at) for g in plan.groups] == [(5, NOW), (-2, None)]
    assert plan.notified[1, OPS].reminders == 1


def test_an_ack_is_checked_after_two_hours_in_the_thread_of_its_card() -> None:
    taken = incident(1, ack=Ack("UTA", NOW - timedelta(hours=2)))

    plan = plan_notifications(board(taken), {}, NOW)

    (post,) = plan.posts.values()
    assert post.parent == 101
    assert [i.ack and i.ack.checked_at for i in plan.incidents] == [NOW]


def test_an_unanswered_ack_check_ends_the_ack() -> None:
    asked = Ack("UTA", NOW - timedelta(hours=3), NOW - timedelta(minutes=30))

    plan = plan_notifications(board(incident(1, ack=asked)), {}, NOW)

    assert [i.ack for i in plan.incidents] == [None]


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
