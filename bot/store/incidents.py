"""Incidents and their notifications as rows."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, insert, select, update

from bot.alerts import reasons
from bot.alerts.diagnosis import LogCandidate
from bot.alerts.incident import Ack, Diagnosis, Incident, Notification, Resolution
from bot.alerts.problems import ProblemKind
from bot.cards import DeliveryState
from bot.cards.transitions import refresh
from bot.causes import CauseId
from bot.stages import RUNNING_STAGES
from bot.store import cards
from bot.store.engine import AdvisoryLock, Tx, chunks, lock
from bot.store.schema import card
from bot.store.schema import incident as table
from bot.store.schema import incident_card as notified
from bot.store.schema import space as space_table

# Built once, because each sweep runs them, and building one takes longer than running it.
_OPEN = select(table).where(table.c.closed_at.is_(None)).order_by(table.c.id)
_OPEN_PROBLEMS = select(table.c.space, table.c.problem).where(table.c.closed_at.is_(None))
_OPEN_FAILURES = (
    select(
        table.c.id,
        table.c.stage,
        table.c.error,
        table.c.diagnosis.is_not(None).label("is_diagnosed"),
    )
    .where(table.c.closed_at.is_(None), table.c.problem == ProblemKind.FAILED)
    .order_by(table.c.id.desc())
)

_OUTDATED = (
    select(card.c.id)
    .where(
        card.c.id.in_(select(notified.c.card_id).join(table).where(table.c.closed_at.is_(None))),
        (card.c.state == DeliveryState.POSTED) & (card.c.posted_version == card.c.version),
        card.c.retry_at <= bindparam("before"),
    )
    .order_by(card.c.retry_at)
    .limit(bindparam("limit"))
)
_NOTIFIED = select(notified).where(notified.c.incident_id.in_(bindparam("ids", expanding=True)))


def lock_incidents(tx: Tx) -> None:
    """Lock all incidents until the end of *tx*, because concurrent changes would be lost."""
    lock(tx, AdvisoryLock.INCIDENTS)


def open_incidents(tx: Tx) -> dict[str, Incident]:
    """Return the open incidents by Space, oldest first."""
    return {incident.space: incident for incident in _read(tx, _OPEN)}


def open_problems(tx: Tx) -> dict[str, ProblemKind]:
    """Return the problems of the open incidents by Space."""
    return {row.space: ProblemKind(row.problem) for row in tx.execute(_OPEN_PROBLEMS)}


def log_candidates(tx: Tx) -> list[LogCandidate]:
    """Return the open incidents about a failure, newest first.

    Just the columns that the selection of logs needs, because each sweep starts with it.
    """
    return [
        LogCandidate(row.id, row.stage, row.error, row.is_diagnosed)
        for row in tx.execute(_OPEN_FAILURES)
    ]


def running_spaces(tx: Tx) -> frozenset[str]:
    """Return the running Spaces with an open incident, as the last sweep found them."""
    query = (
        select(table.c.space)
        .join(space_table, space_table.c.id == table.c.space)
        .where(table.c.closed_at.is_(None), space_table.c.stage.in_(RUNNING_STAGES))
    )
    return frozenset(tx.execute(query).scalars())


def spaces_with(tx: Tx, problem: ProblemKind) -> frozenset[str]:
    """Return the Spaces with an open incident about *problem*."""
    query = select(table.c.space).where(table.c.closed_at.is_(None), table.c.problem == problem)
    return frozenset(tx.execute(query).scalars())


def recovered(tx: Tx, since: datetime) -> dict[str, datetime]:
    """Return when the last incident of each Space was closed because it ran, after *since*."""
    ends = select(table.c.space, table.c.closed_at).where(
        table.c.closed_at > since, table.c.resolution.in_([Resolution.FIXED, Resolution.AWAKE])
    )
    return {row.space: row.closed_at for row in tx.execute(ends.order_by(table.c.closed_at))}


def acks(tx: Tx) -> dict[str, Ack]:
    """Return the acks of open incidents by Space."""
    columns = select(table.c.space, table.c.ack_by, table.c.ack_at, table.c.ack_checked_at)
    rows = tx.execute(columns.where(table.c.closed_at.is_(None), table.c.ack_by.is_not(None)))
    return {row.space: Ack(row.ack_by, row.ack_at, row.ack_checked_at) for row in rows}


def get(tx: Tx, ids: Collection[int]) -> dict[int, Incident]:
    """Return the incidents with these ids, by id."""
    incidents: dict[int, Incident] = {}
    for chunk in chunks(sorted(ids)):
        incidents |= {i.id: i for i in _read(tx, select(table).where(table.c.id.in_(chunk)))}
    return incidents


def latest(tx: Tx, space: str) -> Incident | None:
    """Return the newest incident of a Space, open or not."""
    query = select(table).where(table.c.space == space).order_by(table.c.id.desc()).limit(1)
    incidents = _read(tx, query)
    return incidents[0] if incidents else None


def add(tx: Tx, incidents: Sequence[Incident]) -> list[Incident]:
    """Insert new incidents; return them with their ids."""
    if not incidents:
        return []
    rows = [_values(incident) for incident in incidents]
    query = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    ids = tx.execute(query, rows).scalars().all()
    return [replace(incident, id=id) for incident, id in zip(incidents, ids, strict=True)]


def save(tx: Tx, incidents: Iterable[Incident]) -> None:
    """Save incidents that have a row."""
    rows = [{"key": incident.id, **_values(incident)} for incident in incidents]
    if rows:
        tx.execute(update(table).where(table.c.id == bindparam("key")), rows)


def notifications(tx: Tx, ids: Collection[int]) -> dict[int, dict[str, Notification]]:
    """Return the notifications by incident and channel."""
    by_incident: dict[int, dict[str, Notification]] = {id: {} for id in ids}
    for chunk in chunks(sorted(ids)):
        for row in tx.execute(_NOTIFIED, {"ids": chunk}):
            one = Notification(row.card_id, row.notified_at, row.reminders, row.reminded_at)
            by_incident[row.incident_id][row.channel] = one
    return by_incident


def save_notifications(
    tx: Tx,
    after: Mapping[tuple[int, str], Notification],
    before: Mapping[int, Mapping[str, Notification]],
) -> None:
    """Save notifications by incident and channel; *before* lists those that have a row."""
    rows = [
        _notification_values(id, channel, notification)
        for (id, channel), notification in after.items()
    ]
    existing = [row for row in rows if row["channel"] in before.get(row["incident_id"], ())]
    new = [row for row in rows if row["channel"] not in before.get(row["incident_id"], ())]
    if new:
        tx.execute(notified.insert(), new)
    is_row = (notified.c.incident_id == bindparam("incident")) & (
        notified.c.channel == bindparam("where")
    )
    changed = [
        {"incident": row.pop("incident_id"), "where": row.pop("channel"), **row} for row in existing
    ]
    if changed:
        tx.execute(update(notified).where(is_row), changed)


def schedule_refresh(tx: Tx, before: datetime, limit: int) -> None:
    """Schedule an edit for cards of open incidents last edited before *before*, oldest first.

    The content stays the same. The edit detects a deleted message, and retries the blocks of a
    card that Slack accepted as plain text only.
    """
    ids = tx.execute(_OUTDATED, {"before": before, "limit": limit}).scalars().all()
    cards.change(tx, ids, refresh)


def _read(tx: Tx, query: Select[Any]) -> list[Incident]:
    return [_incident(row) for row in tx.execute(query)]


def _notification_values(id: int, channel: str, notification: Notification) -> dict[str, Any]:
    return {
        "incident_id": id,
        "channel": channel,
        "card_id": notification.card,
        "notified_at": notification.notified_at,
        "reminders": notification.reminders,
        "reminded_at": notification.reminded_at,
    }


def _values(incident: Incident) -> dict[str, Any]:
    ack, diagnosis = incident.ack, incident.diagnosis
    return {
        "space": incident.space,
        "problem": incident.problem,
        "stage": incident.stage,
        "error": incident.error,
        "opened_at": incident.opened_at,
        "changed_at": incident.changed_at,
        "reason": reasons.to_json(incident.reason) if incident.reason else None,
        "closed_at": incident.closed_at,
        "resolution": incident.resolution,
        "flapping_since": incident.flapping_since,
        "is_up": incident.is_up,
        "gap_since": incident.gap_since,
        "fingerprint": incident.fingerprint,
        "ack_by": ack.by if ack else None,
        "ack_at": ack.at if ack else None,
        "ack_checked_at": ack.checked_at if ack else None,
        "diagnosis": _diagnosis_values(diagnosis) if diagnosis else None,
    }


def _diagnosis_values(diagnosis: Diagnosis) -> dict[str, Any]:
    return {
        "lines": diagnosis.lines,
        "cause": diagnosis.cause,
        "matched_line": diagnosis.matched_line,
        "shared": diagnosis.shared,
        "key": diagnosis.key,
        "pushed_by": diagnosis.pushed_by,
        "pushed_at": diagnosis.pushed_at.timestamp() if diagnosis.pushed_at else None,
    }


def _incident(row: Row[Any]) -> Incident:
    return Incident(
        id=row.id,
        space=row.space,
        problem=ProblemKind(row.problem),
        stage=row.stage,
        error=row.error,
        opened_at=row.opened_at,
        changed_at=row.changed_at,
        reason=reasons.from_json(row.reason) if row.reason else None,
        closed_at=row.closed_at,
        resolution=Resolution(row.resolution) if row.resolution else None,
        flapping_since=row.flapping_since,
        is_up=row.is_up,
        gap_since=row.gap_since,
        fingerprint=row.fingerprint,
        ack=Ack(row.ack_by, row.ack_at, row.ack_checked_at) if row.ack_by else None,
        diagnosis=_diagnosis(row.diagnosis) if row.diagnosis else None,
    )


def _diagnosis(stored: Mapping[str, Any]) -> Diagnosis:
    return Diagnosis(
        tuple(stored["lines"]),
        CauseId(stored["cause"]) if stored["cause"] else None,
        stored["matched_line"],
        tuple(stored["shared"]),
        stored["key"],
        stored["pushed_by"],
        datetime.fromtimestamp(stored["pushed_at"], UTC) if stored["pushed_at"] else None,
    )
