"""Opening the database: SQLite on a laptop, PostgreSQL for replicas, one behaviour."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry


class DatabaseOpenError(Exception):
    """The database cannot be used. Goes on after "The database": why not, and the way out."""


#: A transaction under way: all of it is written, or nothing.
Tx = Connection

# A dead network must not hold a query longer than a leader may act on its lease.
_POSTGRES_ARGUMENTS = {
    "connect_timeout": 5,
    "keepalives_idle": 3,
    "keepalives_interval": 1,
    "keepalives_count": 3,
    "tcp_user_timeout": 5000,
    # A transaction pooler gives each transaction another session, where a statement that was
    # prepared on the server is unknown, or known as something else.
    "prepare_threshold": None,
}
# Seconds that anybody waits for a connection, or for what another transaction holds.
_LOCK_TIMEOUT_SECONDS = 5
# Seconds that a transaction may stand still. A process that is held up in one holds its locks,
# the lease among them: the database ends it well before the lease runs out. Its transactions
# that wait in line have given up by then, so none of them is next.
_IDLE_TIMEOUT_SECONDS = 8


def open_engine(url: str) -> Engine:
    """Return an engine for *url* whose transactions never lose an update."""
    if make_url(url).get_backend_name() == "sqlite":
        return _open_sqlite(url)
    engine = create_engine(
        url,
        pool_size=10,
        max_overflow=10,
        pool_timeout=_LOCK_TIMEOUT_SECONDS,
        pool_pre_ping=True,
        connect_args=_POSTGRES_ARGUMENTS,
    )
    event.listen(engine, "begin", _on_begin_postgres)
    return engine


def ping(url: str) -> None:
    """Do one empty transaction on a connection of its own. Raises Unopened when that fails."""
    engine = open_engine(url)
    try:
        with engine.begin() as tx:
            tx.exec_driver_sql("SELECT 1")
    except (SQLAlchemyError, OSError) as error:
        raise open_error(error, url) from error
    finally:
        engine.dispose()


def open_error(error: Exception, url: str) -> DatabaseOpenError:
    """Say in one line why *url* cannot be opened; what the driver says shows no password."""
    return DatabaseOpenError(
        f"cannot be opened ({driver_message(error, url)}). Check DATABASE_URL."
    )


def driver_message(error: Exception, url: str) -> str:
    """Return the first line of what the driver says, without the password in *url*."""
    line = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
    password = make_url(url).password
    return line.replace(str(password), "…") if password else line


def is_connection_error(error: SQLAlchemyError) -> bool:
    """Whether the database, and not a mistake of ours, is why a transaction failed."""
    if isinstance(error, DBAPIError) and isinstance(error.orig, sqlite3.Error):
        # SQLite says "operational" of a wrong query, too.
        code = getattr(error.orig, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
        return isinstance(error, OperationalError) and code != sqlite3.SQLITE_ERROR
    is_disconnected = isinstance(error, DBAPIError) and error.connection_invalidated
    return is_disconnected or isinstance(error, OperationalError | InterfaceError | PoolTimeout)


@contextmanager
def transaction(engine: Engine) -> Iterator[Tx]:
    """Open one transaction: committed at the end, rolled back by any exception."""
    with engine.begin() as tx:
        yield tx


def disable_timeouts(tx: Tx) -> None:
    """Let this transaction wait, and stand still, for as long as it has to."""
    if tx.dialect.name == "postgresql":
        _set_timeouts(tx, lock_seconds=0, idle_seconds=0)


def _on_begin_postgres(connection: Connection) -> None:
    _set_timeouts(
        connection, lock_seconds=_LOCK_TIMEOUT_SECONDS, idle_seconds=_IDLE_TIMEOUT_SECONDS
    )


def _set_timeouts(tx: Tx, *, lock_seconds: float, idle_seconds: float) -> None:
    # For one transaction, and not when we connect: a pooler may give each to another session.
    tx.exec_driver_sql(
        f"SELECT set_config('lock_timeout', '{lock_seconds * 1000:.0f}', true),"
        f" set_config('idle_in_transaction_session_timeout', '{idle_seconds * 1000:.0f}', true)"
    )


def _open_sqlite(url: str) -> Engine:
    # One connection, shared by the threads in turn: writers would wait for each other
    # anyway, and WAL with several connections has corrupted files before SQLite 3.51.3.
    engine = create_engine(
        url,
        pool_size=1,
        max_overflow=0,
        pool_timeout=30,
        connect_args={"check_same_thread": False, "timeout": 5},
    )
    event.listen(engine, "connect", _on_connect_sqlite)
    event.listen(engine, "begin", _on_begin_sqlite)
    return engine


def _on_connect_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    assert isinstance(connection, sqlite3.Connection)
    connection.isolation_level = None  # ours to begin, see _begin
    mode = "WAL" if sqlite3.sqlite_version_info >= (3, 51, 3) else "DELETE"
    for pragma in (f"journal_mode={mode}", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    _restrict_permissions(connection)


def _restrict_permissions(connection: sqlite3.Connection) -> None:
    path = connection.execute("PRAGMA database_list").fetchone()[2]
    if path:
        os.chmod(path, 0o600)  # noqa: PTH101 - a path given by SQLite, not a Path


def _on_begin_sqlite(connection: Any) -> None:
    # The driver would begin only at the first write, and lose what was read before it.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
