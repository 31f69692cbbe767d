"""Deadlines: when each Space starts so that it's ready by a time.

A Space is woken 15 minutes earlier than its cold starts demand. So about nine of ten are ready at
the check, 15 minutes before the deadline. The others are still starting, as planned.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.health.record import HealthRecord
from bot.model import Fleet, Space
from bot.operations.cold_starts import LONGEST_COLD_START, Samples, estimate
from bot.operations.outcomes import STEP_TIMEOUT, fail, mark_done
from bot.operations.plan import without_passing_skip
from bot.operations.reasons import SkipReason
from bot.operations.step import DEADLINE_ARGUMENT, Operation, Step, StepState
from bot.operations.verb_spec import VerbSpec
from bot.stages import Condition, describe_stage

#: The time between the check of a deadline and the deadline.
CHECK_BEFORE = timedelta(minutes=15)
#: How long before its deadline the operation begins. It must exceed the longest cold start and
#: `CHECK_BEFORE`, so that each Space can wait for its own time.
DEADLINE_LEAD = LONGEST_COLD_START + CHECK_BEFORE + timedelta(minutes=1)
_ALWAYS_READY = (SkipReason.STATIC,)


def await_other_start(spec: VerbSpec, step: Step, space: Space, now: datetime) -> Step | None:
    """Return *step* if its Space is up without a call; None if it's down.

    The own time of *step* has come. A Space that runs is done once its app answers; one that
    starts is awaited, within a bound.
    """
    if step.attempts:
        return None
    if spec.is_done(space.stage):
        return mark_done(step)
    if not is_awaited(step, space):
        return None
    is_overdue = now - (step.not_before or now) > STEP_TIMEOUT
    return fail(step, f"still {describe_stage(space.stage)}") if is_overdue else step


def is_awaited(step: Step, space: Space | None) -> bool:
    """Return whether the Space of *step* starts already, so that no call is needed."""
    is_planned = step.not_before is not None and not step.attempts
    return is_planned and space is not None and space.condition is Condition.STARTING


class Readiness(StrEnum):
    """How far a Space is on the way to its deadline."""

    READY = "ready"
    STARTING = "starting"
    NEEDS_PERSON = "needs_person"


@dataclass(frozen=True, slots=True)
class Starting:
    """A step whose Space isn't ready yet and needs no person."""

    step: Step
    expected_at: datetime | None = None  # None: it is slow, or its start isn't ours

    @property
    def slow_since(self) -> datetime | None:
        """Return since when it has been starting, if that is longer than usual."""
        is_slow = self.step.state is StepState.SENT and self.expected_at is None
        return self.step.sent_at if is_slow else None


@dataclass(frozen=True, slots=True)
class DeadlineReport:
    """Who is ready, at the check before the deadline or at the deadline."""

    deadline: datetime
    is_final: bool
    ready: tuple[Step, ...]
    starting: tuple[Starting, ...]
    in_need: tuple[Step, ...]  # each needs a person
    is_last_seen: bool = False  # some of its Spaces couldn't be listed now

    @property
    def total(self) -> int:
        """Return the number of all its Spaces."""
        return len(self.ready) + len(self.starting) + len(self.in_need)

    @property
    def are_all_ready(self) -> bool:
        """Return whether nothing is left to do."""
        return len(self.ready) == self.total


def plan_starts(
    operation: Operation, fleet: Fleet, samples: Samples, deadline: datetime
) -> Operation:
    """Return the wake *operation* with a deadline: each step waits until its own time.

    What runs now may be asleep then, so the step decides only at its time.
    """
    steps = tuple(_plan_start(step, fleet, samples, deadline) for step in operation.steps)
    args = {**operation.args, DEADLINE_ARGUMENT: deadline.isoformat()}
    return replace(operation, steps=steps, args=args)


def _plan_start(step: Step, fleet: Fleet, samples: Samples, deadline: datetime) -> Step:
    step = without_passing_skip(step)
    if step.is_finished:
        return step
    cold_start = estimate(fleet[step.space], samples.get(step.space, ()))
    return replace(step, not_before=deadline - CHECK_BEFORE - cold_start)


def first_start(operation: Operation) -> datetime | None:
    """Return when the first step with an own time starts; None without one."""
    times = [step.not_before for step in operation.steps if step.not_before]
    return max(min(times), operation.requested_at) if times else None


def late_steps(operation: Operation) -> tuple[Step, ...]:
    """Return the steps that were requested so late that their Space usually isn't ready."""
    return tuple(
        step
        for step in operation.steps
        if step.not_before and step.not_before + CHECK_BEFORE < operation.requested_at
    )


def is_too_early(operation: Operation, now: datetime) -> bool:
    """Return whether every unfinished step waits for its own time, so that nothing happens."""
    unfinished = [step for step in operation.steps if not step.is_finished]
    return bool(unfinished) and all(step.is_early(now) for step in unfinished)


def first_report_at(operation: Operation) -> datetime | None:
    """Return when the first report about the deadline of *operation* is due; None without one."""
    if operation.deadline is None:
        return None
    check_at = operation.deadline - CHECK_BEFORE
    return check_at if check_at > operation.requested_at else operation.deadline


def next_report_at(operation: Operation, now: datetime) -> datetime | None:
    """Return when the next report after *now* is due; None for no more."""
    is_over = operation.deadline is None or now >= operation.deadline
    return None if is_over else operation.deadline


def make_report(
    operation: Operation, fleet: Fleet, health: Mapping[str, HealthRecord], now: datetime
) -> DeadlineReport:
    """Return the Spaces that are ready for the deadline of *operation*, by *fleet*.

    *health* has the records of apps. A Space that *fleet* lacks is as its step says.
    """
    assert operation.deadline, "only a deadline is reported"
    found: dict[Readiness, list[Step]] = {each: [] for each in Readiness}
    for step in operation.steps:
        space = fleet.get(step.space)
        seen = replace(step, stage=space.stage) if space else step
        found[readiness(step, space, health.get(step.space))].append(seen)
    return DeadlineReport(
        operation.deadline,
        now >= operation.deadline,
        tuple(found[Readiness.READY]),
        tuple(
            Starting(step, expected_at(step, operation.deadline, now))
            for step in found[Readiness.STARTING]
        ),
        tuple(found[Readiness.NEEDS_PERSON]),
    )


def expected_at(step: Step, deadline: datetime, now: datetime) -> datetime | None:
    """Return by when a called Space is usually ready; None if that is over."""
    if step.not_before is None or step.state is not StepState.SENT or step.sent_at is None:
        return None
    cold_start = deadline - CHECK_BEFORE - step.not_before
    expected = step.sent_at + cold_start
    return expected if expected > now else None


def readiness(step: Step, space: Space | None, health: HealthRecord | None) -> Readiness:
    """Return how far the Space of *step* is.

    *space* is None if the Hub didn't list it.
    """
    if step.state is StepState.SKIPPED:
        is_ready = step.skip_reason in _ALWAYS_READY
        return Readiness.READY if is_ready else Readiness.NEEDS_PERSON
    if not step.is_finished:
        return Readiness.STARTING
    if space is None:
        return Readiness.READY if step.state is StepState.DONE else Readiness.NEEDS_PERSON
    if space.condition is Condition.STARTING:
        return Readiness.STARTING
    is_answering = health.verdict.is_ready if health else not step.is_unready
    is_up = space.condition is Condition.RUNNING and is_answering
    return Readiness.READY if is_up else Readiness.NEEDS_PERSON
