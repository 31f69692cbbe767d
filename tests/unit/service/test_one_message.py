"""One message is one request, whichever replica hears which of its deliveries."""

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import permutations

import pytest

from bot.listeners import messages
from bot.store import Store, asks
from tests.unit.listeners.test_bolt_app import DIRECT, MENTION

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
DELIVERIES = (
    {"event_id": "Ev1", "event": {**DIRECT, "text": "<@U0BOT> wake all"}},
    {"event_id": "Ev2", "event": {**MENTION, "channel": "D1"}},
    {"event_id": "Ev2", "event": {**MENTION, "channel": "D1"}},
)


@pytest.mark.parametrize("order", list(permutations(range(3)))[::2])
def test_message_received_by_two_replicas_is_claimed_once(
    any_store: Store, database_url: str, order: tuple[int, ...]
) -> None:
    other = Store(database_url)
    replicas = [any_store, other, any_store]
    taken = [_receive(replicas[n], DELIVERIES[at]) for n, at in enumerate(order)]
    other.close()

    assert [number is not None for number in taken] == [True, False, False]


def _receive(store: Store, body: Mapping[str, object]) -> int | None:
    ask = messages.read(body, "U0BOT")
    assert ask
    with store.transaction() as tx:
        return asks.receive(tx, ask, ask.text, NOW)
