"""The draft of a notification pass: what it reads from the board, and what it writes."""

from dataclasses import replace

import pytest

from bot.alerts.grouping import Group, GroupKind
from bot.alerts.incident import Ack, Incident, Notification
from bot.alerts.notification_board import CardStatus, Draft
from bot.alerts.notification_plan import RecoveryContent, Reply, Score
from bot.alerts.problems import ProblemKind
from bot.alerts.routing import RoutingTable
from bot.cards.keys import CardKey, CardKind
from bot.model import Space
from bot.stages import Condition
from tests.unit.alerts.board_samples import NOW, OPS, UNPOSTED, board, incident, muted


@pytest.mark.parametrize(
    ("found", "values", "expected"),
    [
        (incident(1), {}, False),
        (incident(1, ack=Ack("UTA", NOW)), {}, True),
        (incident(1), {"mutes": muted("acme/team-1")}, True),
        (incident(1), {"routing": RoutingTable(())}, True),
    ],
)
def test_a_muted_acked_or_unrouted_incident_is_quiet(
    found: Incident, values: dict[str, object], *, expected: bool
) -> None:
    assert Draft.of(board(found, **values), NOW).is_quiet(found, OPS) is expected


def test_the_score_counts_the_fleet_of_the_channel() -> None:
    fleet = {"acme/up": Space("acme/up", "RUNNING"), "acme/down": Space("acme/down", "SLEEPING")}

    expected = Score({Condition.RUNNING: 1, Condition.ASLEEP: 1})
    assert Draft.of(board(fleet=fleet), NOW).score(OPS) == expected
    assert Draft.of(board(fleet=fleet), NOW).score("C0ELSE") == expected, "no route: all of it"
    assert (expected.running, expected.total) == (1, 2)


def test_the_score_counts_running_spaces_whose_app_does_not_answer() -> None:
    down = replace(incident(1), problem=ProblemKind.UNRESPONSIVE)
    starting, recovered = replace(down, id=2, space="acme/b"), replace(down, id=3, space="acme/c")
    found = (down, starting, replace(recovered, closed_at=NOW))
    fleet = {one.space: Space(one.space, "RUNNING") for one in found}
    fleet["acme/b"] = Space("acme/b", "APP_STARTING")
    score = Draft.of(board(*found, fleet=fleet), NOW).score(OPS)

    assert score == Score({Condition.RUNNING: 2, Condition.STARTING: 1}, unresponsive=1)
    assert (score.running, score.are_all_ready) == (2, False)


def test_the_score_names_the_template_and_does_not_count_it() -> None:
    fleet = {"acme/up": Space("acme/up", "RUNNING")}
    score = Draft.of(board(fleet=fleet, template="acme/template"), NOW).score(OPS)

    assert score == Score({Condition.RUNNING: 1}, has_template=True)


@pytest.mark.parametrize(("status", "replies"), [(None, 1), (UNPOSTED, 0)])
def test_a_reply_needs_a_card_in_slack(status: CardStatus | None, replies: int) -> None:
    values = {"cards": {101: status}} if status else {}
    draft = Draft.of(board(incident(1), **values), NOW)

    draft.reply(Reply(101, OPS, CardKind.RECOVERY, RecoveryContent(incident(1)), 1))

    assert len(draft.plan().replies) == replies


def test_new_cards_and_groups_have_negative_ids() -> None:
    draft = Draft.of(board(incident(1)), NOW)

    card = draft.post(CardKey.incident(1), OPS, RecoveryContent(incident(1)))
    group = draft.add_group(Group(0, GroupKind.SAME_PROBLEM, "broken", OPS, card, NOW, (1,)))

    assert card < 0
    assert group.id < 0
    assert card != group.id


def test_a_closed_group_shows_its_incidents_no_more() -> None:
    group = Group(5, GroupKind.SAME_PROBLEM, "broken", OPS, 101, NOW, (1,))
    draft = Draft.of(board(incident(1), groups={5: group}), NOW)
    assert draft.group_of(1, OPS) == group

    draft.close_group(replace(group, closed_at=NOW))

    assert draft.group_of(1, OPS) is None
    assert [saved.closed_at for saved in draft.plan().groups] == [NOW]


def test_a_moved_notification_keeps_its_time() -> None:
    known = Notification(101, incident(1).opened_at, reminders=2)
    draft = Draft.of(board(incident(1), notified={1: {OPS: known}}), NOW)

    draft.record_notified([incident(1)], OPS, 150)

    assert draft.plan().notified == {(1, OPS): replace(known, card=150)}
