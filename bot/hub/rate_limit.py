"""
The Hub's rate limit: the window in response headers, and cooldowns after a 429.

The Hub counts calls that come before the wait of a 429 is over, so they aren't sent at all. All
calls share the cooldowns: reads and writes, of sweeps and of people.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Lock

import httpx2
from huggingface_hub.utils import RateLimitInfo, parse_ratelimit_headers

from bot.errors import RateLimited

# The windows last five minutes, a limit on creations a day.
_MAX_RESET_SECONDS = 30 * 86_400
_MAX_REMAINING_CALLS = 1_000_000  # the largest plan has a tenth of it
#: Bounded because a change of the plan may lift a limit of many hours earlier.
_MAX_COOLDOWN = timedelta(hours=1)

CooldownKey = tuple[str, str]


def parse_window(headers: Mapping[str, str]) -> RateLimitInfo | None:
    """Return the rate-limit window in *headers*, bounded; None without one."""
    try:
        parsed = parse_ratelimit_headers(headers)
    except ValueError:  # a number of thousands of digits
        return None
    if parsed is None:
        return None
    return replace(
        parsed,
        remaining=min(parsed.remaining, _MAX_REMAINING_CALLS),
        reset_in_seconds=min(parsed.reset_in_seconds, _MAX_RESET_SECONDS),
    )


class Cooldowns:
    """The rate limits that still hold, by key. Thread-safe."""

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
