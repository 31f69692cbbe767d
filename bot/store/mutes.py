"""Mutes as rows, one per Space."""

from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Row, bindparam, delete, select, update

from bot.alerts.incident import Mute
from bot.store.engine import Tx
from bot.store.schema import mute as table

# Built once, because each sweep runs them.
_IS_ACTIVE, _HAS_EXPIRED = table.c.until > bindparam("now"), table.c.until <= bindparam("now")
_ACTIVE, _EXPIRED = select(table).where(_IS_ACTIVE), select(table).where(_HAS_EXPIRED)
_ANNOUNCEMENTS = select(table.c.announcement).distinct()


def active(tx: Tx, now: datetime) -> dict[str, Mute]:
    """Return the mutes that have not expired, by Space."""
    return {mute.space: mute for mute in map(_mute, tx.execute(_ACTIVE, {"now": now}))}


def announced_with(tx: Tx, announcement: str) -> list[Mute]:
    """Return the mutes that *announcement* names, by Space."""
    query = select(table).where(table.c.announcement == announcement).order_by(table.c.space)
    return [_mute(row) for row in tx.execute(query)]


def latest_announcement(tx: Tx, by: str, since: datetime) -> str:
    """Return the newest mute announcement of *by* since a time; "" if there is none."""
    recent = select(table.c.announcement).where(table.c.by == by, table.c.at >= since)
    return tx.execute(recent.order_by(table.c.at.desc()).limit(1)).scalar() or ""


def announcements(tx: Tx) -> set[str]:
    """Return the announcements of all mutes."""
    return set(tx.execute(_ANNOUNCEMENTS).scalars())


def expire(tx: Tx, now: datetime) -> list[Mute]:
    """Delete the expired mutes and return them."""
    found = [_mute(row) for row in tx.execute(_EXPIRED, {"now": now})]
    if found:
        tx.execute(delete(table).where(_HAS_EXPIRED), {"now": now})
    return found


def add(tx: Tx, mutes: Iterable[Mute]) -> None:
    """Save *mutes*, replacing earlier ones of the same Spaces."""
    rows = [asdict(mute) for mute in mutes]
    remove(tx, [row["space"] for row in rows])
    if rows:
        tx.execute(table.insert(), rows)


def rename(tx: Tx, old: str, new: str) -> None:
    """Rename the Space of a mute; of two mutes, the newer one is kept."""
    by_age = select(table.c.space).where(table.c.space.in_([old, new])).order_by(table.c.at)
    remove(tx, tx.execute(by_age).scalars().all()[:-1])
    tx.execute(update(table).where(table.c.space == old).values(space=new))


def remove(tx: Tx, spaces: Collection[str]) -> None:
    """Delete the mutes of *spaces*."""
    if spaces:
        rows = [{"key": space} for space in spaces]
        tx.execute(delete(table).where(table.c.space == bindparam("key")), rows)


def _mute(row: Row[tuple[object, ...]]) -> Mute:
    return Mute(
        row.space, row.until, row.by, row.at, row.reason, row.announcement, row.operation_id
    )
