"""
Context managers around each call of the Hub: a deadline, and only our errors.

`client` translates refusals and missing answers. These guards translate what is left: requests
that huggingface_hub rejects itself, and answers that can't be parsed. Every foreign exception
counts as an unreadable answer, because a parser can fail in too many ways to list (nesting too
deep, a number too long, a field of another type). An error states "Nothing was sent" only if the
attempt, which records the requests of the call, proves it.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeVar

from huggingface_hub.errors import HFValidationError

from bot.concurrency import run_with_timeout
from bot.errors import BotError, HubError, HubUnavailable, OutcomeUnknown
from bot.hub.errors import error_for_unreadable
from bot.hub.text import collapse_first_line
from bot.network.deadline import within

T = TypeVar("T")

logger = logging.getLogger(__name__)

_GRACE_SECONDS = 1.0  # for the deadline inside to raise first, because its error says more
_NOTHING_SENT = "Nothing was sent."


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


@contextmanager
def guard(seconds: float) -> Iterator[None]:
    """Guard one call of the Hub, which may take *seconds*.

    After an unreadable answer nothing is known of a read, and the outcome of a write is unknown.
    """
    with within(seconds), track_attempt() as attempt:
        try:
            yield
        except BotError:
            raise
        except Exception as error:  # noqa: BLE001 - the boundary of the package
            # Neither chained nor logged, because its text may contain a secret.
            logger.info("a call of the Hub raised %s", type(error).__name__)
            raise _translate(error, attempt) from None


def run_upload(work: Callable[[], T], seconds: float) -> T:
    """Return the result of *work*, an upload that can't be interrupted.

    After a timeout it goes on in its thread.

    Raises:
        OutcomeUnknown: The upload takes longer than *seconds*.

    """
    try:
        return run_with_timeout(work, seconds + _GRACE_SECONDS)
    except TimeoutError:
        raise OutcomeUnknown(
            f"The upload took longer than {seconds:.0f} s.",
            effect="It may still arrive: check the Space's files before you try again.",
        ) from None


def _translate(error: Exception, attempt: Attempt) -> HubError:
    if attempt.is_write_sent:
        return error_for_unreadable(write=True)
    if isinstance(error, HFValidationError) or (
        not attempt.is_sent and isinstance(error, ValueError)
    ):
        message = collapse_first_line(str(error))
        return HubError(
            f"Hugging Face wouldn't accept this: {message}",
            effect=_NOTHING_SENT,
            next_step="Change it, then try again.",
        )
    if attempt.is_sent:
        return error_for_unreadable(write=False)
    return HubUnavailable(
        f"Something went wrong on my side ({type(error).__name__}).",
        effect=_NOTHING_SENT,
        next_step="Try again. If it happens again, please report it.",
    )
