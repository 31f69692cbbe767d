"""Who leads. One row, compare-and-swap, the database's clock, an epoch as fencing token.

Advisory locks fail on a paused process, a partition and a transaction pooler; a row does not.
"""

from dataclasses import dataclass

from sqlalchemy import text

from bot.store.engine import Tx

#: Seconds a lease lasts, and how often it is renewed. A dead leader's work is taken over within
#: 15 s: at the worst the lease lasts its full time, and a try and a round come after it.
TTL = 13.0
RENEW = 5.0
#: Seconds between two looks of a standby; they cost one read.
TRY = 1.0
#: Seconds after its last good renewal when a leader stops acting.
GRACE = 10.0

_NOW = {
    "sqlite": "((julianday('now') - 2440587.5) * 86400.0)",
    "postgresql": "extract(epoch from clock_timestamp())",
}


class Deposed(Exception):
    """Another replica leads now; what was under way is not written."""


@dataclass(frozen=True, slots=True)
class Lease:
    """Proof of leading, good for as long as the row says so."""

    owner: str
    epoch: int


def acquire(tx: Tx, owner: str, ttl: float = TTL) -> Lease | None:
    """Take the lease if it is free or has run out. To find it held costs one read."""
    if holder(tx) is not None:
        return None
    tx.execute(text("INSERT INTO lease VALUES ('leader', '', 0, 0) ON CONFLICT DO NOTHING"))
    now = _NOW[tx.dialect.name]
    row = tx.execute(
        text(
            f"UPDATE lease SET owner = :owner, epoch = epoch + 1, expires = {now} + :ttl"  # noqa: S608 - a constant
            f" WHERE name = 'leader' AND expires < {now} RETURNING epoch"
        ),
        {"owner": owner, "ttl": ttl},
    ).one_or_none()
    return Lease(owner, row.epoch) if row else None


def renew(tx: Tx, lease: Lease, ttl: float = TTL) -> bool:
    """Hold the lease for longer; False when it is lost."""
    now = _NOW[tx.dialect.name]
    return _change(tx, lease, f"{now} + :ttl", ttl)


def release(tx: Tx, lease: Lease) -> None:
    """Give the lease back, so that the next one need not wait for it to run out."""
    _change(tx, lease, "0", 0)


def check(tx: Tx, lease: Lease) -> None:
    """Raise Deposed unless *lease* is good in this very transaction."""
    lock = " FOR UPDATE" if tx.dialect.name == "postgresql" else ""
    found = tx.execute(
        text(
            "SELECT 1 FROM lease WHERE name = 'leader' AND owner = :owner AND epoch = :epoch"  # noqa: S608 - a constant
            f" AND expires >= {_NOW[tx.dialect.name]}{lock}"
        ),
        {"owner": lease.owner, "epoch": lease.epoch},
    ).one_or_none()
    if found is None:
        raise Deposed


def holder(tx: Tx) -> str | None:
    """Return who leads, as far as the row says; nobody when it has run out."""
    query = f"SELECT owner FROM lease WHERE expires >= {_NOW[tx.dialect.name]}"  # noqa: S608 - a constant
    return tx.execute(text(query)).scalar()


def _change(tx: Tx, lease: Lease, expires: str, ttl: float) -> bool:
    change = text(
        f"UPDATE lease SET expires = {expires} WHERE name = 'leader'"  # noqa: S608 - a constant
        f" AND owner = :owner AND epoch = :epoch AND expires >= {_NOW[tx.dialect.name]}"
    )
    values = {"owner": lease.owner, "epoch": lease.epoch, "ttl": ttl}
    return tx.execute(change, values).rowcount == 1
