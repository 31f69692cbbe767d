"""Whether this replica leads: it holds the lease, and has renewed it a moment ago."""

import logging
import os
import socket
from collections.abc import Callable
from threading import Lock
from uuid import uuid4

from bot import metrics
from bot.errors import DatabaseUnavailable
from bot.store import Store, lease
from bot.store.lease import Lease

logger = logging.getLogger(__name__)

# A tick that comes a moment early must not put the renewal off to the next.
_RENEW = lease.RENEW - lease.TRY / 2


class Leadership:
    """Takes, renews and gives back the lease. Acting stops well before the lease runs out."""

    def __init__(self, store: Store, monotonic: Callable[[], float]) -> None:
        self._store, self._monotonic = store, monotonic
        self._me = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"[:80]
        self._lock = Lock()
        self._asking = Lock()  # the database: what is given back must not be taken meanwhile
        self._is_over = False
        self._lease: Lease | None = None
        self._renewed_at = 0.0

    def held(self) -> Lease | None:
        """Return the proof of leading, if the last good renewal is recent enough to act on."""
        with self._lock:
            fresh = self._monotonic() - self._renewed_at < lease.GRACE
            return self._lease if fresh else None

    def tick(self) -> bool:
        """Renew the lease when it is time, or try to take it; return whether it was taken.

        Call it every `lease.TRY` seconds.
        """
        with self._asking:
            try:
                return not self._is_over and self._tick()
            except DatabaseUnavailable:
                return False  # `held` is true for a moment more, and the next call tries again

    def _tick(self) -> bool:
        # Measured from before the database is asked: its clock may already be ahead.
        at = self._monotonic()
        if self._lease and at - self._renewed_at < _RENEW:
            return False
        with self._store.transaction() as tx:
            before = self._lease
            mine = before if before and lease.renew(tx, before) else lease.acquire(tx, self._me)
        with self._lock:
            self._lease, self._renewed_at = mine, at
        if mine != before:
            metrics.leads(mine.epoch if mine else None)
            logger.info("leading since epoch %s", mine.epoch) if mine else logger.info(
                "standing by"
            )
        return mine is not None and mine != before

    def release(self) -> None:
        """Give the lease back for good, so that another replica need not wait."""
        with self._asking:
            self._is_over = True
            with self._lock:
                mine, self._lease = self._lease, None
            metrics.leads(None)
            if mine:
                self._give_back(mine)

    def _give_back(self, mine: Lease) -> None:
        try:
            with self._store.transaction() as tx:
                lease.release(tx, mine)
        except DatabaseUnavailable:
            logger.info("the lease could not be given back; it runs out by itself")
