"""Groups of incidents as rows, with their members."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Row, Select, func, insert, or_, select, update

from bot.alerts.grouping import Group, GroupKind
from bot.store.engine import Tx
from bot.store.schema import alert_group as table
from bot.store.schema import alert_group_member as members
from bot.store.schema import incident, incident_card

_GROUPS = select(table).order_by(table.c.id)
_MEMBERS = (
    select(members.c.group_id, members.c.incident_id)
    .join(table)
    .order_by(members.c.group_id, members.c.position)
)
_IS_OPEN = table.c.closed_at.is_(None)
# Built once, because each sweep runs them twice.
_OPEN_GROUPS, _OPEN_MEMBERS = _GROUPS.where(_IS_OPEN), _MEMBERS.where(_IS_OPEN)


def open_groups(tx: Tx) -> list[Group]:
    """Return the groups that have an open incident, oldest first."""
    return _read(tx, _OPEN_GROUPS, _OPEN_MEMBERS)


def get(tx: Tx, id: int) -> Group | None:
    """Return the group of that id, open or not."""
    is_same = table.c.id == id
    found_groups = _read(tx, _GROUPS.where(is_same), _MEMBERS.where(is_same))
    return found_groups[0] if found_groups else None


def spaces_on_card(tx: Tx, card: int) -> frozenset[str]:
    """Return the Spaces whose open incidents the alert card with this id shows."""
    in_group = select(members.c.incident_id).join(table).where(table.c.card_id == card)
    single = select(incident_card.c.incident_id).where(incident_card.c.card_id == card)
    shown = or_(incident.c.id.in_(in_group), incident.c.id.in_(single))
    query = select(incident.c.space).where(shown, incident.c.closed_at.is_(None))
    return frozenset(tx.execute(query).scalars())


def add(tx: Tx, group: Group) -> Group:
    """Insert a group and its members; return it with its id."""
    query = insert(table).values(_values(group)).returning(table.c.id)
    added = replace(group, id=int(tx.execute(query).scalar_one()))
    _add_members(tx, added, start=0)
    return added


def save(tx: Tx, group: Group) -> None:
    """Save a known group. Members are never removed, so only new ones are inserted."""
    tx.execute(update(table).where(table.c.id == group.id).values(_values(group)))
    count_saved = select(func.count()).where(members.c.group_id == group.id)
    _add_members(tx, group, start=tx.execute(count_saved).scalar_one())


def _add_members(tx: Tx, group: Group, start: int) -> None:
    rows = [
        {"group_id": group.id, "position": position, "incident_id": id}
        for position, id in enumerate(group.members)
        if position >= start
    ]
    if rows:
        tx.execute(members.insert(), rows)


def _read(tx: Tx, groups: Select[Any], members_of_groups: Select[int, int]) -> list[Group]:
    """Return the groups, oldest first, with their members in the order of joining."""
    rows = tx.execute(groups).all()
    member_ids: dict[int, list[int]] = {row.id: [] for row in rows}
    for group_id, incident_id in tx.execute(members_of_groups):
        member_ids[group_id].append(incident_id)
    return [_group(row, member_ids[row.id]) for row in rows]


def _values(group: Group) -> dict[str, Any]:
    return {
        "kind": group.kind,
        "key": group.key,
        "channel": group.channel,
        "card_id": group.card,
        "opened_at": group.opened_at,
        "closed_at": group.closed_at,
        "announce_recovery": group.announce_recovery,
    }


def _group(row: Row[Any], members: Sequence[int]) -> Group:
    return Group(
        id=row.id,
        kind=GroupKind(row.kind),
        key=row.key,
        channel=row.channel,
        card=row.card_id,
        opened_at=row.opened_at,
        members=tuple(members),
        closed_at=row.closed_at,
        announce_recovery=row.announce_recovery,
    )
