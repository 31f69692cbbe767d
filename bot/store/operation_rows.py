"""Operations and steps from their rows, and the values of their columns."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import Row, bindparam, select

from bot.causes import CauseId
from bot.operations import (
    Operation,
    Rollout,
    ScheduleOrigin,
    SkipReason,
    Step,
    StepState,
    Verb,
)
from bot.operations.deadline import first_report_at
from bot.store.engine import Tx
from bot.store.schema import step as steps

# The fields of a step that have a column of their own name; `state` is the column `progress`.
_STEP_FIELDS = tuple(field.name for field in fields(Step) if field.name != "state")
# A row of it is unpacked, because a column by its name takes longer than the rest of a step.
_STEPS = (
    select(steps.c.operation_id, steps.c.progress, *(steps.c[name] for name in _STEP_FIELDS))
    .where(steps.c.operation_id.in_(bindparam("ids", expanding=True)))
    .order_by(steps.c.operation_id, steps.c.position)
)
_ENUMS = {"skip_reason": SkipReason, "busy_with": Verb, "cause": CauseId}


def operation_values(operation: Operation) -> dict[str, Any]:
    """Return the columns of a new *operation*, without its state."""
    return {
        "verb": operation.verb,
        "requested_by": operation.requested_by,
        "channel": operation.channel,
        "thread": operation.thread,
        "requested_at": operation.requested_at,
        "args": dict(operation.args),
        "alert_card_id": operation.alert_card,
        "schedule_id": operation.schedule.id if operation.schedule else None,
        "schedule_timing": operation.schedule.timing if operation.schedule else "",
        "report_at": first_report_at(operation),
        "value_until": operation.value_until,
        **rollout_values(operation),
    }


def rollout_values(operation: Operation) -> dict[str, Any]:
    """Return the columns of the rollout of *operation*."""
    rollout = operation.rollout
    if rollout is None:
        return {"waves": None}
    return {
        "waves": list(rollout.waves),
        "held_at": rollout.held_at,
        "accepted_failures": rollout.accepted_failures,
        "continued_by": rollout.continued_by,
        "continued_at": rollout.continued_at,
    }


def step_values(step: Step) -> dict[str, Any]:
    """Return the columns of *step*, without those that identify it in its operation."""
    values = {name: getattr(step, name) for name in _STEP_FIELDS}
    return {**values, "progress": step.state}


def read_operations(tx: Tx, rows: Sequence[Row[Any]]) -> list[Operation]:
    """Return the operations of *rows*, each with its steps."""
    if not rows:  # as for most requests: none is running
        return []
    steps_of: dict[int, list[Step]] = defaultdict(list)
    for operation_id, progress, *values in tx.execute(_STEPS, {"ids": [row.id for row in rows]}):
        steps_of[operation_id].append(_step(progress, values))
    return [_operation(row, steps_of[row.id]) for row in rows]


def _operation(row: Row[Any], steps: Sequence[Step]) -> Operation:
    return Operation(
        verb=Verb(row.verb),
        steps=tuple(steps),
        requested_by=row.requested_by,
        channel=row.channel,
        requested_at=row.requested_at,
        id=row.id,
        thread=row.thread,
        args=row.args,
        stopped_by=row.stopped_by,
        stopped_at=row.stopped_at,
        undone_by=row.undone_by,
        alert_card=row.alert_card_id,
        schedule=(
            ScheduleOrigin(row.schedule_id, row.schedule_timing) if row.schedule_id else None
        ),
        rollout=_rollout(row) if row.waves else None,
        value_until=row.value_until,
    )


def _rollout(row: Row[Any]) -> Rollout:
    return Rollout(
        tuple(row.waves), row.held_at, row.accepted_failures, row.continued_by, row.continued_at
    )


def _step(progress: str, row_values: Sequence[Any]) -> Step:
    values = dict(zip(_STEP_FIELDS, row_values, strict=True))
    for name, enum in _ENUMS.items():
        if values[name]:
            values[name] = enum(values[name])
    return Step(**values, state=StepState(progress))
