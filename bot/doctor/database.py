"""The database: whether it answers in time, opens, and has tables that are up to date."""

from collections.abc import Callable, Iterator
from time import monotonic
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError

from bot.errors import DatabaseUnavailable
from bot.model import Finding
from bot.store import Unopened
from bot.timeouts import run_with_timeout

T = TypeVar("T")

# Slack waits three seconds for an acknowledgement, and each costs one transaction.
_ANSWER_SECONDS, _SLOW_SECONDS = 3.0, 1.0
# Making all tables anew takes seconds on a busy machine.
_OPEN_SECONDS = 30.0


def check(ping: Callable[[], None], opens: Callable[[], None]) -> Iterator[Finding]:
    """Check that a transaction takes its time and no more, then that the database opens."""
    began = monotonic()
    try:
        run_with_timeout(ping, _ANSWER_SECONDS)
        took = monotonic() - began
        run_with_timeout(opens, _OPEN_SECONDS)
    except (TimeoutError, DatabaseUnavailable):
        yield Finding(
            "database",
            f"has not answered within {_ANSWER_SECONDS:g} s. Look for a long transaction, a full "
            "disk or a network that drops packets.",
        )
    except Unopened as error:
        yield Finding("database", str(error))
    except SQLAlchemyError as error:
        yield Finding("database", f"cannot be opened ({type(error).__name__}). Check DATABASE_URL.")
    else:
        yield _speed(took)


def within_bounds(ping: Callable[[], None], work: Callable[[], T]) -> T:
    """Return what *work* returns, once *ping* has shown that the database answers in time.

    Raises TimeoutError when one of them takes too long.
    """
    run_with_timeout(ping, _ANSWER_SECONDS)
    return run_with_timeout(work, _OPEN_SECONDS)


def _speed(took: float) -> Finding:
    slow = (
        f"is slow: a transaction took {took:.1f} s. People hear that a command failed when it "
        f"takes {_ANSWER_SECONDS:g} s."
    )
    return Finding(
        "database",
        slow if took > _SLOW_SECONDS else "",
        f"answers in {took * 1000:.0f} ms, and its tables are up to date",
    )
