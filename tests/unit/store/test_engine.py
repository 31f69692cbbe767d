"""The engine: files, transactions, timeouts and lost connections."""

import logging
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, NullPool, create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import DatabaseUnavailable
from bot.store import (
    DatabaseOpenError,
    Store,
    Tx,
    key_values,
    lease,
    operations,
)
from bot.store.engine import PostgresTimeouts
from tests.unit.store.samples import wait_for_lock_waiters


def test_database_file_is_readable_only_by_its_owner(tmp_path: Path) -> None:
    Store(f"sqlite:///{tmp_path}/bot.db").close()

    assert (tmp_path / "bot.db").stat().st_mode & 0o777 == 0o600


def test_no_update_is_lost_between_threads(any_store: Store) -> None:
    def work() -> None:
        for _ in range(25):
            with any_store.transaction() as tx:
                operations.lock_operations(tx)
                key_values.put(tx, "n", (key_values.get(tx, "n") or 0) + 1)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with any_store.transaction() as tx:
        assert key_values.get(tx, "n") == 100


def test_failed_transaction_is_rolled_back(any_store: Store) -> None:
    def fail() -> None:
        with any_store.transaction() as tx:
            key_values.put(tx, "n", 1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    with any_store.transaction() as tx:
        assert key_values.get(tx, "n") is None


@pytest.mark.parametrize(
    ("url", "why"),
    [
        pytest.param("sqlite:///{}/nowhere/bot.db", "unable to open database file", id="no folder"),
        pytest.param("sqlite:///{}/list.txt", "file is not a database", id="another file"),
        pytest.param(
            "postgresql+psycopg://bot:sesame@127.0.0.1:9/sesame", "refused", id="no server"
        ),
    ],
)
def test_open_error_is_one_line_without_the_password(tmp_path: Path, url: str, why: str) -> None:
    (tmp_path / "list.txt").write_text("eggs, and no database at all\n" * 50)

    with pytest.raises(DatabaseOpenError) as caught:
        Store(url.format(tmp_path))

    message = str(caught.value)
    assert why in message
    assert message.endswith("Check DATABASE_URL.")
    assert "\n" not in message
    assert "sesame" not in message


TERMINATE_SESSION = text("SELECT pg_terminate_backend(pg_backend_pid())")


def pause_in_transaction(store: Store, resume: threading.Event) -> None:
    """Lock the row of the lease and do nothing more, like a paused process."""
    with suppress(DatabaseUnavailable), store.transaction() as tx:
        tx.execute(text("SELECT 1 FROM lease FOR UPDATE"))
        resume.wait(30)


def test_leader_paused_in_a_transaction_loses_the_lease(
    empty_postgres: str, other_engine: Engine
) -> None:
    """Nor do its other transactions, which were in line for the same row."""
    paused = Store(empty_postgres, PostgresTimeouts(lock=0.5, idle=1.0))
    standby = Store(empty_postgres)
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
    """A transaction pooler gives the session to another client, and us another one."""
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


def test_a_database_in_ascii_is_read_as_text(postgres: str) -> None:
    """PostgreSQL makes it where the locale is C, and psycopg returns bytes from it by default."""
    url = make_url(postgres)
    with create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT").connect() as tx:
        tx.exec_driver_sql("DROP DATABASE IF EXISTS in_ascii")
        tx.exec_driver_sql(
            "CREATE DATABASE in_ascii ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0"
        )
    store = Store(url.set(database="in_ascii").render_as_string(hide_password=False))
    with store.transaction() as tx:
        assert tx.exec_driver_sql("SELECT 'é'").scalar_one() == "é"
    store.close()
