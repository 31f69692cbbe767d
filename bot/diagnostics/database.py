"""The database: whether it answers in time, opens, and has tables that are up to date."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from time import monotonic

from sqlalchemy.exc import SQLAlchemyError

from bot.errors import DatabaseUnavailable
from bot.model import CheckResult
from bot.store import DatabaseOpenError
from bot.timeouts import run_with_timeout

# Slack waits three seconds for an acknowledgement, and each costs one transaction.
_ANSWER_SECONDS, _SLOW_SECONDS = 3.0, 1.0
# Making all tables anew takes seconds on a busy machine.
OPEN_SECONDS = 30.0


def measure(transaction: Callable[[], None]) -> float:
    """Return the seconds that one transaction takes. Raises TimeoutError after three."""
    began = monotonic()
    run_with_timeout(transaction, _ANSWER_SECONDS)
    return monotonic() - began


def memoize(ping: Callable[[], float]) -> Callable[[], float]:
    """Return *ping* with its first outcome kept: a database that hangs is waited for once."""
    outcome: Future[float] = Future()

    def kept() -> float:
        if not outcome.done():
            try:
                outcome.set_result(ping())
            except Exception as error:  # noqa: BLE001 - it is raised again to everyone who asks
                outcome.set_exception(error)
        return outcome.result()

    return kept


def check(ping: Callable[[], float], opens: Callable[[], None]) -> Iterator[CheckResult]:
    """Check that a transaction takes its time and no more, then that the database opens."""
    try:
        took = ping()
        run_with_timeout(opens, OPEN_SECONDS)
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
        yield _speed(took)


def _speed(took: float) -> CheckResult:
    slow = (
        f"is slow: a transaction took {took:.1f} s. People hear that a command failed when it "
        f"takes {_ANSWER_SECONDS:g} s."
    )
    return CheckResult(
        "database",
        slow if took > _SLOW_SECONDS else "",
        f"answers in {took * 1000:.0f} ms, and its tables are up to date",
    )
