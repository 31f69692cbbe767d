"""The alert channel, the status of channels, and changes of channel ids."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Table, delete, select, update

from bot.alerts.channels import AlertChannel, Problem, Status
from bot.cards.transitions import drop_duplicate, retry_now
from bot.store import cards, key_values, watches
from bot.store.engine import Tx
from bot.store.schema import alert_group, card, incident_card, operation, schedule

_ALERT_CHANNEL, _STATUSES, _MOVES = "alert_channel", "channel_statuses", "channel_moves"


def alert_channel(tx: Tx) -> AlertChannel | None:
    """Return the stored alert channel, or None."""
    stored = key_values.get(tx, _ALERT_CHANNEL)
    if stored is None:
        return None
    at = stored["retry_at"]
    retry_at = datetime.fromtimestamp(at, UTC) if at is not None else None
    return AlertChannel(**{**stored, "retry_at": retry_at})


def save_alert_channel(tx: Tx, channel: AlertChannel) -> None:
    """Save the alert channel."""
    retry_at = channel.retry_at.timestamp() if channel.retry_at else None
    names = ("configured", "id", "attempts")
    stored = {name: getattr(channel, name) for name in names}
    key_values.put(tx, _ALERT_CHANNEL, {**stored, "retry_at": retry_at})


def statuses(tx: Tx) -> dict[str, Status]:
    """Return the status of channels, by id, or by name if the id is unknown."""
    stored = key_values.get(tx, _STATUSES) or {}
    return {channel: _status(row) for channel, row in stored.items()}


def save_statuses(tx: Tx, by_channel: Mapping[str, Status]) -> None:
    """Save the status of channels."""
    key_values.put(
        tx,
        _STATUSES,
        {channel: [s.problem, s.announced, s.at] for channel, s in by_channel.items()},
    )


def move(tx: Tx, old: str, new: str, now: datetime) -> None:
    """Move all that belongs to channel *old* to *new*, such as cards, schedules and watches.

    Both are ids of the same channel. A card that *new* has already is kept and its duplicate
    in *old* dropped, because a channel has one card per key.
    """
    if old == new:
        return
    _drop_duplicates(tx, old, new, now)
    existing_keys = select(card.c.key).where(card.c.channel == new)
    _rename(tx, card, old, new, card.c.key.not_in(existing_keys.scalar_subquery()))
    tx.execute(update(card).where(card.c.posted_channel == old).values(posted_channel=new))
    for table in (incident_card, alert_group, operation, schedule):
        _rename(tx, table, old, new)
    watches.move_channel(tx, old, new)
    retry(tx, new)


def record_move(tx: Tx, old: str, new: str) -> None:
    """Record that the id of channel *old* is now *new*."""
    key_values.put(tx, _MOVES, {**_moves(tx), old: new})


def apply_recorded_moves(tx: Tx, now: datetime) -> None:
    """Move the cards that were being posted while their channel's id changed.

    A delivery saves the channel after Slack's response and may overwrite the move.
    """
    for old, new in _moves(tx).items():
        is_pending = card.c.posted_version < card.c.version
        is_in_channel = (card.c.channel == old) | (card.c.posted_channel == old)
        if (
            tx.execute(select(card.c.id).where(is_pending, is_in_channel).limit(1)).scalar()
            is not None
        ):
            move(tx, old, new, now)


def retry(tx: Tx, channel: str) -> None:
    """Retry the pending cards of *channel* at once."""
    is_pending = card.c.posted_version < card.c.version
    is_in_channel = (card.c.channel == channel) | (card.c.posted_channel == channel)
    ids = tx.execute(select(card.c.id).where(is_in_channel, is_pending)).scalars().all()
    cards.change(tx, ids, retry_now)


def _drop_duplicates(tx: Tx, old: str, new: str, now: datetime) -> None:
    existing_keys = select(card.c.key).where(card.c.channel == new)
    duplicates = (card.c.channel == old) & card.c.key.in_(existing_keys.scalar_subquery())
    ids = list(tx.execute(select(card.c.id).where(duplicates)).scalars())
    notified_incidents = select(incident_card.c.incident_id).where(incident_card.c.channel == new)
    is_duplicate = incident_card.c.incident_id.in_(notified_incidents.scalar_subquery())
    tx.execute(delete(incident_card).where(incident_card.c.channel == old, is_duplicate))
    if ids:
        cards.change(tx, ids, drop_duplicate)
        still_open = alert_group.c.card_id.in_(ids) & alert_group.c.closed_at.is_(None)
        tx.execute(update(alert_group).where(still_open).values(closed_at=now))


def _rename(tx: Tx, table: Table, old: str, new: str, *only: Any) -> None:
    tx.execute(update(table).where(table.c.channel == old, *only).values(channel=new))


def _moves(tx: Tx) -> dict[str, str]:
    return key_values.get(tx, _MOVES) or {}


def _status(row: list[Any]) -> Status:
    problem, announced, at = row
    return Status(_problem(problem), _problem(announced), at)


def _problem(stored: str | None) -> Problem | None:
    return Problem(stored) if stored else None
