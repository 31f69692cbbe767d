"""
Which requests of the current call were sent: none, only reads, or a write.

An error states "Nothing was sent" only if the attempt proves it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class Attempt:
    """The requests that one call has sent so far."""

    is_sent: bool = False  # any request was sent
    is_write_sent: bool = False  # a request that may change something was sent


_attempt: ContextVar[Attempt | None] = ContextVar("attempt", default=None)


@contextmanager
def track_attempt() -> Iterator[Attempt]:
    """Yield the attempt that records the requests of the enclosed call."""
    attempt = Attempt()
    token = _attempt.set(attempt)
    try:
        yield attempt
    finally:
        _attempt.reset(token)


def record_request(*, write: bool) -> None:
    """Record in the current attempt that a request is about to be sent."""
    if attempt := _attempt.get():
        attempt.is_sent = True
        attempt.is_write_sent = attempt.is_write_sent or write
