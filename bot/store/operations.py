"""Operations and their steps as rows, so that they survive a restart."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, or_, select, text, update

from bot.causes import CauseId
from bot.operations import (
    Operation,
    OperationState,
    ScheduleOrigin,
    SkipReason,
    Step,
    StepState,
    Verb,
)
from bot.store.engine import Tx
from bot.store.schema import operation as table
from bot.store.schema import step as steps


def add(tx: Tx, operation: Operation, *, state: OperationState) -> Operation:
    """Insert *operation* as proposed or running; return it with its id."""
    row = tx.execute(
        table.insert()
        .values(
            verb=operation.verb,
            state=state,
            requested_by=operation.requested_by,
            channel=operation.channel,
            thread=operation.thread,
            requested_at=operation.requested_at,
            args=dict(operation.args),
            alert_card_id=operation.alert_card,
            schedule_id=operation.schedule.id if operation.schedule else None,
            schedule_timing=operation.schedule.timing if operation.schedule else "",
        )
        .returning(table.c.id)
    ).one()
    rows = [
        {"operation_id": row.id, "position": n, **_values(step)}
        for n, step in enumerate(operation.steps)
    ]
    tx.execute(steps.insert(), rows)
    return replace(operation, id=int(row.id))


def get(tx: Tx, id: int, *, state: OperationState) -> Operation | None:
    """Return operation *id* if it is in *state*, else None."""
    query = select(table).where(table.c.id == id, table.c.state == state)
    operations = _read(tx, tx.execute(query).all())
    return operations[0] if operations else None


def state(tx: Tx, id: int) -> OperationState | None:
    """Return the state of operation *id*; None if there is no such operation."""
    stored = tx.execute(select(table.c.state).where(table.c.id == id)).scalar_one_or_none()
    return OperationState(stored) if stored else None


def running(tx: Tx) -> list[Operation]:
    """Return the running operations, oldest first."""
    query = select(table).where(table.c.state == OperationState.RUNNING).order_by(table.c.id)
    return _read(tx, tx.execute(query).all())


def get_locked(tx: Tx, id: int) -> Operation | None:
    """Lock operation *id* until the end of *tx*; return it if it is running.

    It is locked before it is read, so that a concurrent change is committed and seen.
    """
    _lock(tx, id)
    return get(tx, id, state=OperationState.RUNNING)


def is_current(tx: Tx, operation: Operation) -> bool:
    """Return whether *operation* still runs and was not stopped since it was read.

    Locks it until the end of *tx*.
    """
    row = tx.execute(
        select(table.c.state, table.c.stopped_at)
        .where(table.c.id == operation.id)
        .with_for_update()
    ).one()
    return (row.state, row.stopped_at) == (OperationState.RUNNING, operation.stopped_at)


def stop(tx: Tx, operation: Operation) -> None:
    """Save who stopped *operation* and when; its waiting steps can't be claimed any more."""
    change = update(table).where(table.c.id == operation.id)
    values = {"stopped_by": operation.stopped_by, "stopped_at": operation.stopped_at}
    tx.execute(change.values(values))


def transition(
    tx: Tx, id: int, before: OperationState, after: OperationState, now: datetime
) -> bool:
    """Move operation *id* from state *before* to *after*; return False if it wasn't there."""
    statement = update(table).where(table.c.id == id, table.c.state == before)
    finished_at = None if after is OperationState.RUNNING else now
    return tx.execute(statement.values(state=after, finished_at=finished_at)).rowcount == 1


def last_sent(tx: Tx, since: datetime) -> dict[str, datetime]:
    """Return each Space's last call after *since*, in operations unfinished at that time."""
    is_recent = or_(table.c.state == OperationState.RUNNING, table.c.finished_at > since)
    query = select(steps.c.space, steps.c.sent_at).join(table, table.c.id == steps.c.operation_id)
    rows = tx.execute(query.where(is_recent, steps.c.sent_at > since).order_by(steps.c.sent_at))
    return {row.space: row.sent_at for row in rows}


def lock_operations(tx: Tx) -> None:
    """Lock the start of operations until the end of *tx*.

    Of two concurrent requests, the second one must see the operation of the first one.
    """
    if tx.dialect.name == "postgresql":
        tx.execute(text("SELECT pg_advisory_xact_lock(7223202)"))


def set_requester(tx: Tx, operation: Operation) -> None:
    """Save who confirmed *operation*, and when."""
    change = update(table).where(table.c.id == operation.id)
    tx.execute(
        change.values(requested_by=operation.requested_by, requested_at=operation.requested_at)
    )


def leave_alert_card(tx: Tx, id: int) -> None:
    """Save that operation *id* is shown on a card of its own from now on."""
    tx.execute(update(table).where(table.c.id == id).values(alert_card_id=None))


def claim(tx: Tx, operation: int, step: Step) -> bool:
    """Save a waiting *step* as sent; return False if sent already or stopped."""
    if _lock(tx, operation) is not None:
        return False
    change = (
        update(steps)
        .where(_is_step(operation, step.space), steps.c.progress == StepState.WAITING)
        .values(_values(step))
    )
    return tx.execute(change).rowcount == 1


def save_steps(tx: Tx, operation: int, before: Iterable[Step], after: Iterable[Step]) -> None:
    """Save the changed columns of steps, unless a step was changed since it was read.

    Only changed columns, because a sweep and a response of the Hub may update the same step.
    The operation is locked first, because locking steps in two orders would deadlock.
    """
    changes = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    if changes:
        _lock(tx, operation)
    for old, new in changes:
        stored = _values(old)
        changed = {name: value for name, value in _values(new).items() if value != stored[name]}
        tx.execute(
            update(steps)
            .where(
                _is_step(operation, new.space),
                steps.c.progress == old.state,
                steps.c.attempts == old.attempts,
                steps.c.accepted == old.accepted,
            )
            .values(changed)
        )


def _lock(tx: Tx, operation: int) -> datetime | None:
    """Return when *operation* was stopped, if it was.

    Locks it, and by convention its steps, until the end of *tx*.
    """
    query = select(table.c.stopped_at).where(table.c.id == operation).with_for_update()
    return tx.execute(query).scalar()


def _is_step(operation: int, space: str) -> Any:
    return (steps.c.operation_id == operation) & (steps.c.space == space)


def _values(step: Step) -> dict[str, Any]:
    return {
        "space": step.space,
        "progress": step.state,
        "message": step.message,
        "stage": step.stage,
        "stage_before": step.stage_before,
        "sent_at": step.sent_at,
        "accepted": step.accepted,
        "stage_changed": step.stage_changed,
        "attempts": step.attempts,
        "retry_at": step.retry_at,
        "missing_since": step.missing_since,
        "limited_since": step.limited_since,
        "skip_reason": step.skip_reason,
        "busy_with": step.busy_with,
        "unserved_since": step.unserved_since,
        "may_have_been_done": step.may_have_been_done,
        "running_since": step.running_since,
        "is_unready": step.is_unready,
        "is_forbidden": step.is_forbidden,
        "cause": step.cause,
        "wakes_copy": step.wakes_copy,
    }


def _read(tx: Tx, rows: Sequence[Row[Any]]) -> list[Operation]:
    step_rows = tx.execute(
        select(steps)
        .where(steps.c.operation_id.in_([row.id for row in rows]))
        .order_by(steps.c.operation_id, steps.c.position)
    ).all()
    return [_operation(row, [s for s in step_rows if s.operation_id == row.id]) for row in rows]


def _operation(row: Row[Any], step_rows: Sequence[Row[Any]]) -> Operation:
    return Operation(
        verb=Verb(row.verb),
        steps=tuple(_step(step) for step in step_rows),
        requested_by=row.requested_by,
        channel=row.channel,
        requested_at=row.requested_at,
        id=row.id,
        thread=row.thread,
        args=row.args,
        stopped_by=row.stopped_by,
        stopped_at=row.stopped_at,
        alert_card=row.alert_card_id,
        schedule=(
            ScheduleOrigin(row.schedule_id, row.schedule_timing) if row.schedule_id else None
        ),
    )


def _step(row: Row[Any]) -> Step:
    return Step(
        space=row.space,
        state=StepState(row.progress),
        message=row.message,
        stage=row.stage,
        stage_before=row.stage_before,
        sent_at=row.sent_at,
        accepted=row.accepted,
        stage_changed=row.stage_changed,
        attempts=row.attempts,
        retry_at=row.retry_at,
        missing_since=row.missing_since,
        limited_since=row.limited_since,
        skip_reason=SkipReason(row.skip_reason) if row.skip_reason else None,
        busy_with=Verb(row.busy_with) if row.busy_with else None,
        unserved_since=row.unserved_since,
        may_have_been_done=row.may_have_been_done,
        running_since=row.running_since,
        is_unready=row.is_unready,
        is_forbidden=row.is_forbidden,
        cause=CauseId(row.cause) if row.cause else None,
        wakes_copy=row.wakes_copy,
    )
