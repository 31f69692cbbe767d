"""Opening the database: SQLite on a laptop, PostgreSQL for replicas, one behaviour."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
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
}


def open_engine(url: str) -> Engine:
    """Return an engine for *url* whose transactions never lose an update."""
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite(url)
    return create_engine(
        url, pool_size=10, max_overflow=10, pool_pre_ping=True, connect_args=_POSTGRES
    )


def unopened(error: Exception, url: str) -> Unopened:
    """Say in one line why *url* cannot be opened; what the driver says shows no password."""
    said = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
    password = make_url(url).password
    shown = said.replace(str(password), "…") if password else said
    return Unopened(f"cannot be opened ({shown}). Check DATABASE_URL.")


@contextmanager
def transaction(engine: Engine) -> Iterator[Tx]:
    """Open one transaction: committed at the end, rolled back by any exception."""
    with engine.begin() as tx:
        yield tx


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
