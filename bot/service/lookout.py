"""One look at the fleet serves everybody who asks at the same moment."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from threading import Lock
from typing import Protocol

from bot.errors import HubError
from bot.model import Fleet, Space

# A Hub that has just failed is not asked again by the next person in the queue.
_REST = timedelta(seconds=5)
_NEVER = timedelta.max


class _Lists(Protocol):
    def fleet(self, owner: str) -> list[Space]: ...


class Lookout:
    """Lists the fleet, at most one list at a time, and remembers it for a moment.

    Fifty people who type `/space status` together cost one call, and wait for one timeout.
    """

    def __init__(self, hub: _Lists, owners: Sequence[str], now: Callable[[], datetime]) -> None:
        self._hub, self._owners, self._now = hub, tuple(owners), now
        self._lock = Lock()
        self._seen: Fleet | HubError | None = None
        self._at: datetime | None = None  # when the last look came to its end

    def fleet(self, max_age: timedelta = timedelta(0)) -> Fleet:
        """Return every owner's Spaces, by a look that ended at most *max_age* before this call.

        Raises HubUnavailable, or another HubError, when any list is missing.
        """
        asked = self._now()
        with self._lock:
            age = asked - self._at if self._at else _NEVER
            if age > (_REST if isinstance(self._seen, HubError) else max_age):
                self._look()
            if isinstance(self._seen, HubError):
                raise self._seen
            assert self._seen is not None, "a look ends with a fleet or an error"
            return self._seen

    def _look(self) -> None:
        try:
            spaces = [space for owner in self._owners for space in self._hub.fleet(owner)]
            self._seen = {space.id: space for space in spaces}
        except HubError as error:
            self._seen = error
        self._at = self._now()
