"""Cards of groups."""

from dataclasses import replace

import pytest

from bot.alerts.grouping import GroupKind
from bot.alerts.incident import Resolution
from bot.alerts.notification_plan import Score
from bot.cards import Message
from bot.parsing import NameIndex
from bot.render.alerts import ack_check, group_card
from bot.render.alerts.context import AlertContext
from bot.stages import Condition
from tests import goldens
from tests.slack_limits import violations
from tests.unit.render.alerts.samples import (
    ACK_CHECK,
    ACKED,
    ASLEEP,
    BROKEN,
    CLASS,
    CONTEXT,
    GROUP,
    REMINDER_GROUP,
    RESOLVED,
    UNRESPONSIVE,
    VERBS,
    copies_of,
    score,
)

CARDS: dict[str, Message] = {
    "group_asleep": group_card.card(GROUP, copies_of(ASLEEP, 14), score(46, 60), CONTEXT),
    "group_partly_resolved": group_card.card(
        GROUP,
        [*copies_of(ASLEEP, 6), replace(ASLEEP, space=CLASS[8], id=8, **RESOLVED)],
        score(54, 60),
        CONTEXT,
    ),
    "group_resolved": group_card.card(
        GROUP, copies_of(replace(ASLEEP, **RESOLVED), 14), score(60, 60), CONTEXT
    ),
    "group_resolved_reply": group_card.resolution_reply(
        GROUP, copies_of(replace(ASLEEP, **RESOLVED), 14), score(60, 60), CONTEXT
    ),
    "group_escalation_reply": group_card.escalation_reply(copies_of(BROKEN, 2), CONTEXT),
    "same_cause": group_card.card(
        replace(GROUP, kind=GroupKind.SAME_CAUSE, key=BROKEN.fingerprint),
        copies_of(BROKEN, 23),
        score(37, 60),
        CONTEXT,
    ),
    "initial_scan": group_card.card(
        replace(GROUP, kind=GroupKind.INITIAL),
        [*copies_of(ASLEEP, 3), replace(BROKEN, space=CLASS[9], id=9)],
        Score({Condition.FAILED: 1, Condition.ASLEEP: 3, Condition.RUNNING: 56}),
        CONTEXT,
    ),
    "initial_scan_with_template": group_card.card(
        replace(GROUP, kind=GroupKind.INITIAL),
        [replace(BROKEN, space=CLASS[9], id=9)],
        Score({Condition.FAILED: 1, Condition.RUNNING: 58}, has_template=True),
        replace(CONTEXT, template=CLASS[9]),
    ),
    "initial_scan_healthy": group_card.card(
        replace(GROUP, kind=GroupKind.INITIAL), [], score(60, 60), CONTEXT
    ),
    "group_unresponsive": group_card.card(
        replace(GROUP, key="unresponsive"),
        copies_of(UNRESPONSIVE, 4),
        replace(score(58, 60), unresponsive=4),
        CONTEXT,
    ),
    "reminder": group_card.reminder(REMINDER_GROUP, copies_of(BROKEN, 5), score(55, 60), CONTEXT),
}


@pytest.mark.parametrize("name", CARDS)
def test_message_matches_its_golden(name: str) -> None:
    goldens.check_card(f"alerts/{name}", CARDS[name])


@pytest.mark.parametrize("number", [4, 60, 500])
def test_group_card_of_any_size_fits_slack_limits(number: int) -> None:
    ids = [f"acme/{'x' * 80}-{n}" for n in range(number)]
    ctx = AlertContext(NameIndex.of(ids), VERBS)
    members = [replace(BROKEN, space=id, id=n, error="e" * 5000) for n, id in enumerate(ids)]
    assert violations(group_card.card(GROUP, members, score(0, number), ctx)) == []
    assert violations(group_card.reminder(REMINDER_GROUP, members, score(0, number), ctx)) == []
    acked = [replace(member, ack=ACKED.ack) for member in members]
    assert violations(ack_check.card(ACK_CHECK, acked, ctx)) == []
    assert violations(ack_check.card(ACK_CHECK, members, ctx)) == []


@pytest.mark.parametrize("kind", [GroupKind.SAME_PROBLEM, GroupKind.SAME_CAUSE, GroupKind.INITIAL])
def test_the_headline_counts_the_card_and_the_score_the_fleet(kind: GroupKind) -> None:
    members = [*copies_of(BROKEN, 5), replace(BROKEN, space=CLASS[8], id=8, **RESOLVED)]
    text = group_card.card(replace(GROUP, kind=kind), members, score(52, 60), CONTEXT).text

    assert text.startswith("5 Spaces")
    assert "1 recovered · 52/60 running" in text


def test_the_headline_of_the_first_card_counts_the_fleet_that_was_scanned() -> None:
    fleet = Score({Condition.FAILED: 5, Condition.PAUSED: 3, Condition.RUNNING: 52})
    group = replace(GROUP, kind=GroupKind.INITIAL)
    card = group_card.card(group, copies_of(BROKEN, 5), fleet, CONTEXT)

    assert card.text.startswith("Watching 60 Spaces: 5 failed · 3 paused · 52 running")


def test_the_first_card_counts_itself_once_the_fleet_has_other_problems_like_its_own() -> None:
    fleet = Score({Condition.FAILED: 6, Condition.RUNNING: 54})
    group = replace(GROUP, kind=GroupKind.INITIAL)
    card = group_card.card(group, copies_of(BROKEN, 5), fleet, CONTEXT)

    assert card.text.startswith("5 Spaces failed · 54/60 running")


def test_a_closed_incident_that_did_not_recover_is_not_counted_as_recovered() -> None:
    ends = (Resolution.FIXED, Resolution.CLASS_OVER, Resolution.ROUTE_REMOVED)
    closed = [
        replace(ASLEEP, space=CLASS[n], id=n, **{**RESOLVED, "resolution": end})
        for n, end in enumerate(ends, 8)
    ]
    text = group_card.card(GROUP, [*copies_of(ASLEEP, 6), *closed], score(54, 60), CONTEXT).text
    assert "1 recovered · 2 no longer alerting" in text
