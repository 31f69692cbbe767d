"""Column types."""

from datetime import timedelta

from bot.model import Ask
from bot.store import Store, asks
from tests.unit.store.samples import NOW


def test_timestamp_round_trips(any_store: Store) -> None:
    at = NOW + timedelta(microseconds=250_000)
    with any_store.transaction() as tx:
        asks.receive(tx, Ask("wake", "U1", "C1", idempotency_key="k"), "wake", at)
        (pending,) = asks.orphans(tx, at + timedelta(seconds=1))

    assert pending.received_at == at
