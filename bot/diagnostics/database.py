"""Checks that the database answers in time, opens, and has current tables."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from time import monotonic

from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.concurrency import run_with_timeout
from bot.error_boundary import settle
from bot.errors import DatabaseUnavailable
from bot.model import CheckResult
from bot.store import DatabaseOpenError

# Slack waits three seconds for an acknowledgment, and each acknowledgment needs one transaction.
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


def missing_file(url: str) -> Path | None:
    """Return the path of the SQLite file at *url* if there is none; else None.

    A connection would create it.
    """
    parsed = make_url(url)
    name = parsed.database if parsed.get_backend_name() == "sqlite" else None
    path = Path(name) if name and not name.startswith((":", "file:")) else None
    return path if path and not path.exists() else None


def check(
    url: str, ping: Callable[[], float], open_database: Callable[[], None]
) -> Iterator[CheckResult]:
    """Yield whether a transaction is fast enough and the database at *url* opens."""
    if path := missing_file(url):
        yield _check_place(path)
        return
    try:
        seconds = ping()
        run_with_timeout(open_database, OPEN_SECONDS)
    except (TimeoutError, DatabaseUnavailable):
        yield CheckResult(
            "database",
            f"didn't respond within {_ANSWER_SECONDS:g} s. Look for a long transaction, a full "
            "disk or a network that drops packets.",
        )
    except DatabaseOpenError as error:
        yield CheckResult("database", str(error))
    except SQLAlchemyError as error:
        yield CheckResult(
            "database", f"can't be opened ({type(error).__name__}). Check DATABASE_URL."
        )
    else:
        yield _check_speed(seconds)


def _check_place(path: Path) -> CheckResult:
    """Return whether the file *path* can be created."""
    if os.access(path.absolute().parent, os.W_OK | os.X_OK):
        return CheckResult("database", detail="none yet; `spacebot run` creates it")
    problem = f"can't be created in the folder {path.parent}. Create it, or set DATABASE_URL."
    return CheckResult("database", problem)


def _check_speed(seconds: float) -> CheckResult:
    problem = (
        f"is slow: a transaction took {seconds:.1f} s. Commands fail from {_ANSWER_SECONDS:g} s on."
    )
    return CheckResult(
        "database",
        problem if seconds > _SLOW_SECONDS else "",
        f"responds in {seconds * 1000:.0f} ms, schema current",
    )
