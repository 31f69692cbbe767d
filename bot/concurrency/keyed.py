"""An executor that runs at most one call per key at a time."""

import logging
from collections.abc import Callable, Hashable, Iterable, Iterator
from concurrent.futures import CancelledError, Executor
from threading import Lock
from typing import TypeVar

from bot.concurrency.background import log_errors

logger = logging.getLogger(__name__)

T = TypeVar("T")
R = TypeVar("R")


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
