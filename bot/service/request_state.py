"""What an ask has come to, written down with the act itself: no crash falls between the two.

An ask that is still open after a while is given up, and whoever asked is told what is true of
it: that nothing was done, or that something may have been. So nothing may begin after that.
"""

from bot.errors import Misunderstood
from bot.model import Ask
from bot.service.dependencies import Dependencies
from bot.store import Tx, asks

_ABANDONED_MESSAGE = "This took so long that I had given it up. Nothing was done. Ask again."


def mark_started(tx: Tx, ask: Ask) -> None:
    """Write down that from now on something may have been done.

    Raises Misunderstood when the ask was given up.
    """
    if not asks.mark_started(tx, ask.idempotency_key):
        raise Misunderstood(_ABANDONED_MESSAGE)


def mark_done(deps: Dependencies, tx: Tx, ask: Ask, line: str, state: str = "acted") -> str:
    """Write down, and return, what was done; a card tells it to whoever asked."""
    asks.conclude(tx, ask.idempotency_key, state, line, deps.now())
    return line
