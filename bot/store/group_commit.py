"""Group commit: concurrent small writes in one transaction, with one fsync for all."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from threading import Lock
from typing import Any, TypeVar

from bot.errors import DatabaseUnavailable
from bot.store.engine import Tx

T = TypeVar("T")


class _Task:
    """The function of one caller, and the future that the caller waits for."""

    def __init__(self, function: Callable[[Tx], Any]) -> None:
        self.function = function
        self.future: Future[Any] = Future()


class GroupCommit:
    """Runs the short functions of several threads in one transaction.

    A function may run again after a rollback, so it must have no effect outside the transaction.
    """

    def __init__(self, transaction: Callable[[], AbstractContextManager[Tx]]) -> None:
        self._transaction = transaction
        self._lock = Lock()
        self._queue: list[_Task] = []
        # One thread of its own, so that a caller can stop waiting for a slow database.
        self._committer = ThreadPoolExecutor(1, "commit")

    def __call__(self, function: Callable[[Tx], T]) -> T:
        """Return the result of *function* after the commit, or raise its error."""
        return self.submit(function).result()

    def submit(self, function: Callable[[Tx], T]) -> "Future[T]":
        """Return the future of *function*, which is done after the commit.

        A future that is cancelled in time never runs.
        """
        task = _Task(function)
        with self._lock:
            if not self._queue:
                self._committer.submit(self._commit)
            self._queue.append(task)
        return task.future

    def _commit(self) -> None:
        with self._lock:
            queue, self._queue = self._queue, []
        batch = [task for task in queue if task.future.set_running_or_notify_cancel()]
        if batch:
            self._run(batch, may_retry=True)

    def _run(self, batch: Sequence[_Task], *, may_retry: bool) -> None:
        """Run *batch* in one transaction, and resolve its futures after the commit."""
        is_at_commit = False
        try:
            with self._transaction() as tx:
                results = [task.function(tx) for task in batch]
                is_at_commit = True
        except BaseException as error:  # noqa: BLE001 - each caller raises it: nothing was committed
            retries = [] if is_at_commit else _retries(batch, error, may_retry=may_retry)
            for retry in retries:
                self._run(retry, may_retry=len(retry) < len(batch))
            if not retries:
                for task in batch:
                    task.future.set_exception(error)
        else:
            for task, result in zip(batch, results, strict=True):
                task.future.set_result(result)


def _retries(
    batch: Sequence[_Task], error: BaseException, *, may_retry: bool
) -> Sequence[Sequence[_Task]]:
    """Return the transactions to run instead of one that *error* rolled back.

    A broken connection affects the whole batch. Any other error is the fault of one function, so
    each function gets its own transaction.
    """
    if isinstance(error, DatabaseUnavailable):
        return [batch] if may_retry else []
    return [[task] for task in batch] if len(batch) > 1 else []
