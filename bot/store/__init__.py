"""The database: one module per table, one function per query, in the caller's transaction."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError

from bot.errors import DatabaseUnavailable
from bot.store import engine, migrate
from bot.store.engine import DEFAULT_TIMEOUTS, DatabaseOpenError, PostgresTimeouts, Tx, ping
from bot.store.group_commit import GroupCommit

logger = logging.getLogger(__name__)


class Store:
    """An open database with up-to-date tables.

    Raises:
        DatabaseOpenError: The database can't be opened or belongs to another version.

    """

    def __init__(self, url: str, timeouts: PostgresTimeouts = DEFAULT_TIMEOUTS) -> None:
        self._url, self._engine = url, engine.open_engine(url, timeouts)
        self._first_statement = engine.first_statement(url, timeouts)
        self._is_unavailable = False
        #: Runs a short piece of work in one transaction with those that wait at that moment.
        self.batch = GroupCommit(self.transaction)
        try:
            with engine.transaction(self._engine, self._first_statement) as tx:
                migrate.migrate(tx)
        except DatabaseOpenError:
            self.close()
            raise
        except (SQLAlchemyError, OSError) as error:
            self.close()
            raise engine.open_error(error, url) from error

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        """Open one transaction: all of it is written, or nothing.

        Raises:
            DatabaseUnavailable: The database itself failed. The outcome may be unknown.

        """
        try:
            with engine.transaction(self._engine, self._first_statement) as tx:
                yield tx
        except SQLAlchemyError as error:
            if not engine.is_connection_error(error):
                raise
            self._mark_unavailable(engine.driver_message(error, self._url))
            raise DatabaseUnavailable("My database isn't responding.") from error
        self._mark_available()

    def close(self) -> None:
        """Close every connection. The store can't be used afterwards."""
        self._engine.dispose()

    def _mark_unavailable(self, reason: str) -> None:
        """Log the outage once, because every job and every request runs into it."""
        if not self._is_unavailable:
            self._is_unavailable = True
            logger.warning("the database does not answer: %s", reason)

    def _mark_available(self) -> None:
        if self._is_unavailable:
            self._is_unavailable = False
            logger.info("the database answers again")


__all__ = ["DatabaseOpenError", "Store", "Tx", "ping"]
