"""Flapping: a Space that goes up and down is told once, until it has been quiet for a while."""

from collections.abc import Sequence
from datetime import datetime, timedelta

#: So many changes between up and trouble within WINDOW begin it; only a quiet WINDOW ends it.
THRESHOLD = 4
WINDOW = timedelta(minutes=30)


def starts(flips: Sequence[datetime], now: datetime) -> bool:
    """Whether one more change now, after those at *flips*, makes the Space unstable."""
    return len(recent(flips, now)) + 1 >= THRESHOLD


def has_settled(flips: Sequence[datetime], now: datetime) -> bool:
    """Whether an unstable Space has been quiet for long enough."""
    return not recent(flips, now)


def recent(flips: Sequence[datetime], now: datetime) -> list[datetime]:
    """Return those of *flips* that still count."""
    return [at for at in flips if now - at < WINDOW]
