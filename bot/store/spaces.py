"""Spaces as the Hub last showed them, and how they came to be so."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, select, update

from bot.alerts.decide import Transition
from bot.alerts.troubles import Sighting
from bot.alerts.wishes import Past
from bot.model import Fleet, Space
from bot.store import facts, mutes
from bot.store.engine import Tx
from bot.store.schema import space as table
from bot.store.schema import transition as transitions

_LOOKED = "looked"  # the last good look at each owner, in epoch seconds


def fleet(tx: Tx) -> Fleet:
    """Return every Space as the last sweep saw it."""
    return {id: sighting.space for id, sighting in sightings(tx).items()}


def sightings(tx: Tx) -> dict[str, Sighting]:
    """Return every Space as the last sweep saw it, and since when it is so."""
    return {row.id: _sighting(row) for row in tx.execute(select(table))}


def last_sweep(tx: Tx) -> datetime | None:
    """Return when every owner's Spaces had been seen; None before the first time."""
    looks = looked(tx).values()
    return min(looks) if looks else None


def looked(tx: Tx) -> dict[str, datetime]:
    """Return when each owner's Spaces were last seen."""
    found = facts.get(tx, _LOOKED) or {}
    return {owner: datetime.fromtimestamp(at, UTC) for owner, at in found.items()}


def look(tx: Tx, owners: Iterable[str], now: datetime) -> None:
    """Remember that the Spaces of *owners* have been seen now."""
    before = {owner: at.timestamp() for owner, at in looked(tx).items()}
    facts.put(tx, _LOOKED, before | dict.fromkeys(owners, now.timestamp()))


def keep(tx: Tx, changed: Iterable[Sighting], known: Collection[str]) -> None:
    """Write down *changed*; *known* are the ids that have a row."""
    rows = [_row(sighting) for sighting in changed]
    new = [row for row in rows if row["id"] not in known]
    old = [{"key": row.pop("id"), **row} for row in rows if row["id"] in known]
    if new:
        tx.execute(table.insert(), new)
    if old:
        tx.execute(update(table).where(table.c.id == bindparam("key")), old)


def drop(tx: Tx, ids: Sequence[str]) -> None:
    """Forget Spaces that are no longer there. What became of them stays written down."""
    if ids:
        tx.execute(delete(table).where(table.c.id == bindparam("key")), [{"key": i} for i in ids])


def delete_asked(tx: Tx, ids: Collection[str], now: datetime) -> None:
    """Remember that we are about to delete Spaces: that they go is no news then."""
    tx.execute(update(table).where(table.c.id.in_(list(ids))).values(deleted_at=now))


def deleted(tx: Tx, since: datetime) -> frozenset[str]:
    """Return the Spaces that we were asked to delete after *since*, if the row is still there."""
    return frozenset(tx.execute(select(table.c.id).where(table.c.deleted_at > since)).scalars())


def rename(tx: Tx, old: str, new: str) -> None:
    """Give a Space, its past and its mute another name."""
    tx.execute(update(table).where(table.c.id == old).values(id=new))
    tx.execute(update(transitions).where(transitions.c.space == old).values(space=new))
    mutes.rename(tx, old, new)


def add_transitions(tx: Tx, found: Iterable[Transition], now: datetime) -> None:
    rows = [
        {
            "space": one.space,
            "before": one.before,
            "after": one.after,
            "reason": one.reason,
            "flips": one.flips,
            "at": now,
        }
        for one in found
    ]
    if rows:
        tx.execute(transitions.insert(), rows)


def flips(tx: Tx, since: datetime) -> dict[str, list[datetime]]:
    """Return when each Space went up or down after *since*."""
    rows = tx.execute(
        select(transitions.c.space, transitions.c.at)
        .where(transitions.c.at > since, transitions.c.flips)
        .order_by(transitions.c.at)
    )
    found: dict[str, list[datetime]] = {}
    for space, at in rows:
        found.setdefault(space, []).append(at)
    return found


def past(tx: Tx, space: str, limit: int = 10) -> list[Past]:
    """Return the last changes of one Space, newest first."""
    rows = tx.execute(
        select(transitions)
        .where(transitions.c.space == space)
        .order_by(transitions.c.id.desc())
        .limit(limit)
    )
    return [Past(row.before, row.after, row.at, row.reason) for row in rows]


def _row(sighting: Sighting) -> dict[str, Any]:
    space = sighting.space
    return {
        "id": space.id,
        "stage": space.stage[:40],
        "picture": _snapshot(space),
        "since": sighting.since,
        "found_at": sighting.found_at,
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


def _sighting(row: Row[tuple[object, ...]]) -> Sighting:
    kept: Mapping[str, Any] = row.picture
    space = Space(
        id=row.id,
        stage=row.stage,
        hardware=kept["hardware"],
        sdk=kept["sdk"],
        host=kept["host"],
        error=kept["error"],
        private=kept["private"],
        sha=kept["sha"],
        head=kept["head"],
        sleep_after=kept["sleep_after"],
    )
    return Sighting(space, row.since, row.found_at)
