"""
The deadline of the current call, a context variable that every layer below reads.

A timeout of the HTTP library bounds a single wait on the socket. A server that sends a byte every
nine seconds never exceeds it, nor does a call of twenty requests. So a call has a deadline, and
each wait is bounded by the `remaining` seconds.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic

_deadline: ContextVar[float] = ContextVar("deadline", default=math.inf)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Set the deadline of the enclosed block to *seconds* from now.

    An earlier deadline stays.
    """
    token = _deadline.set(min(_deadline.get(), monotonic() + seconds))
    try:
        yield
    finally:
        _deadline.reset(token)


def remaining() -> float:
    """Return the seconds until the deadline, infinite without one."""
    return _deadline.get() - monotonic()


def is_set() -> bool:
    """Return whether the current call has a deadline."""
    return not math.isinf(_deadline.get())
