"""Flapping: when it starts and when a Space has settled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

#: Changes between running and a problem within WINDOW that start it; a WINDOW without one ends it.
THRESHOLD = 4
WINDOW = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Flip:
    """A change of a Space between running and a problem."""

    at: datetime
    by_operation: bool = False  # an operation caused it, so it doesn't start flapping


def starts(flips: Sequence[Flip], now: datetime, *, by_operation: bool = False) -> bool:
    """Return whether one more flip now, after *flips*, starts flapping."""
    return not by_operation and count(flips, now) + 1 >= THRESHOLD


def has_settled(flips: Sequence[Flip], now: datetime) -> bool:
    """Return whether a flapping Space had no flip within WINDOW."""
    return not _recent(flips, now)


def count(flips: Sequence[Flip], now: datetime) -> int:
    """Return the number of *flips* within WINDOW that no operation caused."""
    return sum(not flip.by_operation for flip in _recent(flips, now))


def is_by_operation(flips: Sequence[Flip], sent_at: datetime | None, now: datetime) -> bool:
    """Return whether an operation that called the Hub at *sent_at* caused a flip now.

    That is the first flip after the call; the Space makes any later one by itself.
    """
    if sent_at is None or now - sent_at >= WINDOW:
        return False
    return not any(flip.at > sent_at for flip in flips)


def _recent(flips: Sequence[Flip], now: datetime) -> list[Flip]:
    return [flip for flip in flips if now - flip.at < WINDOW]
