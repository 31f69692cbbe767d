"""Bounded, keyed and draining executors, and the gate that lets intake go first."""

import logging
from collections.abc import Callable, Hashable, Iterable, Iterator
from concurrent.futures import CancelledError, Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from functools import partial
from threading import BoundedSemaphore, Condition, Lock, Thread
from typing import Any, TypeVar

from bot.error_boundary import log_errors, settle

T = TypeVar("T")
R = TypeVar("R")

logger = logging.getLogger(__name__)


class BoundedExecutor:
    """An executor with *slots* slots; each holds one piece of work, queued or running."""

    def __init__(self, executor: Executor, slots: int) -> None:
        self._executor, self._slots = executor, BoundedSemaphore(slots)

    def try_acquire(self) -> "Slot | None":
        """Return a slot for one piece of work; None if all are taken.

        Acquire it before the request is recorded, because the rejection says that nothing was
        done.
        """
        return Slot(self._executor, self._slots) if self._slots.acquire(blocking=False) else None


class Slot:
    """A slot of the executor, to be used once or released."""

    def __init__(self, executor: Executor, slots: BoundedSemaphore) -> None:
        self._executor, self._slots = executor, slots

    def run(self, work: Callable[[], None]) -> None:
        """Run *work* as soon as a thread is free, then release the slot.

        Raises:
            RuntimeError: The executor has shut down. The slot is released.
        """
        try:
            self._executor.submit(self._run, work)
        except RuntimeError:  # the executor has shut down
            self.release()
            raise

    def release(self) -> None:
        """Give the slot back without using it."""
        self._slots.release()

    def _run(self, work: Callable[[], None]) -> None:
        try:
            work()
        finally:
            self.release()


class KeyedExecutor:
    """Submits calls to a bounded pool; skips a call whose key is queued or running."""

    def __init__(self, pool: Executor) -> None:
        self._pool = pool
        self._lock = Lock()
        self._active_keys: set[Hashable] = set()

    def submit(self, key: Hashable, call: Callable[[], None]) -> None:
        """Run *call* in the pool unless a call with the same *key* hasn't finished."""
        with self._lock:
            if key in self._active_keys:
                return
            self._active_keys.add(key)
        try:
            self._pool.submit(self._run, key, call)
        except CancelledError:
            logger.debug("stopping: %s waits for the next leader", key)

    def map(self, call: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """Return the result of *call* for each of *items*, in their order."""
        return self._pool.map(call, items)

    def _run(self, key: Hashable, call: Callable[[], None]) -> None:
        try:
            with log_errors(logger, f"the call for {key}", outage_level=logging.INFO):
                call()
        finally:
            with self._lock:
                self._active_keys.discard(key)


class DrainingExecutor(ThreadPoolExecutor):
    """A thread pool that cancels what is submitted after its shutdown.

    No work is lost, because every pending step is stored in the database.
    """

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Submit *fn* as `Executor.submit` does.

        Raises:
            CancelledError: The pool has shut down.
        """
        try:
            return super().submit(fn, *args, **kwargs)
        except RuntimeError as error:
            raise CancelledError("we are stopping") from error


def run_with_timeout(work: Callable[[], T], seconds: float) -> T:
    """Return the result of *work*, waiting at most *seconds*.

    After a timeout the work goes on in its daemon thread, which doesn't keep the process from
    ending. It runs with the caller's context variables.

    Raises:
        TimeoutError: The work takes longer than *seconds*.

    """
    future: Future[T] = Future()
    run = partial(copy_context().run, settle, future, work)
    Thread(target=run, daemon=True, name="bounded").start()
    return future.result(timeout=seconds)


# Seconds. Slack limits the time of an acknowledgment; this delay of an answer isn't noticeable.
_WAIT_SECONDS = 0.25


class IntakeGate:
    """Counts the requests being acknowledged, so that answers can wait for them.

    Python runs one thread at a time, so a busy answer thread would delay an acknowledgment.
    """

    def __init__(self, timeout: float = _WAIT_SECONDS) -> None:
        self._timeout, self._active = timeout, 0
        self._changed = Condition()

    @contextmanager
    def receiving(self) -> Iterator[None]:
        """Count one request as being acknowledged while the context is open."""
        self._change_active(1)
        try:
            yield
        finally:
            self._change_active(-1)

    def wait_idle(self) -> None:
        """Wait until no request is being acknowledged, or until the timeout."""
        with self._changed:
            self._changed.wait_for(lambda: not self._active, self._timeout)

    def _change_active(self, change: int) -> None:
        with self._changed:
            self._active += change
            if not self._active:
                self._changed.notify_all()
