"""One commit for everybody who waits for one: fifty people who ask at once wait for one disk."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Lock
from typing import Any, TypeVar, cast

from sqlalchemy.exc import SQLAlchemyError

from bot.errors import DatabaseUnavailable
from bot.store.engine import Tx, is_out_of_reach

T = TypeVar("T")


class _Work:
    """What one caller wants done, and what became of it."""

    def __init__(self, do: Callable[[Tx], Any]) -> None:
        self.do = do
        self.done = False
        self.result: Any = None
        self.error: Exception | None = None

    def run(self, tx: Tx) -> None:
        self.error = None
        try:
            with tx.begin_nested():  # what fails here takes nobody else with it
                self.result = self.do(tx)
        except Exception as error:
            if isinstance(error, SQLAlchemyError) and is_out_of_reach(error):
                raise  # … but for the database itself, which fails everybody
            self.error = error


class Together:
    """Runs short pieces of work of several threads in one transaction."""

    def __init__(self, transaction: Callable[[], AbstractContextManager[Tx]]) -> None:
        self._transaction = transaction
        self._turn, self._door = Lock(), Lock()
        self._waiting: list[_Work] = []

    def __call__(self, do: Callable[[Tx], T]) -> T:
        """Return what *do* returns, once it is committed; raise what it raises."""
        mine = _Work(do)
        with self._door:
            self._waiting.append(mine)
        with self._turn:
            if not mine.done:  # nobody before us has taken it along
                self._commit()
        if mine.error:
            raise mine.error
        return cast(T, mine.result)

    def _commit(self) -> None:
        with self._door:
            batch, self._waiting = self._waiting, []
        try:
            self._run(batch, again=True)
        except Exception as error:  # noqa: BLE001 - it was not committed: each caller hears so
            for work in batch:
                work.error = error
        for work in batch:
            work.done = True

    def _run(self, batch: list[_Work], *, again: bool) -> None:
        """Do *batch*; once more when the connection broke before anything could be committed."""
        at_commit = False
        try:
            with self._transaction() as tx:
                for work in batch:
                    work.run(tx)
                at_commit = True
        except DatabaseUnavailable:
            if at_commit or not again:
                raise
            self._run(batch, again=False)
