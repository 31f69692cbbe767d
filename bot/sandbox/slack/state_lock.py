"""The lock, the clock and the version of a workspace."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

Found = TypeVar("Found")


class StateLock:
    """A reentrant lock with a version that each change increments, and unique ids."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.version = 1
        self._condition = threading.Condition(threading.RLock())
        self._watchers: set[Callable[[], None]] = set()
        self._last_micro = 0
        self._last_id = 0

    @contextmanager
    def read_lock(self) -> Iterator[None]:
        """Hold the lock without a new version."""
        with self._condition:
            yield

    @contextmanager
    def write_lock(self) -> Iterator[None]:
        """Hold the lock; on exit, increment the version and notify waiters and watchers."""
        with self._condition:
            yield
            self.version += 1
            self._condition.notify_all()
            for watcher in tuple(self._watchers):
                watcher()

    def ts(self) -> str:
        """Return a unique timestamp, which identifies a message."""
        with self._condition:
            self._last_micro = max(int(self.clock() * 1_000_000), self._last_micro + 1)
            return f"{self._last_micro // 1_000_000}.{self._last_micro % 1_000_000:06d}"

    def id(self, prefix: str) -> str:
        """Return a unique id."""
        with self._condition:
            self._last_id += 1
            return f"{prefix}{self._last_id:08X}"

    @contextmanager
    def watch_changes(self, watcher: Callable[[], None]) -> Iterator[None]:
        """Call *watcher* after every change. It must not block, because it runs under the lock."""
        with self._condition:
            self._watchers.add(watcher)
        try:
            yield
        finally:
            with self._condition:
                self._watchers.discard(watcher)

    def wait_for(self, predicate: Callable[[], Found], timeout: float) -> Found:
        """Wait until *predicate* returns a true value after a change; return that value.

        Raises:
            TimeoutError: after *timeout* seconds.
        """
        with self._condition:
            found = self._condition.wait_for(predicate, timeout)
        if not found:
            raise TimeoutError(f"This did not become true within {timeout} seconds: {predicate}")
        return found
