"""Checks that the database answers in time, opens, and has current tables."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from time import monotonic

from sqlalchemy.exc import SQLAlchemyError

from bot.concurrency.executors import run_with_timeout
from bot.error_boundary import settle
from bot.errors import DatabaseUnavailable
from bot.model import CheckResult
from bot.store import DatabaseOpenError

# Slack waits three seconds for an acknowledgement, and each acknowledgement needs one transaction.
_ANSWER_SECONDS, _SLOW_SECONDS = 3.0, 1.0
# Creating all tables takes seconds on a busy machine.
OPEN_SECONDS = 30.0


def measure(transaction: Callable[[], None]) -> float:
    """Return the duration of *transaction* in seconds.

    Raises:
        TimeoutError: It took more than three seconds.
    """
    started_at = monotonic()
    run_with_timeout(transaction, _ANSWER_SECONDS)
    return monotonic() - started_at


def memoize(ping: Callable[[], float]) -> Callable[[], float]:
    """Return *ping* with its first result or error cached.

    Several checks use it, and a database that hangs should cost only one timeout.
    """
    outcome: Future[float] = Future()

    def cached() -> float:
        """Return the cached result, or raise the cached error."""
        if not outcome.done():
            settle(outcome, ping)
        return outcome.result()

    return cached


def check(ping: Callable[[], float], open_database: Callable[[], None]) -> Iterator[CheckResult]:
    """Yield whether a transaction is fast enough and the database opens."""
    try:
        seconds = ping()
        run_with_timeout(open_database, OPEN_SECONDS)
    except (TimeoutError, DatabaseUnavailable):
        yield CheckResult(
            "database",
            f"has not answered within {_ANSWER_SECONDS:g} s. Look for a long transaction, a full "
            "disk or a network that drops packets.",
        )
    except DatabaseOpenError as error:
        yield CheckResult("database", str(error))
    except SQLAlchemyError as error:
        yield CheckResult(
            "database", f"cannot be opened ({type(error).__name__}). Check DATABASE_URL."
        )
    else:
        yield _check_speed(seconds)


def _check_speed(seconds: float) -> CheckResult:
    problem = (
        f"is slow: a transaction took {seconds:.1f} s. People hear that a command failed when it "
        f"takes {_ANSWER_SECONDS:g} s."
    )
    return CheckResult(
        "database",
        problem if seconds > _SLOW_SECONDS else "",
        f"answers in {seconds * 1000:.0f} ms, and its tables are up to date",
    )
