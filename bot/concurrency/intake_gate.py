"""Who stands at the door goes first: what was taken in waits, for a moment, until nobody does."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition

# Seconds. Slack counts the acknowledgement; who waits for the answer does not notice so little.
_WAIT_SECONDS = 0.25


class IntakeGate:
    """Counts who is being taken in. Python runs one thread at a time, and theirs come first."""

    def __init__(self, timeout: float = _WAIT_SECONDS) -> None:
        self._timeout, self._active = timeout, 0
        self._changed = Condition()

    @contextmanager
    def receiving(self) -> Iterator[None]:
        """Stand in the doorway for as long as somebody is being taken in."""
        self._change_active(1)
        try:
            yield
        finally:
            self._change_active(-1)

    def wait_idle(self) -> None:
        """Wait until nobody stands in the doorway, or for a moment."""
        with self._changed:
            self._changed.wait_for(lambda: not self._active, self._timeout)

    def _change_active(self, change: int) -> None:
        with self._changed:
            self._active += change
            if not self._active:
                self._changed.notify_all()
