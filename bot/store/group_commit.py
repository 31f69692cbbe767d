"""Group commit: concurrent small writes in one transaction, with one fsync for all."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Lock
from typing import Any, TypeVar, cast

from sqlalchemy.exc import SQLAlchemyError

from bot.errors import DatabaseUnavailable
from bot.store.engine import Tx, is_connection_error

T = TypeVar("T")


class _Task:
    """The function of one caller and its result or error."""

    def __init__(self, function: Callable[[Tx], Any]) -> None:
        self._function = function
        self.is_done = False
        self.result: Any = None
        self.error: Exception | None = None

    def run(self, tx: Tx) -> None:
        self.error = None
        try:
            with tx.begin_nested():  # a failure rolls back this function only
                self.result = self._function(tx)
        except Exception as error:
            if isinstance(error, SQLAlchemyError) and is_connection_error(error):
                raise  # … but a failure of the database fails the whole batch
            self.error = error


class GroupCommit:
    """Runs the short functions of several threads in one transaction."""

    def __init__(self, transaction: Callable[[], AbstractContextManager[Tx]]) -> None:
        self._transaction = transaction
        self._commit_lock, self._queue_lock = Lock(), Lock()
        self._queue: list[_Task] = []

    def __call__(self, function: Callable[[Tx], T]) -> T:
        """Return the result of *function* after the commit, or raise its error."""
        task = _Task(function)
        with self._queue_lock:
            self._queue.append(task)
        with self._commit_lock:
            if not task.is_done:  # not part of the batch of another thread
                self._commit()
        if task.error:
            raise task.error
        return cast(T, task.result)

    def _commit(self) -> None:
        with self._queue_lock:
            batch, self._queue = self._queue, []
        try:
            self._run(batch, may_retry=True)
        except Exception as error:  # noqa: BLE001 - each caller raises it: nothing was committed
            for task in batch:
                task.error = error
        for task in batch:
            task.is_done = True

    def _run(self, batch: list[_Task], *, may_retry: bool) -> None:
        """Run *batch*; retry once if the connection broke before the commit."""
        at_commit = False
        try:
            with self._transaction() as tx:
                for task in batch:
                    task.run(tx)
                at_commit = True
        except DatabaseUnavailable:
            if at_commit or not may_retry:
                raise
            self._run(batch, may_retry=False)
