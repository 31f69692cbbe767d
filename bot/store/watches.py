"""Watches as rows: the routes that people added."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select, update

from bot.alerts.routing import Watch
from bot.store.engine import Tx
from bot.store.schema import watch as table

_ALL = select(table).order_by(table.c.id)


def list_all(tx: Tx) -> list[Watch]:
    """Return all watches, oldest first."""
    rows = tx.execute(_ALL)
    return [
        Watch(row.channel, tuple(row.targets.split()), tuple(row.problems.split()), row.made_by)
        for row in rows
    ]


def add(tx: Tx, watch: Watch, now: datetime) -> None:
    """Insert a watch, replacing the one with the same channel and targets."""
    remove(tx, watch.channel, watch.targets)
    values = {
        "channel": watch.channel,
        "targets": " ".join(watch.targets),
        "problems": " ".join(watch.problems),
        "made_by": watch.made_by,
        "made_at": now,
    }
    tx.execute(table.insert().values(values))


def remove(tx: Tx, channel: str, targets: Sequence[str] | None = None) -> int:
    """Delete the watch of *targets*, or all of *channel*; return how many were deleted."""
    statement = delete(table).where(table.c.channel == channel)
    if targets is not None:
        statement = statement.where(table.c.targets == " ".join(targets))
    return int(tx.execute(statement).rowcount)


def rename(tx: Tx, spellings: Mapping[str, str]) -> list[str]:
    """Replace targets by their new *spellings*, by casefolded old one; return the channels."""
    channels = []
    for row in tx.execute(select(table).order_by(table.c.id)).all():
        words = row.targets.split()
        targets = dict.fromkeys(spellings.get(word.casefold(), word) for word in words)
        if list(targets) != words:
            _update_or_merge(tx, row, channel=row.channel, targets=" ".join(targets))
            channels.append(row.channel)
    return list(dict.fromkeys(channels))


def move_channel(tx: Tx, old: str, new: str) -> None:
    """Move the watches of channel *old* to *new*, merging those with the same targets."""
    for row in tx.execute(select(table).where(table.c.channel == old).order_by(table.c.id)).all():
        _update_or_merge(tx, row, channel=new, targets=row.targets)


def _update_or_merge(tx: Tx, row: Row[Any], *, channel: str, targets: str) -> None:
    """Set channel and targets of a watch, merging it with one that has both already."""
    is_same = (table.c.channel == channel) & (table.c.targets == targets)
    existing = tx.execute(select(table.c.problems).where(is_same)).scalar_one_or_none() or ""
    tx.execute(delete(table).where(is_same))
    problems = " ".join(dict.fromkeys([*existing.split(), *row.problems.split()]))
    statement = update(table).where(table.c.id == row.id)
    tx.execute(statement.values(channel=channel, targets=targets, problems=problems))
