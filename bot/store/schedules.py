"""Schedules as rows."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, select, text, update

from bot.operations import StepState
from bot.schedules import OffReason, Schedule, ScheduleKind, ScheduleState
from bot.schedules.keep_awake import KeptWake
from bot.store.engine import AdvisoryLock, Tx, lock
from bot.store.schema import operation
from bot.store.schema import schedule as table
from bot.store.schema import step as steps

#: States of a schedule that people see and that the limits count.
_KEPT = (ScheduleState.ON, ScheduleState.OFF)
_ALL_KEPT = select(table).where(table.c.state.in_(_KEPT))

_IS_ON = table.c.state == text(f"'{ScheduleState.ON}'")  # as the index of due ones has it
# Built once, because they run each second, and three times in each sweep.
_IS_DUE = table.c.next_at <= bindparam("now")
_DUE = select(table).where(_IS_ON, _IS_DUE).order_by(table.c.next_at).limit(bindparam("limit"))
_KEPT_AWAKE = select(table).where(_IS_ON, table.c.kind == ScheduleKind.KEEP).order_by(table.c.id)


def add(tx: Tx, schedule: Schedule) -> int:
    """Insert *schedule*; return its number."""
    row = tx.execute(table.insert().values(_values(schedule)).returning(table.c.id)).one()
    return int(row.id)


def lock_schedules(tx: Tx) -> None:
    """Lock the addition of schedules until the end of *tx*, to keep their count."""
    lock(tx, AdvisoryLock.SCHEDULES)


def get(tx: Tx, id: int) -> Schedule | None:
    """Return schedule *id*, locked until the end of *tx*; None if there is none."""
    row = tx.execute(select(table).where(table.c.id == id).with_for_update()).first()
    return _schedule(row) if row else None


def list_kept(tx: Tx) -> list[Schedule]:
    """Return the schedules that are on or off, the next one first."""
    query = _ALL_KEPT.order_by(table.c.next_at.is_(None), table.c.next_at, table.c.id)
    return [_schedule(row) for row in tx.execute(query)]


def lock_kept(tx: Tx) -> list[Schedule]:
    """Return the schedules that are on or off, locked until the end of *tx*."""
    query = _ALL_KEPT.order_by(table.c.id).with_for_update()
    return [_schedule(row) for row in tx.execute(query)]


def kept_awake(tx: Tx) -> list[Schedule]:
    """Return the schedules that keep Spaces awake now."""
    return [_schedule(row) for row in tx.execute(_KEPT_AWAKE)]


def kept_wakes(tx: Tx, schedule: int) -> list[KeptWake]:
    """Return the wakes of the Spaces that *schedule* keeps awake."""
    columns = (steps.c.space, steps.c.sent_at, steps.c.progress, operation.c.requested_at)
    joined = select(*columns).join(operation, operation.c.id == steps.c.operation_id)
    rows = tx.execute(joined.where(operation.c.schedule_id == schedule).order_by(operation.c.id))
    return [
        KeptWake(
            row.space,
            row.sent_at or row.requested_at,
            row.progress == StepState.DONE,
            row.progress == StepState.FAILED,
        )
        for row in rows
    ]


def count_kept(tx: Tx, owner: str | None = None) -> int:
    """Return the number of kept schedules, of *owner* or of all people."""
    query = select(func.count()).select_from(table).where(table.c.state.in_(_KEPT))
    if owner is not None:
        query = query.where(table.c.owner == owner)
    return int(tx.execute(query).scalar_one())


def due(tx: Tx, now: datetime, limit: int) -> list[Schedule]:
    """Return up to *limit* schedules whose next run is due, the earliest first."""
    return [_schedule(row) for row in tx.execute(_DUE, {"now": now, "limit": limit})]


def save(tx: Tx, schedule: Schedule) -> None:
    """Save all of *schedule*, which `get` or `lock_kept` has locked."""
    tx.execute(update(table).where(table.c.id == schedule.id).values(_values(schedule)))


def claim_due(tx: Tx, before: Schedule, after: Schedule) -> bool:
    """Save the state of *after*. Return False if the due run of *before* is taken or off."""
    is_same = (table.c.id == before.id) & (table.c.next_at == before.next_at)
    change = update(table).where(is_same, _IS_ON).values(_values(after))
    return tx.execute(change).rowcount == 1


def _values(schedule: Schedule) -> dict[str, Any]:
    return {
        "command": schedule.command,
        "timing": schedule.timing[:200],
        "zone": schedule.zone,
        "recurrence": schedule.recurrence,
        "next_at": schedule.next_at,
        "owner": schedule.owner,
        "channel": schedule.channel,
        "thread": schedule.thread,
        "made_at": schedule.made_at,
        "state": schedule.state,
        "off_reason": schedule.off_reason,
        "off_detail": schedule.off_detail,
        "confirmed_dollars": schedule.confirmed_dollars,
        "missed_at": schedule.missed_at,
        "kind": schedule.kind,
        "targets": " ".join(schedule.targets),
        "wakes": schedule.wakes,
    }


def _schedule(row: Row[Any]) -> Schedule:
    return Schedule(
        command=row.command,
        timing=row.timing,
        zone=row.zone,
        recurrence=row.recurrence,
        next_at=row.next_at,
        owner=row.owner,
        channel=row.channel,
        made_at=row.made_at,
        id=row.id,
        thread=row.thread,
        state=ScheduleState(row.state),
        off_reason=OffReason(row.off_reason) if row.off_reason else None,
        off_detail=row.off_detail,
        confirmed_dollars=row.confirmed_dollars,
        missed_at=row.missed_at,
        kind=ScheduleKind(row.kind),
        targets=tuple(row.targets.split()),
        wakes=row.wakes,
    )
