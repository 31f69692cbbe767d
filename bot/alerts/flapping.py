"""Flapping: when it starts and when a Space has settled."""

from collections.abc import Sequence
from datetime import datetime, timedelta

#: Changes between running and a problem within WINDOW that start it; a WINDOW without one ends it.
THRESHOLD = 4
WINDOW = timedelta(minutes=30)


def starts(flips: Sequence[datetime], now: datetime) -> bool:
    """Return whether one more change now, after those at *flips*, starts flapping."""
    return len(recent(flips, now)) + 1 >= THRESHOLD


def has_settled(flips: Sequence[datetime], now: datetime) -> bool:
    """Return whether a flapping Space had no change within WINDOW."""
    return not recent(flips, now)


def recent(flips: Sequence[datetime], now: datetime) -> list[datetime]:
    """Return the *flips* within WINDOW."""
    return [at for at in flips if now - at < WINDOW]
