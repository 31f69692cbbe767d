"""Lost values: an operation on a secret ends once no process has its value.

The value is in the memory of the process that took it from the form, which says so in the row of
the operation again and again. A secret's value is never stored.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.operations.outcomes import can_be_stopped, skip_waiting
from bot.operations.reasons import SkipReason
from bot.operations.step import Operation, StepState

#: A process without a sign of life for this time has died, and the value with it. It must exceed
#: the interval of the job that gives it, and a short outage of the database.
VALUE_TTL = timedelta(seconds=60)
_RENEW_BEFORE = VALUE_TTL - timedelta(seconds=15)


def renew_value(operation: Operation, now: datetime) -> Operation:
    """Return *operation* as one whose value a process has at *now*."""
    return replace(operation, value_until=now + VALUE_TTL)


def needs_renewal(operation: Operation, now: datetime) -> bool:
    """Return whether the process with the value should say again that it has it."""
    return operation.value_until is None or operation.value_until - now < _RENEW_BEFORE


def still_needs_value(operation: Operation) -> bool:
    """Return whether a call of *operation* may still need the secret's value."""
    return operation.verb.spec.needs_value and can_be_stopped(operation)


def has_lost_value(operation: Operation, now: datetime) -> bool:
    """Return whether *operation* waits for a value that no process has any more."""
    is_waiting = operation.verb.spec.needs_value and operation.in_state(StepState.WAITING)
    until = operation.value_until
    return bool(is_waiting) and (until is None or until < now)


def end_without_value(operation: Operation) -> Operation:
    """Return *operation* without its waiting steps, which can't be sent any more."""
    steps = tuple(skip_waiting(step, SkipReason.VALUE_LOST) for step in operation.steps)
    return replace(operation, steps=steps)
