"""Counts of an operation's steps in words, shared by its card and its replies."""

from collections.abc import Sequence
from datetime import datetime

from bot.operations import NEEDLESS, Operation, SkipReason, Step, StepState
from bot.parsing import NameIndex
from bot.render import formatting
from bot.render.blocks import user_mention


def stopped_by(operation: Operation) -> str:
    """Return the note that names the person who stopped *operation*."""
    return f"stopped by {user_mention(operation.stopped_by or '')}"


def stopped_head(operation: Operation) -> str:
    """Return the headline of a stopped operation."""
    return f"{operation.verb.spec.phrases.noun} stopped: {stop_counts(operation)}"


def stop_counts(operation: Operation) -> str:
    """Return the counts after a stop: `12 done, 3 in progress, 15 not sent`."""
    counts = [
        (len(operation.in_state(StepState.SENT)), "in progress"),
        (len(operation.in_state(StepState.FAILED)), "failed"),
        (len(operation.skipped_for(SkipReason.STOPPED)), "not sent"),
    ]
    done = f"{len(operation.in_state(StepState.DONE))} done"
    return ", ".join([done, *(f"{number} {what}" for number, what in counts if number)])


def running_head(operation: Operation) -> str:
    """Return the headline of an operation in progress."""
    if operation.stopped_by:
        return stopped_head(operation)
    skipped = len(operation.in_state(StepState.SKIPPED))
    doing = operation.verb.spec.phrases.progressive
    return f"{doing} {formatting.count(len(operation.steps) - skipped, 'Space')}"


def ended_head(operation: Operation, now: datetime) -> str:
    """Return the headline of a finished operation, with its counts and duration."""
    if operation.stopped_by:
        return " · ".join([stopped_head(operation), *skipped_counts(operation)])
    done = len(operation.in_state(StepState.DONE))
    failed = len(operation.in_state(StepState.FAILED))
    requested_count = len(operation.steps) - len(operation.in_state(StepState.SKIPPED))
    phrases, elapsed = (
        operation.verb.spec.phrases,
        formatting.duration(now - operation.requested_at),
    )
    result = (
        f"{done} of {requested_count} {done_word(operation)} after {elapsed}"
        if requested_count
        else "nothing was done"
    )
    parts = [f"{phrases.noun}: {result}"]
    parts += [formatting.count(failed, "problem")] if failed else []
    return " · ".join([*parts, *skipped_counts(operation)])


def skipped_counts(operation: Operation) -> list[str]:
    """Return the counts of skipped steps by reason."""
    busy, unknown = len(busy_steps(operation)), len(unknown_steps(operation))
    unneeded = len(operation.skipped_for(*NEEDLESS)) - unknown
    counts = [
        (unneeded, "needed nothing"),
        (busy, "busy and left alone"),
        (unknown, "in an unknown stage"),
    ]
    return [f"{number} {what}" for number, what in counts if number]


def done_word(operation: Operation) -> str:
    """Return what a Space is after a done step: "up", "on t4-small"."""
    return operation.verb.spec.phrases.completed.format_map(operation.args)


def tally(operation: Operation) -> str:
    """Return the counts of steps by state: `3 up · 1 failed`."""
    sent = operation.in_state(StepState.SENT)
    counts = [
        (len(operation.in_state(StepState.DONE)), done_word(operation)),
        (len(sent), "on the way"),
        (len(operation.in_state(StepState.WAITING)), "waiting"),
        (len(operation.in_state(StepState.FAILED)), "failed"),
    ]
    parts = [f"{number} {what}" for number, what in counts if number]
    return " · ".join([*parts, *skipped_counts(operation)])


def busy_steps(operation: Operation) -> tuple[Step, ...]:
    """Return the steps skipped because another operation was working on their Space."""
    return operation.skipped_for(SkipReason.BUSY)


def unknown_steps(operation: Operation) -> tuple[Step, ...]:
    """Return the steps of a wake skipped because of an unknown stage.

    A person must look at these Spaces, because the bot can't tell what they need.
    """
    return operation.skipped_for(SkipReason.UNKNOWN_STAGE)


def named_steps(steps: Sequence[Step], names: NameIndex) -> str:
    """Return the short names of the Spaces of *steps* as a list in words."""
    return formatting.join_names([names.short_name(step.space) for step in steps])
