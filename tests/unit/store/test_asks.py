"""Asks: received, claimed, concluded and abandoned once."""

from datetime import timedelta

from bot.audit import AskState, Outcome
from bot.model import Ask
from bot.store import Store, asks
from tests.unit.store.samples import NOW


def test_ask_is_received_once_and_claimed_once(any_store: Store) -> None:
    ask = Ask("wake", "U1", "C1", idempotency_key="k")
    with any_store.transaction() as tx:
        number = asks.receive(tx, ask, "wake", NOW)
        second = asks.receive(tx, ask, "wake", NOW)
        assert number is not None
        claims = [asks.claim(tx, number), asks.claim(tx, number)]

    assert (second, claims) == (None, [True, False])


def test_abandoned_ask_is_neither_started_nor_abandoned_again(any_store: Store) -> None:
    with any_store.transaction() as tx:
        number = asks.receive(tx, Ask("wake", "U1", "C1", idempotency_key="k"), "wake", NOW)
        assert number is not None
        is_started = asks.mark_started(tx, "k")
        (orphan,) = asks.orphans(tx, NOW + timedelta(seconds=1))
        abandoned = [asks.abandon(tx, number, "interrupted", NOW) for _ in range(2)]
        late = asks.mark_started(tx, "k")

    assert (is_started, orphan.is_started, abandoned, late) == (True, True, [True, False], False)


def test_concluded_ask_is_not_orphaned(any_store: Store) -> None:
    with any_store.transaction() as tx:
        number = asks.receive(tx, Ask("wake", "U1", "C1", idempotency_key="k" * 200), "wake", NOW)
        assert number is not None
        asks.conclude(tx, "k" * 200, Outcome(AskState.ACTED, "started operation 7"), NOW)

        assert asks.orphans(tx, NOW + timedelta(seconds=1)) == []
        assert not asks.abandon(tx, number, "interrupted", NOW)
