"""Leadership and its takeover, on SQLite and on PostgreSQL. Nothing here sleeps."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import text

from bot.service.leadership import Leadership
from bot.store import Store, lease
from tests.conftest import ListenToEngine
from tests.database import listener
from tests.unit.service.samples import fail_transactions

FAILOVER_SECONDS = 15  # seconds until another replica has taken over from a dead leader
ROUND_SECONDS = 1  # … including the delay of its first round


class LeaseTime:
    """A clock for the database and the processes, by which the lease ages."""

    def __init__(self, store: Store) -> None:
        self.now = 1000.0
        self._store = store

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds
        with self._store.transaction() as tx:
            tx.execute(text("UPDATE lease SET expires = expires - :s"), {"s": seconds})


@pytest.fixture
def lease_time(any_store: Store) -> LeaseTime:
    return LeaseTime(any_store)


@contextmanager
def lease_statements(store: Store) -> Iterator[list[str]]:
    """Collect every statement that changes the lease."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(("INSERT INTO lease", "UPDATE lease SET owner")):
            found.append(statement)

    with listener(store, "before_cursor_execute", note):
        yield found


def test_a_dead_leader_is_replaced_as_soon_as_promised(
    any_store: Store, lease_time: LeaseTime
) -> None:
    dead, standby = Leadership(any_store, lease_time), Leadership(any_store, lease_time)
    lease_time.advance(0.5)
    assert dead.tick()  # … and the process dies here

    waited = 0.0
    while not standby.current_lease():
        lease_time.advance(lease.POLL_SECONDS)
        waited += lease.POLL_SECONDS
        standby.tick()
        assert not (dead.current_lease() and standby.current_lease()), "two act at once"
    assert waited <= FAILOVER_SECONDS - ROUND_SECONDS


def test_live_leader_keeps_leading(any_store: Store, lease_time: LeaseTime) -> None:
    leader, standby = Leadership(any_store, lease_time), Leadership(any_store, lease_time)
    began = [leader.tick()]
    for _ in range(60):
        lease_time.advance(lease.POLL_SECONDS)
        began.append(leader.tick())
        assert not standby.tick()
        assert leader.current_lease()

    assert began.count(True) == 1, "it begins once"


def test_a_standby_only_reads(any_store: Store, lease_time: LeaseTime) -> None:
    leader, standby = Leadership(any_store, lease_time), Leadership(any_store, lease_time)
    leader.tick()

    with lease_statements(any_store) as statements:
        for _ in range(3):
            lease_time.advance(lease.POLL_SECONDS)
            standby.tick()

    assert statements == []


def test_delayed_leader_stops_before_its_successor_starts(
    any_store: Store, lease_time: LeaseTime
) -> None:
    leader, standby = Leadership(any_store, lease_time), Leadership(any_store, lease_time)
    leader.tick()
    lease_time.advance(lease.GRACE_SECONDS)

    assert (leader.current_lease(), standby.tick()) == (None, False)
    lease_time.advance(lease.TTL_SECONDS - lease.GRACE_SECONDS + 0.1)
    assert standby.tick()
    assert not leader.tick(), "it comes too late"
    assert leader.current_lease() is None


def test_released_lease_is_acquired_at_the_next_poll(
    any_store: Store, lease_time: LeaseTime
) -> None:
    leader, standby = Leadership(any_store, lease_time), Leadership(any_store, lease_time)
    leader.tick()
    leader.release()

    assert standby.tick()


def test_stop_without_a_database_is_logged(
    store: Store, listen_to_engine: ListenToEngine, caplog: pytest.LogCaptureFixture
) -> None:
    now = 0.0
    leadership = Leadership(store, lambda: now)
    leadership.tick()
    away = fail_transactions(listen_to_engine)

    now = lease.RENEW_SECONDS
    assert not leadership.tick(), "no news, and no trace of it"
    assert leadership.current_lease(), "the lease is good for a moment more"
    leadership.release()
    assert leadership.current_lease() is None
    assert "Traceback" not in caplog.text

    away.clear()
    assert not leadership.tick(), "what was given back is not taken again by who stops"
