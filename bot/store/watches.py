"""Watches: which channel hears of which targets, and of what."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select, update

from bot.alerts.watches import Watch
from bot.store.engine import Tx
from bot.store.schema import card as cards
from bot.store.schema import watch as table


def every(tx: Tx) -> list[Watch]:
    """Return all watches, oldest first."""
    rows = tx.execute(select(table).order_by(table.c.id))
    return [
        Watch(row.channel, tuple(row.targets.split()), tuple(row.troubles.split()), row.made_by)
        for row in rows
    ]


def watch(tx: Tx, watch: Watch, now: datetime) -> None:
    """Let a channel hear of targets. The same targets again replace what it hears."""
    unwatch(tx, watch.channel, watch.targets)
    values = {
        "channel": watch.channel,
        "targets": " ".join(watch.targets),
        "troubles": " ".join(watch.troubles),
        "made_by": watch.made_by,
        "made_at": now,
    }
    tx.execute(table.insert().values(values))


def unwatch(tx: Tx, channel: str, targets: Sequence[str] | None = None) -> int:
    """Let a channel hear no more of *targets*, or of anything; return how many watches end."""
    gone = delete(table).where(table.c.channel == channel)
    if targets is not None:
        gone = gone.where(table.c.targets == " ".join(targets))
    return int(tx.execute(gone).rowcount)


def rename(tx: Tx, spellings: Mapping[str, str]) -> list[str]:
    """Let the watches that name a Space follow it to another name; return their channels."""
    followed = []
    for row in tx.execute(select(table).order_by(table.c.id)).all():
        words = row.targets.split()
        targets = dict.fromkeys(spellings.get(word.casefold(), word) for word in words)
        if list(targets) != words:
            _move(tx, row, " ".join(targets))
            followed.append(row.channel)
    return list(dict.fromkeys(followed))


def _move(tx: Tx, row: Row[Any], targets: str) -> None:
    """Give a watch other targets; if its channel watches those already, the two become one."""
    same = (table.c.channel == row.channel) & (table.c.targets == targets)
    there = tx.execute(select(table.c.troubles).where(same)).scalar_one_or_none() or ""
    tx.execute(delete(table).where(same))
    troubles = " ".join(dict.fromkeys([*there.split(), *row.troubles.split()]))
    here = update(table).where(table.c.id == row.id)
    tx.execute(here.values(targets=targets, troubles=troubles))


def known_as(tx: Tx, channel: str) -> str | None:
    """Return the id by which Slack knows a channel that we have posted to by its name."""
    query = (
        select(cards.c.posted_channel)
        .where(cards.c.channel == channel, cards.c.posted_channel.is_not(None))
        .limit(1)
    )
    return tx.execute(query).scalar()
