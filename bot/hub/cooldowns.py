"""Until when the Hub takes no more calls of a kind.

A 429 says how long to wait, and the Hub counts calls that come sooner. So they are not sent:
this is the one place that keeps the wait, for reads, acts, sweeps and people alike.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

import httpx2

from bot.errors import RateLimited

#: A limit of many hours may have been lifted meanwhile, by a change of the plan.
_MAX_COOLDOWN = timedelta(hours=1)

CooldownKey = tuple[str, str]


class Cooldowns:
    """Remembers each 429 for as long as it holds. Any thread may call any method."""

    def __init__(
        self, now: Callable[[], datetime], key_of: Callable[[httpx2.Request], CooldownKey]
    ) -> None:
        self._now, self._key_of = now, key_of
        self._lock = Lock()
        self._limits: dict[CooldownKey, tuple[datetime, RateLimited]] = {}

    def check(self, request: httpx2.Request) -> None:
        """Raise what the Hub said last, if it still holds for calls like *request*."""
        with self._lock:
            until, error = self._limits.get(self._key_of(request), (None, None))
        if until and error and self._now() < until:
            raise RateLimited(str(error), error.until, error.request_id)

    def start(self, request: httpx2.Request, error: RateLimited) -> None:
        """Hold back calls like *request* until *error* is over."""
        with self._lock:
            now = self._now()
            self._limits = {kind: one for kind, one in self._limits.items() if now < one[0]}
            self._limits[self._key_of(request)] = (min(error.until, now + _MAX_COOLDOWN), error)
