"""The simulated Hub's rate limit: a fixed window, reported in the headers of each response."""

import math
from dataclasses import dataclass, field


@dataclass(slots=True)
class RateLimit:
    """Allows *quota* calls per *window* seconds."""

    quota: int = 3_000
    window: float = 300.0
    is_exhausted: bool = False  # simulates a used-up window
    _window_started_at: float = field(default=-math.inf, init=False)
    _used: int = field(default=0, init=False)

    def try_acquire(self, now: float) -> bool:
        """Count one call and return whether it is allowed."""
        self._roll_window(now)
        allowed = not self.is_exhausted and self._used < self.quota
        self._used += allowed
        return allowed

    def seconds_until_reset(self, now: float) -> int:
        """Return the seconds until the next window, rounded up."""
        self._roll_window(now)
        return max(1, math.ceil(self._window_started_at + self.window - now))

    def headers(self, now: float) -> dict[str, str]:
        """Return the RateLimit headers."""
        remaining = 0 if self.is_exhausted else self.quota - self._used
        return {
            "RateLimit": f'"api";r={remaining};t={self.seconds_until_reset(now)}',
            "RateLimit-Policy": f'"fixed window";"api";q={self.quota};w={round(self.window)}',
        }

    def _roll_window(self, now: float) -> None:
        if now >= self._window_started_at + self.window:
            self._window_started_at, self._used = now, 0
