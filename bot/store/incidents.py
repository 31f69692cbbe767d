"""Incidents, and the cards and groups of cards on which people read about them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    bindparam,
    func,
    insert,
    select,
    text,
    update,
)

from bot.alerts.groups import Group, Kind
from bot.alerts.incidents import Ack, Blame, Evidence, Incident, Telling
from bot.alerts.troubles import Trouble
from bot.cards import State
from bot.store.engine import Tx
from bot.store.schema import alert_group as groups
from bot.store.schema import alert_group_member as members
from bot.store.schema import card
from bot.store.schema import incident as table
from bot.store.schema import incident_card as told

# The most values that one IN may carry on the older SQLite.
_MANY = 500
_OPEN = select(table).where(table.c.closed_at.is_(None)).order_by(table.c.id)


def alone(tx: Tx) -> None:
    """Wait until nobody else changes incidents: what two write at once, one would lose."""
    if tx.dialect.name == "postgresql":
        tx.execute(text("SELECT pg_advisory_xact_lock(7223203)"))


def open_now(tx: Tx) -> dict[str, Incident]:
    """Return the open incidents by Space, oldest first."""
    return {incident.space: incident for incident in _read(tx, _OPEN)}


def acks(tx: Tx) -> dict[str, Ack]:
    """Return who takes care of which Spaces with an open incident."""
    columns = select(table.c.space, table.c.ack_by, table.c.ack_at, table.c.asked_at)
    rows = tx.execute(columns.where(table.c.closed_at.is_(None), table.c.ack_by.is_not(None)))
    return {row.space: Ack(row.ack_by, row.ack_at, row.asked_at) for row in rows}


def get(tx: Tx, ids: Collection[int]) -> dict[int, Incident]:
    """Return the incidents with these ids."""
    found: dict[int, Incident] = {}
    for some in chunks(sorted(ids)):
        found |= {i.id: i for i in _read(tx, select(table).where(table.c.id.in_(some)))}
    return found


def last(tx: Tx, space: str) -> Incident | None:
    """Return the newest incident of a Space, open or not."""
    query = select(table).where(table.c.space == space).order_by(table.c.id.desc()).limit(1)
    found = _read(tx, query)
    return found[0] if found else None


def add(tx: Tx, incidents: Sequence[Incident]) -> list[Incident]:
    """Write new incidents down; return them with their numbers."""
    if not incidents:
        return []
    rows = [_values(incident) for incident in incidents]
    query = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    ids = tx.execute(query, rows).scalars().all()
    return [replace(incident, id=id) for incident, id in zip(incidents, ids, strict=True)]


def keep(tx: Tx, incidents: Iterable[Incident]) -> None:
    """Write down how known incidents now stand."""
    rows = [{"key": incident.id, **_values(incident)} for incident in incidents]
    if rows:
        tx.execute(update(table).where(table.c.id == bindparam("key")), rows)


def tellings(tx: Tx, ids: Collection[int]) -> dict[int, dict[str, Telling]]:
    """Return, by incident, which channel was told of it, and how."""
    found: dict[int, dict[str, Telling]] = {id: {} for id in ids}
    for some in chunks(sorted(ids)):
        for row in tx.execute(select(told).where(told.c.incident_id.in_(some))):
            telling = Telling(row.card_id, row.told_at, row.reminders, row.reminded_at)
            found[row.incident_id][row.channel] = telling
    return found


def save_notified(
    tx: Tx, after: Mapping[tuple[int, str], Telling], before: Mapping[int, Mapping[str, Telling]]
) -> None:
    """Write how channels were notified of incidents; *before* tells which rows exist."""
    rows = [_told_values(id, channel, telling) for (id, channel), telling in after.items()]
    known = [row for row in rows if row["channel"] in before.get(row["incident_id"], ())]
    new = [row for row in rows if row["channel"] not in before.get(row["incident_id"], ())]
    if new:
        tx.execute(told.insert(), new)
    here = (told.c.incident_id == bindparam("incident")) & (told.c.channel == bindparam("where"))
    changed = [
        {"incident": row.pop("incident_id"), "where": row.pop("channel"), **row} for row in known
    ]
    if changed:
        tx.execute(update(told).where(here), changed)


def touch(tx: Tx, before: datetime, most: int) -> None:
    """Let some cards of open incidents be edited that were not since then, the oldest first.

    They show the same again; but whoever has deleted one is found out, and one that Slack took
    as plain text only gets its blocks where it may have them by now.
    """
    open_ = select(told.c.card_id).join(table).where(table.c.closed_at.is_(None))
    calm = (card.c.state == State.POSTED) & (card.c.posted_version == card.c.version)
    old = select(card.c.id).where(card.c.id.in_(open_), calm, card.c.not_before <= before)
    some = tx.execute(old.order_by(card.c.not_before).limit(most)).scalars().all()
    if some:
        shown = update(card).where(card.c.id.in_(some))
        tx.execute(shown.values(version=card.c.version + 1, plain=False))


def open_groups(tx: Tx) -> list[Group]:
    """Return the groups that have an open incident, oldest first."""
    return _read_groups(tx, groups.c.closed_at.is_(None))


def group(tx: Tx, id: int) -> Group | None:
    """Return the group of that number, open or not."""
    found = _read_groups(tx, groups.c.id == id)
    return found[0] if found else None


def add_group(tx: Tx, group: Group) -> Group:
    """Insert a group and its members; return it with its id."""
    query = insert(groups).values(_group_values(group)).returning(groups.c.id)
    added = replace(group, id=int(tx.execute(query).scalar_one()))
    _add_members(tx, added, start=0)
    return added


def keep_group(tx: Tx, group: Group) -> None:
    """Save a known group. Members are never removed, so only new ones are inserted."""
    tx.execute(update(groups).where(groups.c.id == group.id).values(_group_values(group)))
    known = select(func.count()).where(members.c.group_id == group.id)
    _add_members(tx, group, start=tx.execute(known).scalar_one())


def _add_members(tx: Tx, group: Group, start: int) -> None:
    rows = [
        {"group_id": group.id, "position": position, "incident_id": id}
        for position, id in enumerate(group.members)
        if position >= start
    ]
    if rows:
        tx.execute(members.insert(), rows)


def _read_groups(tx: Tx, which: ColumnElement[bool]) -> list[Group]:
    """Return the groups that match, oldest first, with their members in the order of joining."""
    rows = tx.execute(select(groups).where(which).order_by(groups.c.id)).all()
    of_group: dict[int, list[int]] = {row.id: [] for row in rows}
    query = select(members.c.group_id, members.c.incident_id).join(groups).where(which)
    for group_id, incident_id in tx.execute(query.order_by(members.c.group_id, members.c.position)):
        of_group[group_id].append(incident_id)
    return [_group(row, of_group[row.id]) for row in rows]


def _read(tx: Tx, query: Select[Any]) -> list[Incident]:
    return [_incident(row) for row in tx.execute(query)]


def _told_values(id: int, channel: str, telling: Telling) -> dict[str, Any]:
    return {
        "incident_id": id,
        "channel": channel,
        "card_id": telling.card,
        "told_at": telling.at,
        "reminders": telling.reminders,
        "reminded_at": telling.reminded_at,
    }


def _values(incident: Incident) -> dict[str, Any]:
    ack, evidence = incident.ack, incident.evidence
    return {
        "space": incident.space,
        "trouble": incident.trouble,
        "stage": incident.stage,
        "error": incident.error,
        "opened_at": incident.opened_at,
        "changed_at": incident.changed_at,
        "reason": incident.reason,
        "closed_at": incident.closed_at,
        "ending": incident.ending,
        "unstable_since": incident.unstable_since,
        "is_up": incident.is_up,
        "unseen_since": incident.unseen_since,
        "fingerprint": incident.fingerprint,
        "ack_by": ack.by if ack else None,
        "ack_at": ack.at if ack else None,
        "asked_at": ack.asked_at if ack else None,
        "evidence": _evidence_values(evidence) if evidence else None,
    }


def _evidence_values(evidence: Evidence) -> dict[str, Any]:
    return {name: getattr(evidence, name) for name in Evidence.__slots__}


def _incident(row: Row[Any]) -> Incident:
    return Incident(
        id=row.id,
        space=row.space,
        trouble=Trouble(row.trouble),
        stage=row.stage,
        error=row.error,
        opened_at=row.opened_at,
        changed_at=row.changed_at,
        reason=row.reason,
        closed_at=row.closed_at,
        ending=row.ending,
        unstable_since=row.unstable_since,
        is_up=row.is_up,
        unseen_since=row.unseen_since,
        fingerprint=row.fingerprint,
        ack=Ack(row.ack_by, row.ack_at, row.asked_at) if row.ack_by else None,
        evidence=_evidence(row.evidence) if row.evidence else None,
    )


def _evidence(kept: Mapping[str, Any]) -> Evidence:
    blame = Blame(kept["blame"]) if kept["blame"] else None
    return Evidence(tuple(kept["lines"]), blame, kept["clue"], tuple(kept["shared"]))


def _group_values(group: Group) -> dict[str, Any]:
    return {
        "kind": group.kind,
        "key": group.key,
        "channel": group.channel,
        "card_id": group.card,
        "opened_at": group.opened_at,
        "closed_at": group.closed_at,
        "recovered": group.recovered,
    }


def _group(row: Row[Any], members: Sequence[int]) -> Group:
    return Group(
        id=row.id,
        kind=Kind(row.kind),
        key=row.key,
        channel=row.channel,
        card=row.card_id,
        opened_at=row.opened_at,
        members=tuple(members),
        closed_at=row.closed_at,
        recovered=row.recovered,
    )


def chunks(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    """Return *ids* in parts that fit into one IN of the older SQLite."""
    return (ids[start : start + _MANY] for start in range(0, len(ids), _MANY))
