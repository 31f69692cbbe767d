"""
What has left for the Hub in the call under way: nothing, questions, or the act itself.

"Nothing was sent" is said of a call that failed only where this shows it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class Attempt:
    """The requests of one call, so far."""

    is_sent: bool = False  # anything was sent
    is_write_sent: bool = False  # … that may change something


_attempt: ContextVar[Attempt | None] = ContextVar("attempt", default=None)


@contextmanager
def track_attempt() -> Iterator[Attempt]:
    """Yield the attempt of the call inside, which is filled in while it goes on."""
    attempt = Attempt()
    token = _attempt.set(attempt)
    try:
        yield attempt
    finally:
        _attempt.reset(token)


def record_request(*, write: bool) -> None:
    """Record that a request is about to leave."""
    if attempt := _attempt.get():
        attempt.is_sent = True
        attempt.is_write_sent = attempt.is_write_sent or write
