"""The heartbeat of a workspace: one lock, one clock, one version that grows with every change."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

Found = TypeVar("Found")


class StateLock:
    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.version = 1
        self._condition = threading.Condition(threading.RLock())
        self._watchers: set[Callable[[], None]] = set()
        self._last_micro = 0
        self._last_id = 0

    @contextmanager
    def read_lock(self) -> Iterator[None]:
        with self._condition:
            yield

    @contextmanager
    def write_lock(self) -> Iterator[None]:
        """Holds the lock; on leaving, everybody who waits looks again."""
        with self._condition:
            yield
            self.version += 1
            self._condition.notify_all()
            for watcher in tuple(self._watchers):
                watcher()

    def ts(self) -> str:
        """A message's name: its time in microseconds, never the same twice."""
        with self._condition:
            self._last_micro = max(int(self.clock() * 1_000_000), self._last_micro + 1)
            return f"{self._last_micro // 1_000_000}.{self._last_micro % 1_000_000:06d}"

    def id(self, prefix: str) -> str:
        with self._condition:
            self._last_id += 1
            return f"{prefix}{self._last_id:08X}"

    @contextmanager
    def watch_changes(self, watcher: Callable[[], None]) -> Iterator[None]:
        """Calls `watcher` after every change; it must be quick and must not block."""
        with self._condition:
            self._watchers.add(watcher)
        try:
            yield
        finally:
            with self._condition:
                self._watchers.discard(watcher)

    def wait_for(self, predicate: Callable[[], Found], timeout: float) -> Found:
        """The first truthy answer of the predicate, asked after each change."""
        with self._condition:
            found = self._condition.wait_for(predicate, timeout)
        if not found:
            raise TimeoutError(f"This did not become true within {timeout} seconds: {predicate}")
        return found
