"""
The deadline of the current call, a context variable that every layer below reads.

A timeout of the HTTP library bounds a single wait on the socket. A server that sends a byte every
nine seconds never exceeds it, nor does a call of twenty requests. So a call has a deadline, and
each wait is bounded by the `remaining` seconds.
"""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from time import monotonic


@dataclass(frozen=True, slots=True)
class _Deadline:
    at: float = math.inf  # in the seconds of `clock`
    clock: Callable[[], float] = monotonic


_deadline: ContextVar[_Deadline] = ContextVar("deadline", default=_Deadline())  # noqa: B039 - frozen


@contextmanager
def within(seconds: float, clock: Callable[[], float] | None = None) -> Iterator[None]:
    """Set the deadline of the enclosed block to *seconds* from now.

    An earlier deadline stays. Its *clock* is that of the enclosing block, by default monotonic.
    """
    outer = _deadline.get()
    clock = clock or outer.clock
    token = _deadline.set(_Deadline(min(outer.at, clock() + seconds), clock))
    try:
        yield
    finally:
        _deadline.reset(token)


def now() -> float:
    """Return the seconds of the clock that the current deadline is measured by."""
    return _deadline.get().clock()


def remaining() -> float:
    """Return the seconds until the deadline, infinite without one."""
    return _deadline.get().at - now()


def is_set() -> bool:
    """Return whether the current call has a deadline."""
    return not math.isinf(_deadline.get().at)
