"""The Hub's rate limit: a fixed window, told in the headers of every answer."""

import math
from dataclasses import dataclass, field


@dataclass(slots=True)
class Budget:
    """So many calls in each window; the next window begins with a full budget."""

    quota: int = 3_000
    window: float = 300.0
    empty: bool = False  # no call is left, whatever was counted
    _began: float = field(default=-math.inf, init=False)
    _spent: int = field(default=0, init=False)

    def spend(self, now: float) -> bool:
        """Count one call, and return whether it was within the budget."""
        self._turn(now)
        allowed = not self.empty and self._spent < self.quota
        self._spent += allowed
        return allowed

    def wait(self, now: float) -> int:
        """Return the whole seconds until the next window."""
        self._turn(now)
        return max(1, math.ceil(self._began + self.window - now))

    def headers(self, now: float) -> dict[str, str]:
        left = 0 if self.empty else self.quota - self._spent
        return {
            "RateLimit": f'"api";r={left};t={self.wait(now)}',
            "RateLimit-Policy": f'"fixed window";"api";q={self.quota};w={round(self.window)}',
        }

    def _turn(self, now: float) -> None:
        if now >= self._began + self.window:
            self._began, self._spent = now, 0
