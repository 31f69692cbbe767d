"""One look at the fleet serves everybody who asks at the same moment."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from threading import Lock
from typing import Protocol

from bot.model import Fleet, Space


class _Lists(Protocol):
    def fleet(self, owner: str) -> list[Space]: ...


class Lookout:
    """Lists the fleet, at most one list at a time, and remembers it for a moment.

    Fifty people who type `/space status` together cost one call.
    """

    def __init__(self, hub: _Lists, owners: Sequence[str], now: Callable[[], datetime]) -> None:
        self._hub, self._owners, self._now = hub, tuple(owners), now
        self._lock = Lock()
        self._seen: Fleet = {}
        self._at: datetime | None = None

    def fleet(self, max_age: timedelta = timedelta(0)) -> Fleet:
        """Return every owner's Spaces, looked at no longer than *max_age* before this call.

        Raises HubUnavailable, or another HubError, when any list is missing.
        """
        asked = self._now()
        with self._lock:
            if self._at is None or self._at < asked - max_age:
                at = self._now()
                spaces = [space for owner in self._owners for space in self._hub.fleet(owner)]
                self._seen, self._at = {space.id: space for space in spaces}, at
            return self._seen
