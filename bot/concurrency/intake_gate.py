"""Delays background answers for a moment while requests are being acknowledged."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition

# Seconds. Slack limits the time of an acknowledgement; this delay of an answer isn't noticeable.
_WAIT_SECONDS = 0.25


class IntakeGate:
    """Counts the requests being acknowledged, so that answers can wait for them.

    Python runs one thread at a time, so a busy answer thread would delay an acknowledgement.
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
