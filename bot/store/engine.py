"""Opening the database: SQLite on a laptop, PostgreSQL for replicas, one behaviour."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.pool import ConnectionPoolEntry


class Unopened(Exception):
    """The database cannot be used. Goes on after "The database": why not, and the way out."""


#: A transaction under way: all of it is written, or nothing.
Tx = Connection

# A dead network must not hold a query longer than a leader may act on its lease.
_POSTGRES = {
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
_WAIT = 5
# Seconds that a transaction may stand still. A process that is held up in one holds its locks,
# the lease among them: the database ends it well before the lease runs out. Its transactions
# that wait in line have given up by then, so none of them is next.
_STILL = 8


def open_engine(url: str) -> Engine:
    """Return an engine for *url* whose transactions never lose an update."""
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite(url)
    engine = create_engine(
        url,
        pool_size=10,
        max_overflow=10,
        pool_timeout=_WAIT,
        pool_pre_ping=True,
        connect_args=_POSTGRES,
    )
    event.listen(engine, "begin", _begin_bounded)
    return engine


def ping(url: str) -> None:
    """Do one empty transaction on a connection of its own. Raises Unopened when that fails."""
    engine = open_engine(url)
    try:
        with engine.begin() as tx:
            tx.exec_driver_sql("SELECT 1")
    except (SQLAlchemyError, OSError) as error:
        raise unopened(error, url) from error
    finally:
        engine.dispose()


def unopened(error: Exception, url: str) -> Unopened:
    """Say in one line why *url* cannot be opened; what the driver says shows no password."""
    return Unopened(f"cannot be opened ({said(error, url)}). Check DATABASE_URL.")


def said(error: Exception, url: str) -> str:
    """Return the first line of what the driver says, without the password in *url*."""
    line = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
    password = make_url(url).password
    return line.replace(str(password), "…") if password else line


def is_out_of_reach(error: SQLAlchemyError) -> bool:
    """Whether the database, and not a mistake of ours, is why a transaction failed."""
    if isinstance(error, DBAPIError) and isinstance(error.orig, sqlite3.Error):
        # SQLite says "operational" of a wrong query, too.
        code = getattr(error.orig, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
        return isinstance(error, OperationalError) and code != sqlite3.SQLITE_ERROR
    cut_off = isinstance(error, DBAPIError) and error.connection_invalidated
    return cut_off or isinstance(error, OperationalError | InterfaceError | NoConnection)


@contextmanager
def transaction(engine: Engine) -> Iterator[Tx]:
    """Open one transaction: committed at the end, rolled back by any exception."""
    with engine.begin() as tx:
        yield tx


def take_your_time(tx: Tx) -> None:
    """Let this transaction wait, and stand still, for as long as it has to."""
    if tx.dialect.name == "postgresql":
        _allow(tx, wait=0, still=0)


def _begin_bounded(connection: Connection) -> None:
    _allow(connection, wait=_WAIT, still=_STILL)


def _allow(tx: Tx, *, wait: float, still: float) -> None:
    # For one transaction, and not when we connect: a pooler may give each to another session.
    tx.exec_driver_sql(
        f"SELECT set_config('lock_timeout', '{wait * 1000:.0f}', true),"
        f" set_config('idle_in_transaction_session_timeout', '{still * 1000:.0f}', true)"
    )


def _sqlite(url: str) -> Engine:
    # One connection, shared by the threads in turn: writers would wait for each other
    # anyway, and WAL with several connections has corrupted files before SQLite 3.51.3.
    engine = create_engine(
        url,
        pool_size=1,
        max_overflow=0,
        pool_timeout=30,
        connect_args={"check_same_thread": False, "timeout": 5},
    )
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _set_up(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    assert isinstance(connection, sqlite3.Connection)
    connection.isolation_level = None  # ours to begin, see _begin
    mode = "WAL" if sqlite3.sqlite_version_info >= (3, 51, 3) else "DELETE"
    for pragma in (f"journal_mode={mode}", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    _keep_private(connection)


def _keep_private(connection: sqlite3.Connection) -> None:
    path = connection.execute("PRAGMA database_list").fetchone()[2]
    if path:
        os.chmod(path, 0o600)  # noqa: PTH101 - a path given by SQLite, not a Path


def _begin(connection: Any) -> None:
    # The driver would begin only at the first write, and lose what was read before it.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
