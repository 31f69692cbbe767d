"""Work in the background, whose errors nothing but the log gets."""

import logging
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager

from bot.errors import DatabaseUnavailable
from bot.store.lease import LeaseLost


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
