"""Ending an operation early: what was not sent is left, what was sent is followed to its end."""

from dataclasses import replace
from datetime import datetime

from bot.operations.outcomes import NO_ANSWER, failed, skipped
from bot.operations.steps import Operation, Progress, SkipReason, Step


def stop(operation: Operation, user: str, now: datetime) -> Operation:
    """Return *operation* as *user* has stopped it."""
    return unsent_left(replace(operation, stopped_by=user, stopped_at=now))


def can_be_stopped(operation: Operation) -> bool:
    """Whether any of its steps may still be sent, for the first time or again."""
    return any(_may_be_sent(step) for step in operation.steps)


def unsent_left(operation: Operation) -> Operation:
    """Return *operation*, of which nothing waits to be sent any more if it was stopped."""
    if operation.stopped_at is None:
        return operation
    return replace(operation, steps=tuple(map(_left, operation.steps)))


def _may_be_sent(step: Step) -> bool:
    unanswered = step.progress is Progress.SENT and not step.accepted
    return unanswered or step.progress is Progress.WAITING


def _left(step: Step) -> Step:
    """Settle a waiting step. One in doubt may have been heard, so it isn't called unsent."""
    if step.progress is not Progress.WAITING:
        return step
    if step.is_in_doubt:
        return failed(step, step.note or NO_ANSWER)
    return skipped(step, "stopped before it was sent", SkipReason.STOPPED)
