"""Mutes as rows, one per Space."""

from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import bindparam, delete, select, update

from bot.alerts.incident import Mute
from bot.store.engine import Tx
from bot.store.schema import mute as table


def active(tx: Tx, now: datetime) -> dict[str, Mute]:
    """Return the mutes that have not expired, by Space."""
    rows = tx.execute(select(table).where(table.c.until > now))
    return {row.space: Mute(row.space, row.until, row.by, row.at, row.reason) for row in rows}


def expire(tx: Tx, now: datetime) -> list[str]:
    """Delete the expired mutes; return their Spaces."""
    statement = delete(table).where(table.c.until <= now).returning(table.c.space)
    return list(tx.execute(statement).scalars())


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
