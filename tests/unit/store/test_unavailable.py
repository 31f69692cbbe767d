"""A database that goes away, cuts us off, or is held up by a process that stands still."""

import logging
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import DatabaseUnavailable
from bot.operations import Operation, Step, StepState, Verb, mark_accepted, mark_sent
from bot.store import Store, Tx, engine, key_values, lease, operations

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
TERMINATE_SESSION = text("SELECT pg_terminate_backend(pg_backend_pid())")


@pytest.fixture
def postgres_store(empty_postgres: str) -> Iterator[Store]:
    store = Store(empty_postgres)
    yield store
    store.close()


@pytest.fixture
def other_engine(postgres_store: Store, postgres: str) -> Iterator[Engine]:
    """The same database, seen by somebody else."""
    other_engine = create_engine(postgres)
    yield other_engine
    other_engine.dispose()


def wait_for_lock_waiters(other_engine: Engine, times: int = 1) -> None:
    """Return once so many sessions wait for a lock of another one."""
    waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    while True:
        with other_engine.begin() as tx:
            if tx.execute(waiting).scalar_one() >= times:
                return


def pause_in_transaction(store: Store, resume: threading.Event) -> None:
    """Take the row of the lease, and do nothing more, as a process does that is paused."""
    with suppress(DatabaseUnavailable), store.transaction() as tx:
        tx.execute(text("SELECT 1 FROM lease FOR UPDATE"))
        resume.wait(30)


def test_leader_paused_in_a_transaction_loses_the_lease(
    empty_postgres: str, other_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor do its other transactions, which were in line for the same row."""
    monkeypatch.setattr(engine, "_IDLE_TIMEOUT_SECONDS", 1.0)
    monkeypatch.setattr(engine, "_LOCK_TIMEOUT_SECONDS", 0.5)
    paused, standby = Store(empty_postgres), Store(empty_postgres)
    with paused.transaction() as tx:
        assert lease.acquire(tx, "paused", ttl=0)
    resume = threading.Event()
    threads = [
        threading.Thread(target=pause_in_transaction, args=(paused, resume)) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    wait_for_lock_waiters(other_engine, times=len(threads) - 1)

    with standby.transaction() as other:
        other.exec_driver_sql("SET LOCAL lock_timeout = '1500ms'")
        acquired = lease.acquire(other, "standby")
    resume.set()
    for thread in threads:
        thread.join(10)

    assert acquired
    assert acquired.owner == "standby"
    paused.close()
    standby.close()


def test_a_transaction_leaves_nothing_in_its_session(postgres_store: Store) -> None:
    """A transaction pooler gives the session to somebody else, and us another one."""
    queries = (
        "SELECT name FROM pg_settings WHERE source = 'session'",
        "SELECT statement FROM pg_prepared_statements",
        "SELECT 'lock' FROM pg_locks WHERE locktype = 'advisory'",
        "SELECT 'channel' FROM pg_listening_channels()",
    )
    for _ in range(10):
        with postgres_store.transaction() as tx:
            operations.lock_operations(tx)
            key_values.put(tx, "n", 1)

    with postgres_store._engine.execution_options(
        isolation_level="AUTOCOMMIT"
    ).connect() as session:
        raw = session.connection.dbapi_connection
        assert raw is not None
        cursor = raw.cursor()
        for query in queries:
            cursor.execute(query)
            assert cursor.fetchall() == [], query


def write_and_disconnect(store: Store) -> None:
    with store.transaction() as tx:
        key_values.put(tx, "n", 1)
        tx.execute(TERMINATE_SESSION)


def test_terminated_connection_fails_only_its_transaction(
    postgres_store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "bot"):
        for _ in range(2):
            with pytest.raises(DatabaseUnavailable):
                write_and_disconnect(postgres_store)
        with postgres_store.transaction() as tx:
            assert key_values.get(tx, "n") is None

    messages = [record.getMessage() for record in caplog.records]
    assert messages == [
        "the database does not answer: terminating connection due to administrator command",
        "the database answers again",
    ]


def test_exhausted_pool_raises_database_unavailable(
    postgres_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool: Any = postgres_store._engine.pool
    monkeypatch.setattr(pool, "_timeout", 0.01)
    connections = [postgres_store._engine.connect() for _ in range(20)]

    with pytest.raises(DatabaseUnavailable), postgres_store.transaction():
        pass

    for connection in connections:
        connection.close()


def test_full_disk_raises_database_unavailable(store: Store) -> None:
    with store.transaction() as tx:
        tx.exec_driver_sql("PRAGMA max_page_count = 1")

    with pytest.raises(DatabaseUnavailable), store.transaction() as tx:
        key_values.put(tx, "n", "x" * 100_000)


def test_wrong_query_raises_its_own_error(any_store: Store) -> None:
    with pytest.raises(SQLAlchemyError), any_store.transaction() as tx:
        tx.execute(text("SELECT nothing FROM nowhere"))


def test_work_disconnected_before_commit_is_retried(postgres_store: Store) -> None:
    runs = []

    def work(tx: Tx) -> int:
        runs.append(1)
        key_values.put(tx, "n", (key_values.get(tx, "n") or 0) + 1)
        if len(runs) == 1:
            tx.execute(TERMINATE_SESSION)
        return len(runs)

    assert postgres_store.batch(work) == 2
    with postgres_store.transaction() as tx:
        assert key_values.get(tx, "n") == 1


def test_work_disconnected_twice_fails(postgres_store: Store) -> None:
    runs = []

    def work(tx: Tx) -> None:
        runs.append(1)
        tx.execute(TERMINATE_SESSION)

    with pytest.raises(DatabaseUnavailable):
        postgres_store.batch(work)
    assert len(runs) == 2


def test_concurrent_step_updates_in_any_order_do_not_deadlock(
    postgres_store: Store, other_engine: Engine
) -> None:
    """Each knows two steps, and writes them in an order of its own."""
    first, second = (mark_sent(Step(f"acme/team-{x}", stage_before="SLEEPING"), NOW) for x in "ab")
    with postgres_store.transaction() as tx:
        wake = Operation(Verb.WAKE, (first, second), "UTA", "C1", NOW)
        number = operations.add(tx, wake, state="running").id

    def save_accepted(tx: Tx, step: Step) -> None:
        operations.save_steps(tx, number, [step], [mark_accepted(step, "BUILDING")])

    def save_in_reverse() -> None:
        with postgres_store.transaction() as tx:
            save_accepted(tx, second)
            save_accepted(tx, first)

    other = threading.Thread(target=save_in_reverse)
    with postgres_store.transaction() as tx:
        save_accepted(tx, first)
        other.start()
        wait_for_lock_waiters(other_engine)
        save_accepted(tx, second)
    other.join(10)

    with postgres_store.transaction() as tx:
        (stored,) = operations.running(tx)
    assert [step.accepted for step in stored.in_state(StepState.SENT)] == [True, True]
