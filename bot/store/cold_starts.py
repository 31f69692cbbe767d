"""Cold starts as rows, the last few of each Space."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update

from bot.operations.cold_starts import KEPT_SAMPLES, ColdStart, Samples
from bot.store.engine import Tx
from bot.store.schema import cold_start as table


def add(tx: Tx, found: Sequence[ColdStart], now: datetime) -> None:
    """Insert cold starts; keep only the last ones of each Space."""
    for one in found:
        tx.execute(table.insert().values(space=one.space, seconds=one.seconds, at=now))
        of_space = select(table.c.id).where(table.c.space == one.space)
        kept = tx.execute(of_space.order_by(table.c.id.desc()).limit(KEPT_SAMPLES)).scalars().all()
        tx.execute(delete(table).where(table.c.space == one.space, table.c.id < kept[-1]))


def rename(tx: Tx, old: str, new: str) -> None:
    """Move the cold starts of a renamed Space."""
    tx.execute(update(table).where(table.c.space == old).values(space=new))


def load(tx: Tx) -> Samples:
    """Return the last cold starts in seconds by Space."""
    query = select(table.c.space, table.c.seconds).order_by(table.c.id)
    found: dict[str, list[float]] = {}
    for row in tx.execute(query):
        found.setdefault(row.space, []).append(row.seconds)
    return found
