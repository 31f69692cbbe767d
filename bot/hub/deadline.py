"""
How long the call under way may still take: one instant, seen by every layer below.

A timeout of the HTTP library bounds one wait on the socket. A server that sends a byte every
nine seconds never trips it, and neither does a call made of twenty requests. So a call has a
deadline instead, and each wait below it asks what is `left`.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic

_deadline: ContextVar[float] = ContextVar("end", default=math.inf)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Let what happens inside take *seconds* at most, and never longer than what is around it."""
    token = _deadline.set(min(_deadline.get(), monotonic() + seconds))
    try:
        yield
    finally:
        _deadline.reset(token)


def remaining() -> float:
    """Return the seconds that the call under way still has, infinite without a deadline."""
    return _deadline.get() - monotonic()


def is_set() -> bool:
    """Tell whether the call under way has a deadline."""
    return not math.isinf(_deadline.get())
