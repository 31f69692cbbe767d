"""Waves: an act that interrupts many Spaces reaches one, then a tenth, then the rest.

A wave is sent once the Spaces of the one before are ready. The first new failure holds the rollout
until a person continues or stops it. All of it follows from the stored steps, so that a restart of
the bot at any point never widens a wave.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.model import Fleet, Space
from bot.operations.outcomes import skip_waiting
from bot.operations.reasons import SkipReason
from bot.operations.step import Operation, Rollout, Step, StepState
from bot.stages import Condition, condition

#: An operation that interrupts more Spaces than this goes in waves.
MAX_AT_ONCE = 20
#: A held rollout ends after this time, because people forget what it was about.
HOLD_TIMEOUT = timedelta(hours=24)
_SECOND_WAVE_DIVISOR = 10


def plan_waves(operation: Operation, fleet: Fleet, unready: Collection[str] = ()) -> Operation:
    """Return *operation*, in waves if it interrupts many Spaces.

    Those that are *unready*, because their app doesn't answer, have nothing to lose.
    """
    steps = tuple(replace(s, was_unready=s.space in unready) for s in operation.steps)
    operation = replace(operation, steps=steps)
    waiting = operation.in_state(StepState.WAITING)
    interrupted = [s for s in waiting if s.space in fleet and _is_up(s, fleet[s.space].stage)]
    if not operation.verb.spec.goes_in_waves or len(interrupted) <= MAX_AT_ONCE:
        return operation
    return replace(operation, rollout=Rollout(wave_sizes(len(waiting))))


def wave_sizes(spaces: int) -> tuple[int, int, int]:
    """Return the sizes of the waves of a number of Spaces.

    >>> wave_sizes(60)
    (1, 6, 53)
    """
    second = -(-spaces // _SECOND_WAVE_DIVISOR)
    return 1, second, spaces - 1 - second


def sendable(operation: Operation, due: Iterable[Step]) -> tuple[Step, ...]:
    """Return those of the *due* steps that may be sent now.

    `stage_before` of a due step is the stage now. The first waves take Spaces that run, because
    only those prove that the act is safe.
    """
    if operation.rollout is None:
        return tuple(due)
    if new_failures(operation)[operation.rollout.accepted_failures :]:
        return ()
    room = _room(operation, operation.rollout)
    if room is None:
        return tuple(due)
    begun = begun_steps(operation)
    begun_spaces = {step.space for step in begun}
    again = tuple(step for step in due if step.space in begun_spaces)
    others = [step for step in due if step.space not in begun_spaces]
    is_candidate = any(
        _is_up(step, step.stage) and step.space not in begun_spaces
        for step in operation.in_state(StepState.WAITING)
    )
    if is_candidate or not all(step.is_finished for step in begun):
        return (*again, *[step for step in others if _is_up(step, step.stage_before)][:room])
    return (*again, *others)


def find_stage_before(step: Step, space: Space) -> str:
    """Return the stage that the Space of a due *step* had before its calls.

    That isn't the present one where an unanswered call may be why the Space doesn't run any more.
    Otherwise a wave would take another Space in place of this one.
    """
    ran = condition(step.stage_before) is Condition.RUNNING
    is_effect = space.condition in (Condition.STARTING, Condition.FAILED)
    return step.stage_before if step.may_have_been_done and ran and is_effect else space.stage


def is_limited(operation: Operation) -> bool:
    """Return whether *operation* is in a wave that takes only some of its Spaces."""
    return operation.rollout is not None and _room(operation, operation.rollout) is not None


def _room(operation: Operation, rollout: Rollout) -> int | None:
    """Return how many more Spaces the current wave takes; None in the last one."""
    begun = begun_steps(operation)
    done = sum(step.state is StepState.DONE for step in begun)
    settled = done + min(rollout.accepted_failures, len(new_failures(operation)))
    limit = 0
    for size in rollout.waves[:-1]:
        limit += size
        if settled < limit:
            return max(0, limit - len(begun))
    return None


def begun_steps(operation: Operation) -> list[Step]:
    """Return the steps whose call may have interrupted a Space that ran."""
    return [step for step in operation.steps if _has_begun(step)]


def _has_begun(step: Step) -> bool:
    if not step.attempts or step.is_refused or step.state is StepState.SKIPPED:
        return False
    return _is_up(step, step.stage_before)


def new_failures(operation: Operation) -> Sequence[Step]:
    """Return the failed steps of Spaces that ran before, in order of sending.

    A call that the Hub refused interrupts nothing, so it's none.
    """
    failed = [s for s in begun_steps(operation) if s.state is StepState.FAILED]
    return sorted(failed, key=lambda step: step.sent_at or operation.requested_at)


def is_held(operation: Operation) -> bool:
    """Return whether a new failure holds the steps that weren't sent."""
    return (
        operation.rollout is not None
        and operation.stopped_at is None
        and bool(operation.in_state(StepState.WAITING))
        and len(new_failures(operation)) > operation.rollout.accepted_failures
    )


def is_idle(operation: Operation) -> bool:
    """Return whether *operation* only waits for a person to continue it."""
    is_known = operation.rollout is not None and operation.rollout.held_at is not None
    return is_known and is_held(operation) and not operation.in_state(StepState.SENT)


def hold(operation: Operation, now: datetime) -> Operation:
    """Return *operation*, with the time since which it is held; ended after too long."""
    if operation.rollout is None or not is_held(operation):
        return operation
    since = operation.rollout.held_at or now
    if now - since > HOLD_TIMEOUT:
        steps = tuple(skip_waiting(step, SkipReason.HELD) for step in operation.steps)
        return replace(operation, steps=steps)
    return replace(operation, rollout=replace(operation.rollout, held_at=since))


def resume(operation: Operation, user: str, now: datetime) -> Operation:
    """Return a held *operation* as continued by *user*, who accepts its failures."""
    assert operation.rollout is not None, "only a rollout is held"
    rollout = replace(
        operation.rollout,
        held_at=None,
        accepted_failures=len(new_failures(operation)),
        continued_by=user,
        continued_at=now,
    )
    return replace(operation, rollout=rollout)


def _is_up(step: Step, stage: str) -> bool:
    """Return whether a Space in *stage* works, as far as is known."""
    return condition(stage) is Condition.RUNNING and not step.was_unready
