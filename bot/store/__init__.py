"""The database: one module a noun, one function a question; callers hold the transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError

from bot.store import engine, migrate
from bot.store.engine import Tx, Unopened
from bot.store.together import Together


class Store:
    """An open database, its tables up to date. Raises Unopened where there is none to be had."""

    def __init__(self, url: str) -> None:
        self._engine = engine.open_engine(url)
        #: Runs a short piece of work in one transaction with others who wait at that moment.
        self.together = Together(self.transaction)
        try:
            with self.transaction() as tx:
                self.migrated = migrate.migrate(tx)
        except Unopened:
            self.close()
            raise
        except (SQLAlchemyError, OSError) as error:
            self.close()
            raise engine.unopened(error, url) from error

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        """Open one transaction: all of it is written, or nothing."""
        with engine.transaction(self._engine) as tx:
            yield tx

    def close(self) -> None:
        """Give every connection back. The store is of no use afterwards."""
        self._engine.dispose()


__all__ = ["Store", "Tx", "Unopened"]
