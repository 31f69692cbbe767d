"""The state of a request, stored in the same transaction as its effects.

A request that stays open too long is abandoned, and the reply says whether something may have been
done. So nothing may start after that.
"""

from datetime import datetime

from bot.audit import Outcome
from bot.errors import UsageError
from bot.model import Ask
from bot.store import Store, Tx, asks

_ABANDONED_MESSAGE = "This took too long, so I gave up. Nothing was done: send it again."


def mark_started(tx: Tx, ask: Ask) -> None:
    """Record that the request may have effects from now on.

    Raises:
        UsageError: The request was abandoned.
    """
    if not asks.mark_started(tx, ask.idempotency_key):
        raise UsageError(_ABANDONED_MESSAGE)


def mark_done(tx: Tx, ask: Ask, outcome: Outcome, now: datetime) -> Outcome:
    """Record *outcome* as that of the request, and return it."""
    asks.conclude(tx, ask.idempotency_key, outcome, now)
    return outcome


def heartbeat(store: Store, ask: Ask, now: datetime) -> None:
    """Record that this process is still working on the upload."""
    with store.transaction() as tx:
        asks.heartbeat(tx, ask.idempotency_key, now)
