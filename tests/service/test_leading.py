"""Who leads, and how soon another does, on SQLite and on PostgreSQL. Nothing here sleeps."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from bot.service.leading import Leadership
from bot.store import Store, lease

PROMISED = 15  # seconds until another has taken over what a dead leader left
ROUND = 1  # … of which the first round of its work may come so late


class Time:
    """Time for the database and for the processes beside it: the lease is what grows older."""

    def __init__(self, store: Store) -> None:
        self.now = 1000.0
        self._store = store

    def __call__(self) -> float:
        return self.now

    def passes(self, seconds: float) -> None:
        self.now += seconds
        with self._store.transaction() as tx:
            tx.execute(text("UPDATE lease SET expires = expires - :s"), {"s": seconds})


@pytest.fixture
def time(any_store: Store) -> Time:
    return Time(any_store)


@contextmanager
def written() -> Iterator[list[str]]:
    """Collect every statement that changes the lease."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(("INSERT INTO lease", "UPDATE lease SET owner")):
            found.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield found
    event.remove(Engine, "before_cursor_execute", note)


def test_a_dead_leader_is_replaced_as_soon_as_promised(any_store: Store, time: Time) -> None:
    dead, standby = Leadership(any_store, time), Leadership(any_store, time)
    time.passes(0.5)
    assert dead.tick()  # … and it dies here

    waited = 0.0
    while not standby.held():
        time.passes(lease.TRY)
        waited += lease.TRY
        standby.tick()
        assert not (dead.held() and standby.held()), "two act at once"
    assert waited <= PROMISED - ROUND


def test_a_leader_that_lives_goes_on_leading(any_store: Store, time: Time) -> None:
    leader, standby = Leadership(any_store, time), Leadership(any_store, time)
    began = [leader.tick()]
    for _ in range(60):
        time.passes(lease.TRY)
        began.append(leader.tick())
        assert not standby.tick()
        assert leader.held()

    assert began.count(True) == 1, "it begins once"


def test_a_standby_only_reads(any_store: Store, time: Time) -> None:
    leader, standby = Leadership(any_store, time), Leadership(any_store, time)
    leader.tick()

    with written() as statements:
        for _ in range(3):
            time.passes(lease.TRY)
            standby.tick()

    assert statements == []


def test_a_leader_that_is_held_up_stops_before_another_begins(any_store: Store, time: Time) -> None:
    leader, standby = Leadership(any_store, time), Leadership(any_store, time)
    leader.tick()
    time.passes(lease.GRACE)

    assert (leader.held(), standby.tick()) == (None, False)
    time.passes(lease.TTL - lease.GRACE + 0.1)
    assert standby.tick()
    assert not leader.tick(), "it comes too late"
    assert leader.held() is None


def test_what_was_given_back_is_taken_at_the_next_try(any_store: Store, time: Time) -> None:
    leader, standby = Leadership(any_store, time), Leadership(any_store, time)
    leader.tick()
    leader.release()

    assert standby.tick()
