"""Cooldowns after a 429, per kind of call.

The Hub counts calls that come before the wait of a 429 is over, so they aren't sent at all. All
calls share these cooldowns: reads and writes, of sweeps and of people.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

import httpx2

from bot.errors import RateLimited

#: Bounded because a change of the plan may lift a limit of many hours earlier.
_MAX_COOLDOWN = timedelta(hours=1)

CooldownKey = tuple[str, str]


class Cooldowns:
    """The 429s that still hold, by key. Thread-safe."""

    def __init__(
        self, now: Callable[[], datetime], key_of: Callable[[httpx2.Request], CooldownKey]
    ) -> None:
        self._now, self._key_of = now, key_of
        self._lock = Lock()
        self._limits: dict[CooldownKey, tuple[datetime, RateLimited]] = {}

    def check(self, request: httpx2.Request) -> None:
        """Raise the last rate-limit error if it still holds for calls like *request*.

        Raises:
            RateLimited: The cooldown isn't over.

        """
        with self._lock:
            until, error = self._limits.get(self._key_of(request), (None, None))
        if until and error and self._now() < until:
            raise error.replace()

    def start(self, request: httpx2.Request, error: RateLimited) -> None:
        """Block calls like *request* until *error* expires, at most an hour."""
        with self._lock:
            now = self._now()
            self._limits = {key: limit for key, limit in self._limits.items() if now < limit[0]}
            self._limits[self._key_of(request)] = (min(error.until, now + _MAX_COOLDOWN), error)
