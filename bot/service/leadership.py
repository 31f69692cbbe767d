"""The leadership of this replica: it leads while it holds a recently renewed lease.

What only the leader may write goes through its transactions, which the lease fences.
"""

import logging
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from uuid import uuid4

from bot import metrics
from bot.errors import DatabaseUnavailable, LeaseLost
from bot.store import Store, Tx, lease
from bot.store.group_commit import GroupCommit
from bot.store.lease import Lease

logger = logging.getLogger(__name__)

# A tick that comes slightly early must still renew, or the renewal waits for another tick.
_RENEW_AFTER_SECONDS = lease.RENEW_SECONDS - lease.POLL_SECONDS / 2


class Leadership:
    """Acquires, renews and releases the lease, and opens the transactions that it fences.

    Leading ends well before the lease expires, so that two replicas never act at once.
    """

    def __init__(self, store: Store, monotonic: Callable[[], float]) -> None:
        self._store, self._monotonic = store, monotonic
        self._holder = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"[:80]
        self._lock = Lock()
        # serializes lease transactions: a released lease must not be acquired again
        self._database_lock = Lock()
        self._is_released = False
        self._lease: Lease | None = None
        self._renewed_at = 0.0
        #: Runs short pieces of work in one transaction, fenced as `transaction` is. Apart from
        #: the store's own, because a mixed batch could lock another row first and deadlock.
        self.batch = GroupCommit(self.transaction)

    def current_lease(self) -> Lease | None:
        """Return the lease if it was renewed recently enough to act on; else None."""
        with self._lock:
            is_fresh = self._monotonic() - self._renewed_at < lease.GRACE_SECONDS
            return self._lease if is_fresh else None

    def assert_leading(self) -> None:
        """Raise LeaseLost unless this replica leads; call it right before an external call.

        External calls can't be fenced, and a process may be paused between its commit and its
        call.
        """
        self.require_lease()

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        """Open a transaction that commits only while this replica leads.

        Raises:
            LeaseLost: This replica doesn't lead.
        """
        own_lease = self.require_lease()
        with self._store.transaction() as tx:
            lease.check(tx, own_lease)
            yield tx

    def require_lease(self) -> Lease:
        """Return the current lease.

        Raises:
            LeaseLost: This replica doesn't lead.
        """
        own_lease = self.current_lease()
        if own_lease is None:
            raise LeaseLost
        return own_lease

    def tick(self) -> bool:
        """Renew or acquire the lease if due; return whether it was newly acquired.

        Call it every `lease.POLL_SECONDS` seconds.
        """
        with self._database_lock:
            try:
                return not self._is_released and self._tick()
            except DatabaseUnavailable:
                # the lease stays current until the grace period ends; the next tick retries
                return False

    def _tick(self) -> bool:
        # Taken before the transaction, because the lease's time starts inside it.
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
        """Release the lease for good, so that another replica can lead at once."""
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
            logger.info("the lease could not be released; it will expire")
