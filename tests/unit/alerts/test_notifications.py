"""Notification passes: what they change, reminders and ack checks."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.alerts.grouping import Group, GroupKind
from bot.alerts.incident import Ack, Diagnosis, Notification
from bot.alerts.notification_board import CardStatus
from bot.alerts.notification_plan import (
    MovedContent,
)
from bot.alerts.notifications import plan_diagnosis, plan_notifications
from bot.alerts.routing import RoutingTable
from tests.unit.alerts.board_samples import NOW, OPS, UNPOSTED, VISIBLE, board, incident, muted


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


@pytest.mark.parametrize(
    ("cards", "parent"),
    [({101: VISIBLE}, 101), ({101: replace(VISIBLE, is_visible=False)}, None)],
)
def test_an_ack_check_is_no_reply_to_a_card_that_slack_does_not_show(
    cards: dict[int, CardStatus], parent: int | None
) -> None:
    acked = incident(1, ack=Ack("UTA", NOW - timedelta(hours=2)))

    plan = plan_notifications(board(acked, cards=cards), {}, NOW)

    assert [post.parent for post in plan.posts.values()] == [parent]
