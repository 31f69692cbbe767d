"""Who stands at the door goes first: what was taken in waits, for a moment, until nobody does."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition

# Seconds. Slack counts the acknowledgement; who waits for the answer does not notice so little.
_MOMENT = 0.25


class Doorway:
    """Counts who is being taken in. Python runs one thread at a time, and theirs come first."""

    def __init__(self, moment: float = _MOMENT) -> None:
        self._moment, self._number = moment, 0
        self._changed = Condition()

    @contextmanager
    def passing(self) -> Iterator[None]:
        """Stand in the doorway for as long as somebody is being taken in."""
        self._count(1)
        try:
            yield
        finally:
            self._count(-1)

    def let_pass(self) -> None:
        """Wait until nobody stands in the doorway, or for a moment."""
        with self._changed:
            self._changed.wait_for(lambda: not self._number, self._moment)

    def _count(self, change: int) -> None:
        with self._changed:
            self._number += change
            if not self._number:
                self._changed.notify_all()
