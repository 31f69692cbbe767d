"""A cache of the fleet, so that concurrent requests share one listing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Protocol

from bot.errors import HubError
from bot.model import Fleet, Space

# How long a failed listing is cached, so that queued requests don't repeat it.
_FAILURE_TTL = timedelta(seconds=5)
_INFINITE_AGE = timedelta.max


class _FleetSource(Protocol):
    def fleet(self, owner: str) -> list[Space]: ...


@dataclass(frozen=True, slots=True)
class FleetSnapshot:
    """One listing of the fleet, and the error of each owner that couldn't be listed."""

    fleet: Fleet
    errors: Mapping[str, HubError] = field(default_factory=dict)


class FleetCache:
    """Lists the fleet, at most one listing at a time, and caches the result.

    Fifty people who type `/space status` together cost one call and wait for one timeout.
    """

    def __init__(
        self, hub: _FleetSource, owners: Sequence[str], now: Callable[[], datetime]
    ) -> None:
        self._hub, self._owners, self._now = hub, tuple(owners), now
        self._lock = Lock()
        self._snapshot = FleetSnapshot({})
        self._fetched_at: datetime | None = None  # when the last listing finished

    @property
    def size(self) -> int:
        """Return the number of Spaces in the last listing."""
        return len(self._snapshot.fleet)

    def fleet(self, max_age: timedelta = timedelta(0)) -> Fleet:
        """Return the fleet, from a listing that finished at most *max_age* before this call.

        Raises:
            HubError: An owner couldn't be listed.
        """
        snapshot = self.snapshot(max_age)
        for error in snapshot.errors.values():
            raise error
        return snapshot.fleet

    def snapshot(self, max_age: timedelta = timedelta(0)) -> FleetSnapshot:
        """Return the listing, at most *max_age* old, with the owners that failed."""
        requested_at = self._now()
        with self._lock:
            age = requested_at - self._fetched_at if self._fetched_at else _INFINITE_AGE
            if age > (_FAILURE_TTL if self._snapshot.errors else max_age):
                self._refresh()
            return self._snapshot

    def _refresh(self) -> None:
        fleet: dict[str, Space] = {}
        errors: dict[str, HubError] = {}
        for owner in self._owners:
            try:
                fleet |= {space.id: space for space in self._hub.fleet(owner)}
            except HubError as error:
                errors[owner] = error
        self._snapshot, self._fetched_at = FleetSnapshot(fleet, errors), self._now()
