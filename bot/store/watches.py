"""Watches: which channel hears of which targets, and of what."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select, update

from bot.alerts.routing import Watch
from bot.store.engine import Tx
from bot.store.schema import watch as table


def list_all(tx: Tx) -> list[Watch]:
    """Return all watches, oldest first."""
    rows = tx.execute(select(table).order_by(table.c.id))
    return [
        Watch(row.channel, tuple(row.targets.split()), tuple(row.problems.split()), row.made_by)
        for row in rows
    ]


def add(tx: Tx, watch: Watch, now: datetime) -> None:
    """Let a channel hear of targets. The same targets again replace what it hears."""
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
    """Let a channel hear no more of *targets*, or of anything; return how many watches end."""
    statement = delete(table).where(table.c.channel == channel)
    if targets is not None:
        statement = statement.where(table.c.targets == " ".join(targets))
    return int(tx.execute(statement).rowcount)


def rename(tx: Tx, spellings: Mapping[str, str]) -> list[str]:
    """Let the watches that name a Space follow it to another name; return their channels."""
    channels = []
    for row in tx.execute(select(table).order_by(table.c.id)).all():
        words = row.targets.split()
        targets = dict.fromkeys(spellings.get(word.casefold(), word) for word in words)
        if list(targets) != words:
            _update_or_merge(tx, row, channel=row.channel, targets=" ".join(targets))
            channels.append(row.channel)
    return list(dict.fromkeys(channels))


def move_channel(tx: Tx, old: str, new: str) -> None:
    """Let the watches of channel *old* be those of *new*; the same targets become one watch."""
    for row in tx.execute(select(table).where(table.c.channel == old).order_by(table.c.id)).all():
        _update_or_merge(tx, row, channel=new, targets=row.targets)


def _update_or_merge(tx: Tx, row: Row[Any], *, channel: str, targets: str) -> None:
    """Give a watch this channel and these targets; with one that has them it becomes one."""
    is_same = (table.c.channel == channel) & (table.c.targets == targets)
    existing = tx.execute(select(table.c.problems).where(is_same)).scalar_one_or_none() or ""
    tx.execute(delete(table).where(is_same))
    problems = " ".join(dict.fromkeys([*existing.split(), *row.problems.split()]))
    statement = update(table).where(table.c.id == row.id)
    tx.execute(statement.values(channel=channel, targets=targets, problems=problems))
