"""One commit for everybody who waits for one: fifty people who ask at once wait for one disk."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Lock
from typing import Any, TypeVar, cast

from sqlalchemy.exc import SQLAlchemyError

from bot.errors import DatabaseUnavailable
from bot.store.engine import Tx, is_connection_error

T = TypeVar("T")


class _Task:
    """What one caller wants done, and what became of it."""

    def __init__(self, function: Callable[[Tx], Any]) -> None:
        self._function = function
        self.is_done = False
        self.result: Any = None
        self.error: Exception | None = None

    def run(self, tx: Tx) -> None:
        self.error = None
        try:
            with tx.begin_nested():  # what fails here takes nobody else with it
                self.result = self._function(tx)
        except Exception as error:
            if isinstance(error, SQLAlchemyError) and is_connection_error(error):
                raise  # … but for the database itself, which fails everybody
            self.error = error


class GroupCommit:
    """Runs short pieces of work of several threads in one transaction."""

    def __init__(self, transaction: Callable[[], AbstractContextManager[Tx]]) -> None:
        self._transaction = transaction
        self._commit_lock, self._queue_lock = Lock(), Lock()
        self._queue: list[_Task] = []

    def __call__(self, function: Callable[[Tx], T]) -> T:
        """Return what *function* returns, once it is committed; raise what it raises."""
        task = _Task(function)
        with self._queue_lock:
            self._queue.append(task)
        with self._commit_lock:
            if not task.is_done:  # nobody before us has taken it along
                self._commit()
        if task.error:
            raise task.error
        return cast(T, task.result)

    def _commit(self) -> None:
        with self._queue_lock:
            batch, self._queue = self._queue, []
        try:
            self._run(batch, may_retry=True)
        except Exception as error:  # noqa: BLE001 - it was not committed: each caller hears so
            for work in batch:
                work.error = error
        for work in batch:
            work.is_done = True

    def _run(self, batch: list[_Task], *, may_retry: bool) -> None:
        """Do *batch*; once more when the connection broke before anything could be committed."""
        at_commit = False
        try:
            with self._transaction() as tx:
                for work in batch:
                    work.run(tx)
                at_commit = True
        except DatabaseUnavailable:
            if at_commit or not may_retry:
                raise
            self._run(batch, may_retry=False)
