"""The database: one module a noun, one function a question; callers hold the transaction."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError

from bot.errors import DatabaseUnavailable
from bot.store import engine, migrate
from bot.store.engine import DatabaseOpenError, Tx, ping
from bot.store.group_commit import GroupCommit

logger = logging.getLogger(__name__)


class Store:
    """An open database, its tables up to date. Raises Unopened where there is none to be had."""

    def __init__(self, url: str) -> None:
        self._url, self._engine = url, engine.open_engine(url)
        self._is_unavailable = False
        #: Runs a short piece of work in one transaction with others who wait at that moment.
        self.batch = GroupCommit(self.transaction)
        #: The same for work that first takes the leader's row: nobody holds another one by then.
        self.leader_batch = GroupCommit(self.transaction)
        try:
            with engine.transaction(self._engine) as tx:
                self.migrated = migrate.migrate(tx)
        except DatabaseOpenError:
            self.close()
            raise
        except (SQLAlchemyError, OSError) as error:
            self.close()
            raise engine.open_error(error, url) from error

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        """Open one transaction: all of it is written, or nothing.

        :raises DatabaseUnavailable: when it is the database that fails, whatever was under way
        """
        try:
            with engine.transaction(self._engine) as tx:
                yield tx
        except SQLAlchemyError as error:
            if not engine.is_connection_error(error):
                raise
            self._mark_unavailable(engine.driver_message(error, self._url))
            raise DatabaseUnavailable("My database does not answer.") from error
        self._mark_available()

    def close(self) -> None:
        """Give every connection back. The store is of no use afterwards."""
        self._engine.dispose()

    def _mark_unavailable(self, reason: str) -> None:
        """Say so once: every round and everybody who asks finds the same."""
        if not self._is_unavailable:
            self._is_unavailable = True
            logger.warning("the database does not answer: %s", reason)

    def _mark_available(self) -> None:
        if self._is_unavailable:
            self._is_unavailable = False
            logger.info("the database answers again")


__all__ = ["DatabaseOpenError", "Store", "Tx", "ping"]
