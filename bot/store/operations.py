"""Operations and their steps as rows, so that they survive a restart."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, or_, select, update

from bot.operations import Operation, OperationState, Step, StepState, Verb
from bot.operations.deadline import first_report_at
from bot.operations.undo import replaced_verbs, replacing_verbs
from bot.store.engine import AdvisoryLock, Tx, chunks, lock
from bot.store.operation_rows import operation_values, read_operations, rollout_values, step_values
from bot.store.schema import operation as table
from bot.store.schema import step as steps

# Built once, because each request or sweep runs them.
_ONE = table.c.id == bindparam("operation")
_IN_STATE = select(table).where(_ONE, table.c.state == bindparam("state"))
_RUNNING = select(table).where(table.c.state == OperationState.RUNNING).order_by(table.c.id)
_HAS_BEGUN = table.c.state.in_((OperationState.RUNNING, OperationState.FINISHED))
_IS_REPORT_DUE = table.c.report_at <= bindparam("now")
_DUE_REPORTS = select(table).where(_IS_REPORT_DUE, _HAS_BEGUN).order_by(table.c.id)
_LOCK = (
    select(table.c.state, table.c.stopped_at, table.c.held_at, table.c.continued_at)
    .where(_ONE)
    .with_for_update()
)
_UPDATE_STEP = update(steps).where(
    steps.c.operation_id == bindparam("operation"),
    steps.c.space == bindparam("name"),
    steps.c.progress == bindparam("progress_before"),
)
_UPDATE_SAME_STEP = _UPDATE_STEP.where(
    steps.c.attempts == bindparam("attempts_before"),
    steps.c.accepted == bindparam("accepted_before"),
)
_IS_RECENT = or_(table.c.state == OperationState.RUNNING, table.c.finished_at > bindparam("since"))
_SENT = select(steps.c.space, steps.c.sent_at).join(table, table.c.id == steps.c.operation_id)
_LAST_SENT = _SENT.where(_IS_RECENT, steps.c.sent_at > bindparam("since")).order_by(steps.c.sent_at)


def add(tx: Tx, operation: Operation, *, state: OperationState) -> Operation:
    """Insert *operation* as proposed or running; return it with its id."""
    row = tx.execute(
        table.insert().values(state=state, **operation_values(operation)).returning(table.c.id)
    ).one()
    rows = [
        {"operation_id": row.id, "position": n, **step_values(step)}
        for n, step in enumerate(operation.steps)
    ]
    tx.execute(steps.insert(), rows)
    return replace(operation, id=int(row.id))


def get(tx: Tx, id: int, *, state: OperationState) -> Operation | None:
    """Return operation *id* if it is in *state*, else None."""
    rows = tx.execute(_IN_STATE, {"operation": id, "state": state}).all()
    operations = read_operations(tx, rows)
    return operations[0] if operations else None


def get_all(tx: Tx, ids: Collection[int]) -> list[Operation]:
    """Return the operations with these *ids*, in any state."""
    query = select(table).where(table.c.id.in_(ids)).order_by(table.c.id)
    return read_operations(tx, tx.execute(query).all())


def find(tx: Tx, id: int) -> tuple[Operation, OperationState] | None:
    """Return operation *id* with its state; None if there is no such operation."""
    rows = tx.execute(select(table).where(table.c.id == id)).all()
    found = read_operations(tx, rows)
    return (found[0], OperationState(rows[0].state)) if found else None


def state(tx: Tx, id: int) -> OperationState | None:
    """Return the state of operation *id*; None if there is no such operation."""
    stored = tx.execute(select(table.c.state).where(table.c.id == id)).scalar_one_or_none()
    return OperationState(stored) if stored else None


def running(tx: Tx) -> list[Operation]:
    """Return the running operations, oldest first."""
    return read_operations(tx, tx.execute(_RUNNING).all())


def get_locked(tx: Tx, id: int) -> Operation | None:
    """Lock operation *id* until the end of *tx*; return it if it is running.

    It is locked before it is read, so that a concurrent change is committed and seen.
    """
    _lock(tx, id)
    return get(tx, id, state=OperationState.RUNNING)


def is_current(tx: Tx, operation: Operation) -> bool:
    """Return whether *operation* runs and was not stopped or continued since it was read.

    Locks it until the end of *tx*.
    """
    row = tx.execute(_LOCK, {"operation": operation.id}).one()
    continued_at = operation.rollout.continued_at if operation.rollout else None
    known = (OperationState.RUNNING, operation.stopped_at, continued_at)
    return (row.state, row.stopped_at, row.continued_at) == known


def save_end(tx: Tx, operation: Operation) -> None:
    """Save who stopped *operation* and when, or which operation put back what it did.

    The waiting steps of a stopped one can't be claimed any more.
    """
    change = update(table).where(table.c.id == operation.id)
    values = {
        "stopped_by": operation.stopped_by,
        "stopped_at": operation.stopped_at,
        "undone_by": operation.undone_by,
    }
    tx.execute(change.values(values))


def save_value_time(tx: Tx, operation: Operation) -> None:
    """Save until when a process has the secret's value of *operation* for sure."""
    change = update(table).where(table.c.id == operation.id)
    tx.execute(change.values(value_until=operation.value_until))


def save_rollout(tx: Tx, operation: Operation) -> None:
    """Save since when the rollout of *operation* is held, or who continued it."""
    change = update(table).where(table.c.id == operation.id)
    tx.execute(change.values(rollout_values(operation)))


def transition(
    tx: Tx, id: int, before: OperationState, after: OperationState, now: datetime
) -> bool:
    """Move operation *id* from state *before* to *after*; return False if it wasn't there."""
    statement = update(table).where(table.c.id == id, table.c.state == before)
    finished_at = None if after is OperationState.RUNNING else now
    return tx.execute(statement.values(state=after, finished_at=finished_at)).rowcount == 1


def due_reports(tx: Tx, now: datetime) -> list[Operation]:
    """Return the operations whose report about their deadline is due."""
    return read_operations(tx, tx.execute(_DUE_REPORTS, {"now": now}).all())


def claim_report(tx: Tx, id: int, now: datetime, following: datetime | None) -> bool:
    """Move the report of operation *id* to its *following* time; return False if it's taken."""
    change = update(table).where(table.c.id == id, table.c.report_at <= now)
    return tx.execute(change.values(report_at=following)).rowcount == 1


def replaced_by(tx: Tx, later: Operation, since: datetime) -> list[Operation]:
    """Return the operations since *since* that *later* may have put back, oldest first."""
    is_earlier = (table.c.id < later.id) & (table.c.finished_at >= since)
    is_open = table.c.undone_by.is_(None)
    return _finished_on(tx, later.spaces, replaced_verbs(later.verb), is_earlier & is_open)


def replacing(tx: Tx, earlier: Operation) -> list[Operation]:
    """Return the operations that may have put back what *earlier* changed, oldest first."""
    is_later = table.c.id > earlier.id
    return _finished_on(tx, earlier.spaces, replacing_verbs(earlier.verb), is_later)


def _finished_on(
    tx: Tx, spaces: Collection[str], verbs: Collection[Verb], condition: ColumnElement[bool]
) -> list[Operation]:
    """Return the finished operations of *verbs* with a step on one of *spaces*."""
    is_finished = (table.c.state == OperationState.FINISHED) & table.c.verb.in_(sorted(verbs))
    query = select(steps.c.operation_id).join(table, table.c.id == steps.c.operation_id)
    ids: set[int] = set()
    for chunk in chunks(sorted(spaces) if verbs else ()):
        found = query.where(is_finished, condition, steps.c.space.in_(chunk))
        ids |= set(tx.execute(found).scalars())
    return get_all(tx, ids) if ids else []


def last_sent(tx: Tx, since: datetime) -> dict[str, datetime]:
    """Return each Space's last call after *since*, in operations unfinished at that time."""
    return {row.space: row.sent_at for row in tx.execute(_LAST_SENT, {"since": since})}


def lock_operations(tx: Tx) -> None:
    """Lock the start of operations until the end of *tx*.

    Of two concurrent requests, the second one must see the operation of the first one.
    """
    lock(tx, AdvisoryLock.OPERATIONS)


def set_requester(tx: Tx, operation: Operation) -> None:
    """Save who confirmed *operation*, and when."""
    change = update(table).where(table.c.id == operation.id)
    tx.execute(
        change.values(
            requested_by=operation.requested_by,
            requested_at=operation.requested_at,
            report_at=first_report_at(operation),
        )
    )


def leave_alert_card(tx: Tx, id: int) -> None:
    """Save that operation *id* is shown on a card of its own from now on."""
    tx.execute(update(table).where(table.c.id == id).values(alert_card_id=None))


def rename(tx: Tx, old: str, new: str) -> None:
    """Rename a Space in finished operations, which an undo puts back by its present name."""
    finished = select(table.c.id).where(table.c.state == OperationState.FINISHED)
    with_new = select(steps.c.operation_id).where(steps.c.space == new)
    is_step = (steps.c.space == old) & steps.c.operation_id.in_(finished)
    change = update(steps).where(is_step, steps.c.operation_id.not_in(with_new))
    tx.execute(change.values(space=new))


def claim(tx: Tx, operation: int, step: Step) -> bool:
    """Save a waiting *step* as sent; return False if sent already, stopped or held."""
    if _lock(tx, operation):
        return False
    where = {"operation": operation, "name": step.space, "progress_before": StepState.WAITING}
    return tx.execute(_UPDATE_STEP, {**where, **step_values(step)}).rowcount == 1


def save_steps(tx: Tx, operation: int, before: Iterable[Step], after: Iterable[Step]) -> bool:
    """Save the changed columns of steps; return False if one changed since its read.

    That one stays as it is. Only changed columns, because a sweep and a response of the Hub may
    update the same step. The operation is locked first, because locking steps in two orders would
    deadlock.
    """
    changes = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    if changes:
        _lock(tx, operation)
    saved = 0
    for old, new in changes:
        stored = step_values(old)
        changed = {name: value for name, value in step_values(new).items() if value != stored[name]}
        where = {
            "operation": operation,
            "name": new.space,
            "progress_before": old.state,
            "attempts_before": old.attempts,
            "accepted_before": old.accepted,
        }
        saved += tx.execute(_UPDATE_SAME_STEP, {**where, **changed}).rowcount
    return saved == len(changes)


def _lock(tx: Tx, operation: int) -> bool:
    """Lock *operation*; return whether it was stopped, or a failure holds it.

    By convention that locks its steps too, until the end of *tx*.
    """
    row = tx.execute(_LOCK, {"operation": operation}).one_or_none()
    return row is not None and (row.stopped_at or row.held_at) is not None
