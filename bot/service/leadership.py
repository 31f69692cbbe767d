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
_RENEW_AFTER_SECONDS = lease.RENEW_SECONDS - lease.POLL_SECONDS / 2


class Leadership:
    """Takes, renews and gives back the lease. Acting stops well before the lease runs out."""

    def __init__(self, store: Store, monotonic: Callable[[], float]) -> None:
        self._store, self._monotonic = store, monotonic
        self._holder = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"[:80]
        self._lock = Lock()
        self._database_lock = Lock()  # the database: what is given back must not be taken meanwhile
        self._is_released = False
        self._lease: Lease | None = None
        self._renewed_at = 0.0

    def current_lease(self) -> Lease | None:
        """Return the proof of leading, if the last good renewal is recent enough to act on."""
        with self._lock:
            is_fresh = self._monotonic() - self._renewed_at < lease.GRACE_SECONDS
            return self._lease if is_fresh else None

    def tick(self) -> bool:
        """Renew the lease when it is time, or try to take it; return whether it was taken.

        Call it every `lease.TRY` seconds.
        """
        with self._database_lock:
            try:
                return not self._is_released and self._tick()
            except DatabaseUnavailable:
                return False  # `held` is true for a moment more, and the next call tries again

    def _tick(self) -> bool:
        # Measured from before the database is asked: its clock may already be ahead.
        now = self._monotonic()
        if self._lease and now - self._renewed_at < _RENEW_AFTER_SECONDS:
            return False
        with self._store.transaction() as tx:
            before = self._lease
            current = (
                before if before and lease.renew(tx, before) else lease.acquire(tx, self._holder)
            )
        with self._lock:
            self._lease, self._renewed_at = current, now
        if current != before:
            metrics.set_leader(current.epoch if current else None)
            logger.info("leading since epoch %s", current.epoch) if current else logger.info(
                "standing by"
            )
        return current is not None and current != before

    def release(self) -> None:
        """Give the lease back for good, so that another replica need not wait."""
        with self._database_lock:
            self._is_released = True
            with self._lock:
                own_lease, self._lease = self._lease, None
            metrics.set_leader(None)
            if own_lease:
                self._release(own_lease)

    def _release(self, own_lease: Lease) -> None:
        try:
            with self._store.transaction() as tx:
                lease.release(tx, own_lease)
        except DatabaseUnavailable:
            logger.info("the lease could not be given back; it runs out by itself")
