"""Rules of one notification pass: board and events in, plan out."""

from datetime import timedelta

from bot.alerts.grouping import GroupKind
from bot.alerts.incident import Diagnosis
from bot.alerts.notification_plan import (
    MovedContent,
)
from bot.alerts.notifications import plan_diagnosis, plan_notifications
from tests.unit.alerts.board_samples import NOW, board, incident


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
