"""The alert channel's id, what keeps the bot out of channels, and rows that follow a channel."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Table, delete, select, update

from bot.alerts.channels import AlertChannel, Problem, Status
from bot.cards import State
from bot.store import facts, watches
from bot.store.engine import Tx
from bot.store.schema import alert_group, card, incident_card, operation

_ALERT_CHANNEL, _STATUSES, _MOVES = "alert_channel", "channel_statuses", "channel_moves"


def alert_channel(tx: Tx) -> AlertChannel | None:
    """Return what was kept of the alert channel; None before anything was."""
    kept = facts.get(tx, _ALERT_CHANNEL)
    if kept is None:
        return None
    at = kept["retry_at"]
    retry_at = datetime.fromtimestamp(at, UTC) if at is not None else None
    return AlertChannel(**{**kept, "retry_at": retry_at})


def keep_alert_channel(tx: Tx, channel: AlertChannel) -> None:
    """Write down what is known of the alert channel."""
    retry_at = channel.retry_at.timestamp() if channel.retry_at else None
    names = ("configured", "id", "attempts")
    kept = {name: getattr(channel, name) for name in names}
    facts.put(tx, _ALERT_CHANNEL, {**kept, "retry_at": retry_at})


def statuses(tx: Tx) -> dict[str, Status]:
    """Return what is known of channels, by id; by name where there is no id."""
    kept = facts.get(tx, _STATUSES) or {}
    return {channel: _status(row) for channel, row in kept.items()}


def keep_statuses(tx: Tx, found: Mapping[str, Status]) -> None:
    """Write down what is known of channels."""
    facts.put(
        tx, _STATUSES, {channel: [s.problem, s.announced, s.at] for channel, s in found.items()}
    )


def move(tx: Tx, old: str, new: str, now: datetime) -> None:
    """Let whatever belongs to channel *old* belong to *new*: the same channel by another id.

    What *new* has already stays as it is, and its twin from *old* is given up: a channel has
    one card of an incident.
    """
    if old == new:
        return
    _give_up_twins(tx, old, new, now)
    taken = select(card.c.subject).where(card.c.channel == new)
    _rename(tx, card, old, new, card.c.subject.not_in(taken.scalar_subquery()))
    tx.execute(update(card).where(card.c.posted_channel == old).values(posted_channel=new))
    for table in (incident_card, alert_group, operation):
        _rename(tx, table, old, new)
    watches.move_channel(tx, old, new)
    retry(tx, new)


def remember_move(tx: Tx, old: str, new: str) -> None:
    """Write down that channel *old* is *new* from now on."""
    facts.put(tx, _MOVES, {**_moves(tx), old: new})


def catch_up(tx: Tx, now: datetime) -> None:
    """Move the cards that were posted under an id while it changed.

    Whoever posts writes the place down after Slack's answer, and may overwrite the move.
    """
    for old, new in _moves(tx).items():
        behind = card.c.posted_version < card.c.version
        here = (card.c.channel == old) | (card.c.posted_channel == old)
        if tx.execute(select(card.c.id).where(behind, here).limit(1)).scalar() is not None:
            move(tx, old, new, now)


def retry(tx: Tx, channel: str) -> None:
    """Let what waits to be shown in *channel* be tried at once."""
    behind = card.c.posted_version < card.c.version
    here = (card.c.channel == channel) | (card.c.posted_channel == channel)
    tx.execute(update(card).where(here, behind).values(not_before=None))


def _give_up_twins(tx: Tx, old: str, new: str, now: datetime) -> None:
    theirs = select(card.c.subject).where(card.c.channel == new)
    twins = (card.c.channel == old) & card.c.subject.in_(theirs.scalar_subquery())
    ids = list(tx.execute(select(card.c.id).where(twins)).scalars())
    known = select(incident_card.c.incident_id).where(incident_card.c.channel == new)
    told_twice = incident_card.c.incident_id.in_(known.scalar_subquery())
    tx.execute(delete(incident_card).where(incident_card.c.channel == old, told_twice))
    if ids:
        given_up = {"state": State.REMOVED, "is_final": True}
        tx.execute(update(card).where(card.c.id.in_(ids)).values(given_up))
        still_open = alert_group.c.card_id.in_(ids) & alert_group.c.closed_at.is_(None)
        tx.execute(update(alert_group).where(still_open).values(closed_at=now))


def _rename(tx: Tx, table: Table, old: str, new: str, *only: Any) -> None:
    tx.execute(update(table).where(table.c.channel == old, *only).values(channel=new))


def _moves(tx: Tx) -> dict[str, str]:
    return facts.get(tx, _MOVES) or {}


def _status(row: list[Any]) -> Status:
    problem, announced, at = row
    return Status(_problem(problem), _problem(announced), at)


def _problem(kept: str | None) -> Problem | None:
    return Problem(kept) if kept else None
