"""Threads for slow work, with so many seats and no more: who finds them taken hears so at once."""

from collections.abc import Callable
from concurrent.futures import Executor
from threading import BoundedSemaphore


class Pool:
    """An executor that holds *seats* pieces of work, running or waiting."""

    def __init__(self, executor: Executor, seats: int) -> None:
        self._executor, self._seats = executor, BoundedSemaphore(seats)

    def seat(self) -> "Seat | None":
        """Return a seat for one piece of work, None when all are taken.

        Taken before anything is written down, so that "nothing was done" is true.
        """
        return Seat(self._executor, self._seats) if self._seats.acquire(blocking=False) else None


class Seat:
    """A place in the pool, to be used once or left."""

    def __init__(self, executor: Executor, seats: BoundedSemaphore) -> None:
        self._executor, self._seats = executor, seats

    def run(self, work: Callable[[], None]) -> None:
        """Do *work* as soon as a thread is free, then leave."""
        try:
            self._executor.submit(self._run, work)
        except RuntimeError:  # the executor takes nothing more: we are stopping
            self.leave()
            raise

    def leave(self) -> None:
        self._seats.release()

    def _run(self, work: Callable[[], None]) -> None:
        try:
            work()
        finally:
            self.leave()
