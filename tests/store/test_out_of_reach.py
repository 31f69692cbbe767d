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
from bot.operations import Operation, Progress, Step, Verb, accepted, claimed
from bot.store import Store, Tx, engine, facts, lease, operations

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
CUT = text("SELECT pg_terminate_backend(pg_backend_pid())")


@pytest.fixture
def shared(empty_postgres: str) -> Iterator[Store]:
    store = Store(empty_postgres)
    yield store
    store.close()


@pytest.fixture
def beside(shared: Store, postgres: str) -> Iterator[Engine]:
    """The same database, seen by somebody else."""
    beside = create_engine(postgres)
    yield beside
    beside.dispose()


def somebody_waits(beside: Engine, times: int = 1) -> None:
    """Return once so many sessions wait for a lock of another one."""
    waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    while True:
        with beside.begin() as tx:
            if tx.execute(waiting).scalar_one() >= times:
                return


def stand_still(store: Store, stays: threading.Event) -> None:
    """Take the row of the lease, and do nothing more, as a process does that is paused."""
    with suppress(DatabaseUnavailable), store.transaction() as tx:
        tx.execute(text("SELECT 1 FROM lease FOR UPDATE"))
        stays.wait(30)


def test_a_leader_that_stands_still_in_a_transaction_does_not_keep_the_lease(
    empty_postgres: str, beside: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor do its other transactions, which were in line for the same row."""
    monkeypatch.setattr(engine, "_STILL", 1.0)
    monkeypatch.setattr(engine, "_WAIT", 0.5)
    paused, standby = Store(empty_postgres), Store(empty_postgres)
    with paused.transaction() as tx:
        assert lease.acquire(tx, "paused", ttl=0)
    stays = threading.Event()
    threads = [threading.Thread(target=stand_still, args=(paused, stays)) for _ in range(3)]
    for thread in threads:
        thread.start()
    somebody_waits(beside, times=len(threads) - 1)

    with standby.transaction() as other:
        other.exec_driver_sql("SET LOCAL lock_timeout = '1500ms'")
        taken = lease.acquire(other, "standby")
    stays.set()
    for thread in threads:
        thread.join(10)

    assert taken
    assert taken.owner == "standby"
    paused.close()
    standby.close()


def test_a_transaction_leaves_nothing_in_its_session(shared: Store) -> None:
    """A transaction pooler gives the session to somebody else, and us another one."""
    left = (
        "SELECT name FROM pg_settings WHERE source = 'session'",
        "SELECT statement FROM pg_prepared_statements",
        "SELECT 'lock' FROM pg_locks WHERE locktype = 'advisory'",
        "SELECT 'channel' FROM pg_listening_channels()",
    )
    for _ in range(10):
        with shared.transaction() as tx:
            operations.alone(tx)
            facts.put(tx, "n", 1)

    with shared._engine.execution_options(isolation_level="AUTOCOMMIT").connect() as session:
        raw = session.connection.dbapi_connection
        assert raw is not None
        cursor = raw.cursor()
        for query in left:
            cursor.execute(query)
            assert cursor.fetchall() == [], query


def write_and_be_cut_off(store: Store) -> None:
    with store.transaction() as tx:
        facts.put(tx, "n", 1)
        tx.execute(CUT)


def test_a_cut_connection_fails_its_transaction_and_no_other(
    shared: Store, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "bot"):
        for _ in range(2):
            with pytest.raises(DatabaseUnavailable):
                write_and_be_cut_off(shared)
        with shared.transaction() as tx:
            assert facts.get(tx, "n") is None

    said = [record.getMessage() for record in caplog.records]
    assert said == [
        "the database does not answer: terminating connection due to administrator command",
        "the database answers again",
    ]


def test_when_all_connections_are_in_use_nobody_waits_for_ever(
    shared: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool: Any = shared._engine.pool
    monkeypatch.setattr(pool, "_timeout", 0.01)
    taken = [shared._engine.connect() for _ in range(20)]

    with pytest.raises(DatabaseUnavailable), shared.transaction():
        pass

    for connection in taken:
        connection.close()


def test_a_full_disk_is_the_databases_fault(store: Store) -> None:
    with store.transaction() as tx:
        tx.exec_driver_sql("PRAGMA max_page_count = 1")

    with pytest.raises(DatabaseUnavailable), store.transaction() as tx:
        facts.put(tx, "n", "x" * 100_000)


def test_a_wrong_query_is_ours(any_store: Store) -> None:
    with pytest.raises(SQLAlchemyError), any_store.transaction() as tx:
        tx.execute(text("SELECT nothing FROM nowhere"))


def test_work_that_was_cut_off_before_its_commit_is_done_again(shared: Store) -> None:
    runs = []

    def work(tx: Tx) -> int:
        runs.append(1)
        facts.put(tx, "n", (facts.get(tx, "n") or 0) + 1)
        if len(runs) == 1:
            tx.execute(CUT)
        return len(runs)

    assert shared.together(work) == 2
    with shared.transaction() as tx:
        assert facts.get(tx, "n") == 1


def test_work_that_is_cut_off_each_time_is_given_up(shared: Store) -> None:
    runs = []

    def work(tx: Tx) -> None:
        runs.append(1)
        tx.execute(CUT)

    with pytest.raises(DatabaseUnavailable):
        shared.together(work)
    assert len(runs) == 2


def test_a_look_and_the_answers_are_written_down_in_any_order(
    shared: Store, beside: Engine
) -> None:
    """Each knows two steps, and writes them in an order of its own."""
    first, second = (claimed(Step(f"acme/team-{x}", was="SLEEPING"), NOW) for x in "ab")
    with shared.transaction() as tx:
        wake = Operation(Verb.WAKE, (first, second), "UTA", "C1", NOW)
        number = operations.add(tx, wake, state="running").id

    def answered(tx: Tx, step: Step) -> None:
        operations.keep(tx, number, [step], [accepted(step, "BUILDING")])

    def backwards() -> None:
        with shared.transaction() as tx:
            answered(tx, second)
            answered(tx, first)

    other = threading.Thread(target=backwards)
    with shared.transaction() as tx:
        answered(tx, first)
        other.start()
        somebody_waits(beside)
        answered(tx, second)
    other.join(10)

    with shared.transaction() as tx:
        (kept,) = operations.running(tx)
    assert [step.accepted for step in kept.having(Progress.SENT)] == [True, True]
