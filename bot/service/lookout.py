"""One look at the fleet serves everybody who asks at the same moment."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True)
class View:
    """What a look has shown, and the owners of whom it shows nothing, each with the reason."""

    fleet: Fleet
    hidden: Mapping[str, HubError] = field(default_factory=dict)


class Lookout:
    """Lists the fleet, at most one list at a time, and remembers it for a moment.

    Fifty people who type `/space status` together cost one call, and wait for one timeout.
    """

    def __init__(self, hub: _Lists, owners: Sequence[str], now: Callable[[], datetime]) -> None:
        self._hub, self._owners, self._now = hub, tuple(owners), now
        self._lock = Lock()
        self._seen = View({})
        self._at: datetime | None = None  # when the last look came to its end

    @property
    def known(self) -> int:
        """How many Spaces the last look has shown."""
        return len(self._seen.fleet)

    def fleet(self, max_age: timedelta = timedelta(0)) -> Fleet:
        """Return every owner's Spaces, by a look that ended at most *max_age* before this call.

        Raises HubUnavailable, or another HubError, when any list is missing.
        """
        view = self.view(max_age)
        for error in view.hidden.values():
            raise error
        return view.fleet

    def view(self, max_age: timedelta = timedelta(0)) -> View:
        """Return what can be seen, by a look as recent as that."""
        asked = self._now()
        with self._lock:
            age = asked - self._at if self._at else _NEVER
            if age > (_REST if self._seen.hidden else max_age):
                self._look()
            return self._seen

    def _look(self) -> None:
        fleet: dict[str, Space] = {}
        hidden: dict[str, HubError] = {}
        for owner in self._owners:
            try:
                fleet |= {space.id: space for space in self._hub.fleet(owner)}
            except HubError as error:
                hidden[owner] = error
        self._seen, self._at = View(fleet, hidden), self._now()
