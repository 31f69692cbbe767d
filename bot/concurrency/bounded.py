"""Threads for slow work, with so many seats and no more: who finds them taken hears so at once."""

from collections.abc import Callable
from concurrent.futures import Executor
from threading import BoundedSemaphore


class BoundedExecutor:
    """An executor that holds *seats* pieces of work, running or waiting."""

    def __init__(self, executor: Executor, slots: int) -> None:
        self._executor, self._slots = executor, BoundedSemaphore(slots)

    def try_acquire(self) -> "Slot | None":
        """Return a seat for one piece of work, None when all are taken.

        Taken before anything is written down, so that "nothing was done" is true.
        """
        return Slot(self._executor, self._slots) if self._slots.acquire(blocking=False) else None


class Slot:
    """A place in the pool, to be used once or left."""

    def __init__(self, executor: Executor, slots: BoundedSemaphore) -> None:
        self._executor, self._slots = executor, slots

    def run(self, work: Callable[[], None]) -> None:
        """Do *work* as soon as a thread is free, then leave."""
        try:
            self._executor.submit(self._run, work)
        except RuntimeError:  # the executor takes nothing more: we are stopping
            self.release()
            raise

    def release(self) -> None:
        self._slots.release()

    def _run(self, work: Callable[[], None]) -> None:
        try:
            work()
        finally:
            self.release()
