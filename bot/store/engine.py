"""Engines and transactions that behave the same on SQLite and PostgreSQL."""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum, unique
from typing import TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry


class DatabaseOpenError(Exception):
    """The database can't be used. The message continues "The database" and names a solution."""


# Values per IN. SQLite before 3.32 allows 999 bound values: https://sqlite.org/limits.html
_MAX_IN_VALUES = 500

T = TypeVar("T")

#: An open transaction: all of it is written, or nothing.
Tx = Connection

# A dead network must fail a query before the leader's lease expires. Seconds, milliseconds in
# tcp_user_timeout: https://www.postgresql.org/docs/current/libpq-connect.html
_POSTGRES_ARGUMENTS = {
    "connect_timeout": 5,
    "keepalives_idle": 3,
    "keepalives_interval": 1,
    "keepalives_count": 3,
    "tcp_user_timeout": 5000,
    # No prepared statements, because a transaction pooler may run each transaction in another
    # session, where the name of a statement is unknown or taken.
    "prepare_threshold": None,
    # Without it, psycopg returns bytes from a database in SQL_ASCII, the default of the locale C.
    "client_encoding": "utf8",
}


@dataclass(frozen=True, slots=True)
class PostgresTimeouts:
    """The timeouts of a transaction on PostgreSQL, in seconds; 0 disables one."""

    #: The wait for a connection or a lock.
    lock: float = 5
    #: `idle_in_transaction_session_timeout`. Shorter than the lease, so a paused process releases
    #: its locks; longer than `lock`, so its queued transactions have already failed.
    idle: float = 8


DEFAULT_TIMEOUTS = PostgresTimeouts()


def open_engine(url: str, timeouts: PostgresTimeouts = DEFAULT_TIMEOUTS) -> Engine:
    """Return an engine for *url*.

    Transactions that read and then write lose no update: SQLite runs one at a time, and on
    PostgreSQL the queries lock what they change.
    """
    if make_url(url).get_backend_name() == "sqlite":
        return _open_sqlite(url)
    return create_engine(
        url,
        pool_size=10,
        max_overflow=10,
        pool_timeout=timeouts.lock,
        pool_pre_ping=True,
        connect_args=_POSTGRES_ARGUMENTS,
    )


def first_statement(url: str, timeouts: PostgresTimeouts = DEFAULT_TIMEOUTS) -> str:
    """Return the statement that each transaction on *url* begins with.

    No listener runs it, because SQLAlchemy looks for listeners at each statement once an engine
    has one, which takes a fifth of the time of a small query.
    """
    if make_url(url).get_backend_name() == "sqlite":
        # The driver would begin at the first write, so that what was read before it could change.
        return "BEGIN IMMEDIATE"
    # Per transaction and not per connection, because a pooler may switch the session.
    return _timeout_statement(timeouts)


def ping(url: str) -> None:
    """Run one empty transaction on a new connection.

    Raises:
        DatabaseOpenError: The transaction failed.

    """
    engine = open_engine(url)
    try:
        with transaction(engine, first_statement(url)) as tx:
            tx.exec_driver_sql("SELECT 1")
    except (SQLAlchemyError, OSError) as error:
        raise open_error(error, url) from error
    finally:
        engine.dispose()


def open_error(error: Exception, url: str) -> DatabaseOpenError:
    """Return the error for a database that can't be opened, without its password."""
    return DatabaseOpenError(f"can't be opened ({driver_message(error, url)}). Check DATABASE_URL.")


def driver_message(error: Exception, url: str) -> str:
    """Return the first line of the driver's message, without the password in *url*."""
    line = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
    password = make_url(url).password
    return line.replace(str(password), "…") if password else line


def is_connection_error(error: SQLAlchemyError) -> bool:
    """Return whether the database failed, and not a faulty query."""
    if isinstance(error, DBAPIError) and isinstance(error.orig, sqlite3.Error):
        # The driver raises OperationalError for a faulty query as well.
        code = getattr(error.orig, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
        return isinstance(error, OperationalError) and code != sqlite3.SQLITE_ERROR
    is_disconnected = isinstance(error, DBAPIError) and error.connection_invalidated
    return is_disconnected or isinstance(error, OperationalError | InterfaceError | PoolTimeout)


@contextmanager
def transaction(engine: Engine, first: str) -> Iterator[Tx]:
    """Open one transaction: committed at the end, rolled back by any exception.

    It begins with the statement *first*.
    """
    with engine.begin() as tx:
        tx.exec_driver_sql(first)
        yield tx


def chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Return *values* in parts that fit into one IN."""
    return (values[at : at + _MAX_IN_VALUES] for at in range(0, len(values), _MAX_IN_VALUES))


@unique
class AdvisoryLock(IntEnum):
    """What a transaction locks as a whole. Any numbers, the same in every replica."""

    MIGRATION = 7_223_201
    OPERATIONS = 7_223_202
    INCIDENTS = 7_223_203
    SCHEDULES = 7_223_204


def lock(tx: Tx, what: AdvisoryLock) -> None:
    """Lock *what* until the end of *tx*.

    SQLite needs no lock, because it runs one transaction at a time.
    """
    if tx.dialect.name == "postgresql":
        tx.exec_driver_sql(f"SELECT pg_advisory_xact_lock({what:d})")


def disable_timeouts(tx: Tx) -> None:
    """Disable the lock and idle timeouts for this transaction."""
    if tx.dialect.name == "postgresql":
        tx.exec_driver_sql(_timeout_statement(PostgresTimeouts(lock=0, idle=0)))


def _timeout_statement(timeouts: PostgresTimeouts) -> str:
    return (
        f"SELECT set_config('lock_timeout', '{timeouts.lock * 1000:.0f}', true),"
        f" set_config('idle_in_transaction_session_timeout', '{timeouts.idle * 1000:.0f}', true)"
    )


def _open_sqlite(url: str) -> Engine:
    # One connection, which the threads use in turn. Writers exclude each other anyway, and WAL
    # with several connections may corrupt the file before SQLite 3.51.3:
    # https://sqlite.org/wal.html#walresetbug
    engine = create_engine(
        url,
        pool_size=1,
        max_overflow=0,
        pool_timeout=30,
        connect_args={"check_same_thread": False, "timeout": 5},
    )
    event.listen(engine, "connect", _on_connect_sqlite)
    return engine


def _on_connect_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    assert isinstance(connection, sqlite3.Connection)
    connection.isolation_level = None  # the driver begins no transaction; first_statement does
    mode = "WAL" if sqlite3.sqlite_version_info >= (3, 51, 3) else "DELETE"
    for pragma in (f"journal_mode={mode}", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    _restrict_permissions(connection)


def _restrict_permissions(connection: sqlite3.Connection) -> None:
    path = connection.execute("PRAGMA database_list").fetchone()[2]
    if path:
        os.chmod(path, 0o600)  # noqa: PTH101 - SQLite returns a string, not a Path
