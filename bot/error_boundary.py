"""Error boundaries: the places where an exception that no code expects stops."""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from secrets import token_hex
from typing import TypeVar

from bot.errors import BotError, DatabaseUnavailable, LeaseLost, UnexpectedError

T = TypeVar("T")


@contextmanager
def report_unexpected(
    logger: logging.Logger,
    what: str,
    *,
    expected: tuple[type[Exception], ...] = (BotError,),
    with_traceback: bool = True,
) -> Iterator[None]:
    """Log an unexpected exception under a reference, and raise that reference instead.

    *what* says what failed. A traceback may show the arguments of the call, so it is left out
    where these are secret.

    Raises:
        UnexpectedError: The block raised anything but *expected*.

    """
    known: tuple[type[Exception], ...] = (UnexpectedError, *expected)
    try:
        yield
    except known:
        raise
    except Exception as error:  # the person gets a reference, the log the error
        reference, kind = token_hex(4), type(error).__name__
        logger.error("%s: %s, reference %s", what, kind, reference, exc_info=with_traceback)  # noqa: TRY400 - without a traceback if it is secret
        raise UnexpectedError(reference, kind) from None


def settle(future: Future[T], work: Callable[[], T]) -> None:
    """Run *work*, and store its result or its error in *future*."""
    try:
        future.set_result(work())
    except BaseException as error:  # noqa: BLE001 - the future raises it again for its reader
        future.set_exception(error)


@contextmanager
def log_errors(
    logger: logging.Logger, what: str, *, outage_level: int = logging.WARNING
) -> Iterator[None]:
    """Log what the block raises instead of raising it; *what* names the work.

    Losing the lease and stopping are no errors, because another replica goes on. *outage_level*
    is the level for a database that doesn't answer.
    """
    try:
        yield
    except (LeaseLost, CancelledError):
        logger.debug("%s: not the leader, or stopping", what)
    except DatabaseUnavailable:
        logger.log(outage_level, "%s: the database did not answer", what)
    except Exception:  # background work ends here, and the next run must start
        logger.exception("%s failed", what)
