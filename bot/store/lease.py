"""The lease: one row, compare-and-swap, the database's clock, an epoch as fencing token.

Advisory locks fail on a paused process, a partition and a transaction pooler; a row does not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sqlalchemy import (
    ColumnElement,
    Executable,
    Float,
    Select,
    and_,
    bindparam,
    literal,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningUpdate

from bot.errors import LeaseLost
from bot.store.engine import Tx
from bot.store.schema import lease as table

_NAME = "leader"

#: How long a lease lasts and how often it is renewed. A dead leader is replaced within 15 s,
#: the sum of a full lease, one poll and one transaction at worst.
TTL_SECONDS = 13.0
RENEW_SECONDS = 5.0
#: How often another replica polls the lease. A poll costs one read.
POLL_SECONDS = 1.0
#: How long after its last successful renewal a leader stops acting. Must be between
#: RENEW_SECONDS and TTL_SECONDS.
GRACE_SECONDS = 10.0

_EPOCH_SECONDS: Mapping[str, ColumnElement[float]] = {
    "sqlite": literal_column("(julianday('now') - 2440587.5) * 86400.0", Float),
    # Not now(), which is the start of the transaction.
    "postgresql": literal_column("extract(epoch from clock_timestamp())", Float),
}


@dataclass(frozen=True, slots=True)
class Lease:
    """A lease that this replica acquired. It is valid until the row expires."""

    owner: str
    epoch: int


def acquire(tx: Tx, owner: str, ttl: float = TTL_SECONDS) -> Lease | None:
    """Return the lease if it is free or has expired, else None.

    A lease that is held costs one read.
    """
    if holder(tx) is not None:
        return None
    tx.execute(_insertion(tx.dialect.name))
    epoch = tx.execute(
        _acquisition(tx.dialect.name), {"lease_owner": owner, "ttl": ttl}
    ).scalar_one_or_none()
    return None if epoch is None else Lease(owner, epoch)


def renew(tx: Tx, lease: Lease, ttl: float = TTL_SECONDS) -> bool:
    """Extend the lease; return False if it is lost."""
    return _set_expiry(tx, lease, _now(tx) + ttl)


def release(tx: Tx, lease: Lease) -> None:
    """Let the lease expire now, so that the next leader need not wait."""
    _set_expiry(tx, lease, literal(0.0))


def check(tx: Tx, lease: Lease) -> None:
    """Lock the row of *lease* until the end of *tx*, which fences off former leaders.

    Raises:
        LeaseLost: The lease is not valid any more.

    """
    if tx.execute(_lock_query(tx.dialect.name), _parameters(lease)).first() is None:
        raise LeaseLost


def holder(tx: Tx) -> str | None:
    """Return the owner of the lease; None if it has expired."""
    return tx.execute(_holder_query(tx.dialect.name)).scalar()


def _set_expiry(tx: Tx, lease: Lease, expires: ColumnElement[float]) -> bool:
    change = update(table).where(_is_valid(tx.dialect.name)).values(expires=expires)
    return tx.execute(change, _parameters(lease)).rowcount == 1


@cache
def _lock_query(dialect: str) -> Select[tuple[int]]:
    """Return the query of `check`, built once because each transaction of a leader runs it."""
    return select(table.c.epoch).where(_is_valid(dialect)).with_for_update()


def _is_valid(dialect: str) -> ColumnElement[bool]:
    """Return the condition that owner and epoch match and the lease has not expired."""
    return and_(
        table.c.name == _NAME,
        table.c.owner == bindparam("lease_owner"),
        table.c.epoch == bindparam("lease_epoch"),
        table.c.expires >= _EPOCH_SECONDS[dialect],
    )


def _parameters(lease: Lease) -> dict[str, object]:
    return {"lease_owner": lease.owner, "lease_epoch": lease.epoch}


def _now(tx: Tx) -> ColumnElement[float]:
    """Return the database's time in epoch seconds, because replicas' clocks differ."""
    return _EPOCH_SECONDS[tx.dialect.name]


@cache
def _holder_query(dialect: str) -> Select[str]:
    """Return the query of `holder`, built once because each replica polls the lease."""
    is_held = table.c.expires >= _EPOCH_SECONDS[dialect]
    return select(table.c.owner).where(table.c.name == _NAME, is_held)


@cache
def _insertion(dialect: str) -> Executable:
    """Return the statement that inserts an expired lease where the row is missing."""
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    row = insert(table).values(name=_NAME, owner="", epoch=0, expires=0.0)
    return row.on_conflict_do_nothing()


@cache
def _acquisition(dialect: str) -> ReturningUpdate[int]:
    """Return the statement that takes an expired lease."""
    now = _EPOCH_SECONDS[dialect]
    values = {
        "owner": bindparam("lease_owner"),
        "epoch": table.c.epoch + 1,
        "expires": now + bindparam("ttl", type_=Float),
    }
    is_free = (table.c.name == _NAME) & (table.c.expires < now)
    return update(table).where(is_free).values(values).returning(table.c.epoch)
