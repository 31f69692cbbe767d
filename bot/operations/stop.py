"""Stops an operation early: unsent steps are skipped, sent ones are followed to their end."""

from dataclasses import replace
from datetime import datetime

from bot.operations.outcomes import NO_RESPONSE, fail, skip
from bot.operations.reasons import SkipReason
from bot.operations.step import Operation, Step, StepState


def stop(operation: Operation, user: str, now: datetime) -> Operation:
    """Return *operation* as stopped by *user*."""
    return skip_unsent(replace(operation, stopped_by=user, stopped_at=now))


def can_be_stopped(operation: Operation) -> bool:
    """Return whether any step of *operation* may still be sent, first or again."""
    return any(_can_be_sent(step) for step in operation.steps)


def skip_unsent(operation: Operation) -> Operation:
    """Return *operation* without waiting steps if it was stopped; else unchanged."""
    if operation.stopped_at is None:
        return operation
    return replace(operation, steps=tuple(map(_skip_step, operation.steps)))


def _can_be_sent(step: Step) -> bool:
    is_unanswered = step.state is StepState.SENT and not step.accepted
    return is_unanswered or step.state is StepState.WAITING


def _skip_step(step: Step) -> Step:
    """Return a waiting step as skipped.

    It fails instead if its outcome is unknown, because the Hub may have executed it.
    """
    if step.state is not StepState.WAITING:
        return step
    if step.may_have_been_done:
        return fail(step, step.message or NO_RESPONSE)
    return skip(step, SkipReason.STOPPED)
