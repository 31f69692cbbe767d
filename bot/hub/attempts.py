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

    asked: bool = False  # anything was sent
    acted: bool = False  # … that may change something


_attempt: ContextVar[Attempt | None] = ContextVar("attempt", default=None)


@contextmanager
def watched() -> Iterator[Attempt]:
    """Yield the attempt of the call inside, which is filled in while it goes on."""
    attempt = Attempt()
    token = _attempt.set(attempt)
    try:
        yield attempt
    finally:
        _attempt.reset(token)


def note(*, act: bool) -> None:
    """Record that a request is about to leave."""
    if attempt := _attempt.get():
        attempt.asked = True
        attempt.acted = attempt.acted or act
