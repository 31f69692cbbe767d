"""The database: one module a noun, one function a question; callers hold the transaction."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError

from bot.errors import DatabaseUnavailable
from bot.store import engine, migrate
from bot.store.engine import Tx, Unopened, ping
from bot.store.together import Together

logger = logging.getLogger(__name__)


class Store:
    """An open database, its tables up to date. Raises Unopened where there is none to be had."""

    def __init__(self, url: str) -> None:
        self._url, self._engine = url, engine.open_engine(url)
        self._is_lost = False
        #: Runs a short piece of work in one transaction with others who wait at that moment.
        self.together = Together(self.transaction)
        #: The same for work that first takes the leader's row: nobody holds another one by then.
        self.leading_together = Together(self.transaction)
        try:
            with engine.transaction(self._engine) as tx:
                self.migrated = migrate.migrate(tx)
        except Unopened:
            self.close()
            raise
        except (SQLAlchemyError, OSError) as error:
            self.close()
            raise engine.unopened(error, url) from error

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        """Open one transaction: all of it is written, or nothing.

        :raises DatabaseUnavailable: when it is the database that fails, whatever was under way
        """
        try:
            with engine.transaction(self._engine) as tx:
                yield tx
        except SQLAlchemyError as error:
            if not engine.is_out_of_reach(error):
                raise
            self._lost(engine.said(error, self._url))
            raise DatabaseUnavailable("My database does not answer.") from error
        self._found()

    def close(self) -> None:
        """Give every connection back. The store is of no use afterwards."""
        self._engine.dispose()

    def _lost(self, why: str) -> None:
        """Say so once: every round and everybody who asks finds the same."""
        if not self._is_lost:
            self._is_lost = True
            logger.warning("the database does not answer: %s", why)

    def _found(self) -> None:
        if self._is_lost:
            self._is_lost = False
            logger.info("the database answers again")


__all__ = ["Store", "Tx", "Unopened", "ping"]
