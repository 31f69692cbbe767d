"""What is said of an operation in numbers: the words that its card and its replies share."""

from collections.abc import Sequence
from datetime import datetime

from bot.model import Condition, condition
from bot.operations import Operation, Progress, SkipReason, Step, Verb
from bot.parsing import Names
from bot.render import words
from bot.render.blocks import person


def stopped_by(operation: Operation) -> str:
    return f"stopped by {person(operation.stopped_by or '')}"


def stopped_head(operation: Operation) -> str:
    return f"{operation.verb.rule.words.noun} stopped: {stop_counts(operation)}"


def stop_counts(operation: Operation) -> str:
    """Count what a stop has left: `12 done, 3 in progress, 15 not sent`."""
    counts = [
        (len(operation.having(Progress.SENT)), "in progress"),
        (len(operation.having(Progress.FAILED)), "failed"),
        (len(operation.skipped(SkipReason.STOPPED)), "not sent"),
    ]
    done = f"{len(operation.having(Progress.DONE))} done"
    return ", ".join([done, *(f"{number} {what}" for number, what in counts if number)])


def running_head(operation: Operation) -> str:
    if operation.stopped_by:
        return stopped_head(operation)
    skipped = len(operation.having(Progress.SKIPPED))
    doing = operation.verb.rule.words.doing
    return f"{doing} {words.count(len(operation.steps) - skipped, 'Space')}"


def ended_head(operation: Operation, now: datetime) -> str:
    if operation.stopped_by:
        return " · ".join([stopped_head(operation), *skipped_counts(operation)])
    done = len(operation.having(Progress.DONE))
    failed = len(operation.having(Progress.FAILED))
    asked = len(operation.steps) - len(operation.having(Progress.SKIPPED))
    said, took = operation.verb.rule.words, words.span(now - operation.asked_at)
    went = f"{done} of {asked} {done_word(operation)} after {took}" if asked else "nothing was done"
    parts = [f"{said.noun}: {went}"]
    parts += [words.count(failed, "problem")] if failed else []
    return " · ".join([*parts, *skipped_counts(operation)])


def skipped_counts(operation: Operation) -> list[str]:
    """Count what was not done, by why: only some of it needed nothing."""
    left, unknown = len(busy_steps(operation)), len(unknown_steps(operation))
    needless = len(operation.skipped(SkipReason.NOT_NEEDED)) - unknown
    counts = [
        (needless, "needed nothing"),
        (left, "busy and left alone"),
        (unknown, "in an unknown stage"),
    ]
    return [f"{number} {what}" for number, what in counts if number]


def done_word(operation: Operation) -> str:
    """Say what a Space is once its step is done: "up", "on t4-small"."""
    return operation.verb.rule.words.done.format_map(operation.args)


def tally(operation: Operation) -> str:
    sent = operation.having(Progress.SENT)
    counts = [
        (len(operation.having(Progress.DONE)), done_word(operation)),
        (len(sent), "on the way"),
        (len(operation.having(Progress.WAITING)), "waiting"),
        (len(operation.having(Progress.FAILED)), "failed"),
    ]
    said = [f"{number} {what}" for number, what in counts if number]
    return " · ".join([*said, *skipped_counts(operation)])


def busy_steps(operation: Operation) -> tuple[Step, ...]:
    """Return what another operation had in hand, so that it was not touched."""
    return operation.skipped(SkipReason.BUSY)


def unknown_steps(operation: Operation) -> tuple[Step, ...]:
    """Return what was not woken because nobody knows its stage: a person must look."""
    if operation.verb is not Verb.WAKE:
        return ()
    needless = operation.skipped(SkipReason.NOT_NEEDED)
    return tuple(s for s in needless if s.stage and condition(s.stage) is Condition.UNKNOWN)


def named_steps(steps: Sequence[Step], names: Names) -> str:
    return words.listed([names.short(step.space) for step in steps])
