"""Watches: which channel hears of which targets, and of what."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select

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


def known_as(tx: Tx, channel: str) -> str | None:
    """Return the id by which Slack knows a channel that we have posted to by its name."""
    query = (
        select(cards.c.posted_channel)
        .where(cards.c.channel == channel, cards.c.posted_channel.is_not(None))
        .limit(1)
    )
    return tx.execute(query).scalar()
