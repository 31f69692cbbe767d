"""An executor with a fixed number of slots, which rejects work while all are taken."""

from collections.abc import Callable
from concurrent.futures import Executor
from threading import BoundedSemaphore


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
