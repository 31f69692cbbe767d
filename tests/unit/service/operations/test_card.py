"""Which card shows an operation. `stories/test_acts_on_cards.py` tests what people read."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.alerts.incident import Incident, Notification
from bot.alerts.problems import ProblemKind
from bot.cards import Card, DeliveryState, Message
from bot.cards.delivery import mark_posted
from bot.cards.keys import CardKey
from bot.cards.transitions import Transition, mark_resolved
from bot.model import Ask, Source
from bot.operations import (
    Operation,
    OperationState,
    SkipReason,
    Step,
    StepState,
    Verb,
    mark_sent,
    skip,
)
from bot.service import Bot
from bot.service.operations import card
from bot.store import Store, Tx, cards, incidents, operations

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
TAP = Ask("restart a", "U1", "C1", Source.BUTTON, message="7.0")


def add_alert(tx: Tx, *spaces: str) -> int:
    """Return the id of a posted card that is about *spaces*."""
    card = cards.upsert(tx, CardKey.incident(1), "C1", Message("broken"), NOW)
    cards.change(tx, [card], lambda card: mark_posted(card, "C1", "7.0", NOW))
    new = [Incident(space, ProblemKind.FAILED, "BUILD_ERROR", "", NOW, NOW) for space in spaces]
    shown = {(one.id, "C1"): Notification(card, NOW) for one in incidents.add(tx, new)}
    incidents.save_notifications(tx, shown, {})
    return card


def with_state(card: Card, state: DeliveryState) -> Card:
    return replace(card, state=state)


def restart(*steps: Step) -> Operation:
    return Operation(Verb.RESTART, steps, "U1", "C1", NOW)


@pytest.mark.parametrize(
    ("operation", "ask", "fits"),
    [
        pytest.param(restart(Step("a/1")), TAP, True, id="its only Space"),
        pytest.param(restart(Step("a/1"), Step("a/2")), TAP, True, id="all of its Spaces"),
        pytest.param(restart(Step("a/1"), Step("a/3")), TAP, False, id="another Space as well"),
        pytest.param(
            restart(Step("a/1"), Step("a/3", StepState.SKIPPED)), TAP, True, id="another, no work"
        ),
        pytest.param(restart(Step("a/1", StepState.SKIPPED)), TAP, False, id="no work at all"),
        pytest.param(restart(Step("a/1")), Ask("x", "U1", "C1"), False, id="a typed command"),
        pytest.param(
            restart(Step("a/1")), Ask("x", "U1", "C2", message="7.0"), False, id="another channel"
        ),
    ],
)
def test_a_card_shows_an_operation_on_its_own_spaces(
    any_store: Store, operation: Operation, ask: Ask, fits: bool
) -> None:
    with any_store.transaction() as tx:
        alert = add_alert(tx, "a/1", "a/2")
        assert card.place(tx, ask, operation).alert_card == (alert if fits else None)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda card: mark_resolved(card, NOW), id="resolved"),
        pytest.param(lambda card: with_state(card, DeliveryState.DELETED), id="deleted"),
        pytest.param(lambda card: with_state(card, DeliveryState.FAILED), id="failed"),
    ],
)
def test_a_card_that_is_over_shows_no_new_operation(any_store: Store, change: Transition) -> None:
    with any_store.transaction() as tx:
        cards.change(tx, [add_alert(tx, "a/1")], change)
        assert card.place(tx, TAP, restart(Step("a/1"))).alert_card is None


def test_an_operation_is_not_over_if_a_step_was_sent_meanwhile(bot: Bot) -> None:
    """It was read before the call, and its Space turned out to need nothing."""
    waiting, settings = Step("a/1", stage_before="SLEEPING"), bot.deps.settings
    wake = Operation(Verb.WAKE, (waiting,), "U1", "C1", NOW)
    with bot.deps.store.transaction() as tx:
        read = operations.add(tx, wake, state=OperationState.RUNNING)
        assert operations.claim(tx, read.id, mark_sent(waiting, NOW))
        over = replace(read, steps=(skip(waiting, SkipReason.ALREADY_UP),))
        card.update(tx, settings, read, over, NOW)

        assert [one.steps for one in operations.running(tx)] == [(mark_sent(waiting, NOW),)]
