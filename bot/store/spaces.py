"""Spaces as the last sweep found them, and their transitions."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, select, update

from bot.alerts import reasons
from bot.alerts.actions import RecordedTransition
from bot.alerts.evaluation import Transition
from bot.alerts.flapping import Flip
from bot.alerts.problems import TrackedSpace
from bot.model import Fleet, Space
from bot.store import health, key_values, mutes
from bot.store.engine import Tx, chunks
from bot.store.schema import space as table
from bot.store.schema import transition as transitions

_IDS = select(table.c.id)
_LAST_OBSERVED = "looked"  # the last successful sweep by owner, in epoch seconds

# Built once, because every request or sweep runs them.
_ALL = select(table)
_DELETE_REQUESTED = select(table.c.id).where(table.c.delete_requested_at > bindparam("since"))
_FLIPS = (
    select(transitions.c.space, transitions.c.at, transitions.c.by_operation)
    .where(transitions.c.at > bindparam("since"), transitions.c.flips)
    .order_by(transitions.c.at)
)


def fleet(tx: Tx) -> Fleet:
    """Return every Space as the last sweep found it."""
    return {id: tracked.space for id, tracked in tracked_spaces(tx).items()}


def ids(tx: Tx) -> list[str]:
    """Return the ids of the Spaces that the last sweep found."""
    return list(tx.execute(_IDS).scalars())


def get(tx: Tx, id: str) -> TrackedSpace | None:
    """Return one Space as the last sweep found it, or None."""
    return tracked_among(tx, [id]).get(id)


def tracked_spaces(tx: Tx) -> dict[str, TrackedSpace]:
    """Return every Space as the last sweep found it, with the time of its stage."""
    return {row.id: _tracked_space(row) for row in tx.execute(_ALL)}


def tracked_among(tx: Tx, ids: Collection[str]) -> dict[str, TrackedSpace]:
    """Return those of the Spaces *ids* that the last sweep found."""
    queries = (select(table).where(table.c.id.in_(chunk)) for chunk in chunks(sorted(ids)))
    return {row.id: _tracked_space(row) for query in queries for row in tx.execute(query)}


def last_sweep(tx: Tx) -> datetime | None:
    """Return the oldest of the last sweeps by owner; None before the first sweep."""
    timestamps = last_observed(tx).values()
    return min(timestamps) if timestamps else None


def last_observed(tx: Tx) -> dict[str, datetime]:
    """Return the time of the last successful sweep by owner."""
    stored = key_values.get(tx, _LAST_OBSERVED) or {}
    return {owner: datetime.fromtimestamp(at, UTC) for owner, at in stored.items()}


def mark_observed(tx: Tx, owners: Iterable[str], now: datetime) -> None:
    """Save *now* as the last successful sweep of *owners*."""
    before = {owner: at.timestamp() for owner, at in last_observed(tx).items()}
    key_values.put(tx, _LAST_OBSERVED, before | dict.fromkeys(owners, now.timestamp()))


def save(tx: Tx, changed: Iterable[TrackedSpace], existing_ids: Collection[str]) -> None:
    """Save *changed*; *existing_ids* are the ids that have a row."""
    rows = [_row(tracked) for tracked in changed]
    new = [row for row in rows if row["id"] not in existing_ids]
    old = [{"key": row.pop("id"), **row} for row in rows if row["id"] in existing_ids]
    if new:
        tx.execute(table.insert(), new)
    if old:
        tx.execute(update(table).where(table.c.id == bindparam("key")), old)


def delete_rows(tx: Tx, ids: Sequence[str]) -> None:
    """Delete the rows of missing Spaces; their transitions and incidents stay."""
    if ids:
        tx.execute(delete(table).where(table.c.id == bindparam("key")), [{"key": i} for i in ids])
        health.forget(tx, ids)


def mark_delete_requested(tx: Tx, ids: Collection[str], now: datetime) -> None:
    """Save that the bot deletes these Spaces, so that their absence is no problem."""
    tx.execute(update(table).where(table.c.id.in_(list(ids))).values(delete_requested_at=now))


def delete_requested(tx: Tx, since: datetime) -> frozenset[str]:
    """Return the ids of the Spaces that the bot deleted after *since*, if stored."""
    return frozenset(tx.execute(_DELETE_REQUESTED, {"since": since}).scalars())


def rename(tx: Tx, old: str, new: str) -> None:
    """Rename a Space, with its transitions, its mute and its health."""
    tx.execute(update(table).where(table.c.id == old).values(id=new))
    tx.execute(update(transitions).where(transitions.c.space == old).values(space=new))
    mutes.rename(tx, old, new)
    health.rename(tx, old, new)


def add_transitions(tx: Tx, new_transitions: Iterable[Transition], now: datetime) -> None:
    """Insert transitions that happened at *now*."""
    rows = [
        {
            "space": one.space,
            "before": one.before,
            "after": one.after,
            "reasons": [reasons.to_json(reason) for reason in one.reasons],
            "flips": one.flips,
            "by_operation": one.by_operation,
            "at": now,
        }
        for one in new_transitions
    ]
    if rows:
        tx.execute(transitions.insert(), rows)


def flips(tx: Tx, since: datetime) -> dict[str, list[Flip]]:
    """Return the flips of each Space after *since*, oldest first."""
    by_space: dict[str, list[Flip]] = {}
    for space, at, by_operation in tx.execute(_FLIPS, {"since": since}):
        by_space.setdefault(space, []).append(Flip(at, by_operation))
    return by_space


def recent_transitions(tx: Tx, space: str, limit: int = 10) -> list[RecordedTransition]:
    """Return the last transitions of one Space, newest first."""
    rows = tx.execute(
        select(transitions)
        .where(transitions.c.space == space)
        .order_by(transitions.c.id.desc())
        .limit(limit)
    )
    return [_recorded_transition(row) for row in rows]


def _recorded_transition(row: Row[tuple[object, ...]]) -> RecordedTransition:
    because = tuple(map(reasons.from_json, row.reasons))
    return RecordedTransition(row.before, row.after, row.at, because)


def _row(tracked: TrackedSpace) -> dict[str, Any]:
    space = tracked.space
    return {
        "id": space.id,
        "stage": space.stage[:40],
        "snapshot": _snapshot(space),
        "stage_since": tracked.stage_since,
        "first_seen_at": tracked.first_seen_at,
        "behind_since": tracked.behind_since,
        "looping_since": tracked.looping_since,
        "had_app": tracked.had_app,
    }


def _snapshot(space: Space) -> dict[str, Any]:
    return {
        "hardware": space.hardware,
        "sdk": space.sdk,
        "host": space.host,
        "error": space.error,
        "private": space.private,
        "sha": space.sha,
        "head": space.head,
        "sleep_after": space.sleep_after,
    }


def _tracked_space(row: Row[tuple[object, ...]]) -> TrackedSpace:
    snapshot: Mapping[str, Any] = row.snapshot
    space = Space(
        id=row.id,
        stage=row.stage,
        hardware=snapshot["hardware"],
        sdk=snapshot["sdk"],
        host=snapshot["host"],
        error=snapshot["error"],
        private=snapshot["private"],
        sha=snapshot["sha"],
        head=snapshot["head"],
        sleep_after=snapshot["sleep_after"],
    )
    return TrackedSpace(
        space,
        row.stage_since,
        row.first_seen_at,
        row.had_app,
        row.behind_since,
        row.looping_since,
    )
