"""Placement: which card shows an incident in a channel."""

from dataclasses import replace

import pytest

from bot.alerts.grouping import GroupKind
from bot.alerts.incident import Diagnosis, IncidentEvent, Notification
from bot.alerts.notification_plan import (
    GroupContent,
)
from bot.alerts.notifications import plan_diagnosis, plan_notifications
from bot.alerts.reasons import Reason, ReasonCode
from bot.cards.keys import CardKey
from tests.unit.alerts.board_samples import NOW, OPS, VISIBLE, board, incident, muted


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


def test_incidents_with_one_cause_move_to_the_newest_card_that_people_kept() -> None:
    found = [incident(n) for n in range(1, 5)]
    cards = {101 + n: replace(VISIBLE, is_deleted=n == 3) for n in range(4)}
    diagnosis = Diagnosis(("KeyError: 'MODEL'",), None, "KeyError: 'MODEL'")

    plan = plan_diagnosis(board(*found, cards=cards), [(i, diagnosis) for i in found], NOW)

    assert [group.card for group in plan.groups] == [103]
