"""The lease and the locks that replicas rely on, without a race: each rule is checked directly."""

import sqlite3
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import TextClause, text

from bot.errors import DatabaseUnavailable, LeaseLost
from bot.store import (
    Store,
    Tx,
    incidents,
    lease,
    operations,
    schedules,
)
from bot.store.engine import PostgresTimeouts


def acquire(store: Store, ttl: float = lease.TTL_SECONDS) -> lease.Lease:
    with store.transaction() as tx:
        acquired_lease = lease.acquire(tx, "a", ttl)
    assert acquired_lease is not None
    return acquired_lease


def test_an_expired_lease_is_fenced_before_another_replica_takes_it(any_store: Store) -> None:
    expired = acquire(any_store, ttl=-1)

    with any_store.transaction() as tx, pytest.raises(LeaseLost):
        lease.check(tx, expired)


def test_an_expired_lease_cannot_be_renewed_before_another_replica_takes_it(
    any_store: Store,
) -> None:
    expired = acquire(any_store, ttl=-1)

    with any_store.transaction() as tx:
        assert not lease.renew(tx, expired)


def test_an_earlier_epoch_of_the_same_owner_is_fenced(any_store: Store) -> None:
    earlier = acquire(any_store, ttl=-1)
    acquire(any_store)

    with any_store.transaction() as tx, pytest.raises(LeaseLost):
        lease.check(tx, earlier)


def test_a_renewed_lease_expires_by_the_clock_of_the_database(any_store: Store) -> None:
    held = acquire(any_store, ttl=1)

    with any_store.transaction() as tx:
        assert lease.renew(tx, held, ttl=100)
        left = tx.execute(select_remaining_seconds(tx.dialect.name)).scalar_one()

    assert 90 < left <= 100


def select_remaining_seconds(dialect: str) -> TextClause:
    now = {
        "sqlite": "(julianday('now') - 2440587.5) * 86400.0",
        "postgresql": "extract(epoch from clock_timestamp())",
    }
    return text(f"SELECT expires - {now[dialect]} FROM lease")


def test_the_times_of_the_lease_fit_the_promise_of_fifteen_seconds() -> None:
    promised_takeover_seconds = 15

    assert lease.RENEW_SECONDS < lease.GRACE_SECONDS < lease.TTL_SECONDS
    assert promised_takeover_seconds > lease.TTL_SECONDS + lease.POLL_SECONDS
    # A paused process must lose its locks before another replica needs them.
    assert PostgresTimeouts().idle < lease.TTL_SECONDS


LOCKS = (incidents.lock_incidents, operations.lock_operations, schedules.lock_schedules)


@pytest.mark.parametrize("lock", LOCKS, ids=["incidents", "operations", "schedules"])
def test_only_one_transaction_at_a_time_holds_the_lock(
    empty_postgres: str, lock: Callable[[Tx], None]
) -> None:
    first, second = Store(empty_postgres), Store(empty_postgres, PostgresTimeouts(lock=0.2))

    with first.transaction() as tx:
        lock(tx)
        with pytest.raises(DatabaseUnavailable), second.transaction() as other:
            lock(other)

    with second.transaction() as other:
        lock(other)
    first.close()
    second.close()


def test_the_lock_of_one_thing_blocks_no_other(empty_postgres: str) -> None:
    store = Store(empty_postgres, PostgresTimeouts(lock=0.2))

    with ExitStack() as transactions:
        for lock in LOCKS:
            lock(transactions.enter_context(store.transaction()))

    store.close()


def test_a_sqlite_transaction_locks_the_file_before_its_first_write(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/bot.db")
    other = sqlite3.connect(tmp_path / "bot.db", timeout=0, isolation_level=None)

    with store.transaction() as tx:
        lease.holder(tx)  # a read
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")

    other.close()
    store.close()


def test_lease_has_one_holder(any_store: Store) -> None:
    with any_store.transaction() as tx:
        first, second = lease.acquire(tx, "a"), lease.acquire(tx, "b")

    assert (first, second) == (lease.Lease("a", 1), None)


def test_released_lease_is_acquired_with_the_next_epoch(any_store: Store) -> None:
    with any_store.transaction() as tx:
        first = lease.acquire(tx, "a")
        assert first is not None
        lease.release(tx, first)
        second = lease.acquire(tx, "b")

    assert second == lease.Lease("b", 2)


def test_expired_lease_cannot_be_renewed_and_is_fenced(any_store: Store) -> None:
    with any_store.transaction() as tx:
        old = lease.acquire(tx, "a", ttl=-1)
        assert old is not None
        new = lease.acquire(tx, "b")
        assert new is not None

        assert not lease.renew(tx, old)
        with pytest.raises(LeaseLost):
            lease.check(tx, old)
        assert lease.renew(tx, new)
        lease.check(tx, new)


def test_lease_has_a_holder_until_it_is_released(any_store: Store) -> None:
    with any_store.transaction() as tx:
        initial = lease.holder(tx)
        acquired = lease.acquire(tx, "me")
        assert acquired is not None
        leading = lease.holder(tx)
        lease.release(tx, acquired)

        assert (initial, leading, lease.holder(tx)) == (None, "me", None)
