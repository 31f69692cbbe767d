"""
Plans of operations before anything is sent: steps, risk and available calls.

A risk is what a person confirms: the act interrupts people, or it may, or it costs money.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.hub_facts import RESERVE, Flavor, RateBudget
from bot.model import Fleet, Space, owner_of
from bot.operations.outcomes import can_be_sent, skip
from bot.operations.reasons import Args, SkipReason
from bot.operations.step import Operation, Step, StepState
from bot.operations.verbs import SECRET_VERBS, VARIABLE_VERBS, Verb
from bot.operations.waves import is_held
from bot.stages import Condition

# A wake or a visit changes nothing about a Space that runs.
_HARMLESS = (Verb.WAKE, Verb.VISIT)
_MAY_INTERRUPT = (Verb.RESTART, Verb.REBUILD)
_PASSING_REASONS = (
    SkipReason.ALREADY_UP,
    SkipReason.NOT_ANSWERING,
    SkipReason.ALREADY_STARTING,
    SkipReason.BUSY,
)


def plan(
    verb: Verb,
    spaces: Iterable[str],
    fleet: Fleet,
    busy: Mapping[str, Verb],
    args: Args | None = None,
    *,
    unready: Collection[str] = (),
) -> list[Step]:
    """Return one step for each of *spaces*, skipped where there is nothing to do.

    *busy* maps a Space to what another operation is doing to it now. The apps of *unready* Spaces
    don't answer.
    """
    steps = [plan_step(verb, space, fleet.get(space), busy, args or {}) for space in spaces]
    return [_mark_unready(step) if step.space in unready else step for step in steps]


def _mark_unready(step: Step) -> Step:
    """Return *step*, if skipped as running, with the reason that its app doesn't answer."""
    is_up = step.skip_reason is SkipReason.ALREADY_UP
    return skip(step, SkipReason.NOT_ANSWERING) if is_up else step


def busy(running: Iterable[Operation], now: datetime) -> dict[str, Verb]:
    """Return, by Space, what a running operation is doing to it at *now*.

    A held rollout does nothing to the Spaces that it hasn't reached, and neither does a step whose
    own time is to come.
    """
    return {
        step.space: operation.verb
        for operation in running
        for step in _unfinished(operation)
        if not step.is_early(now)
    }


def _unfinished(operation: Operation) -> Iterable[Step]:
    left = is_held(operation)
    states = (StepState.SENT,) if left else (StepState.SENT, StepState.WAITING)
    return operation.in_state(*states)


def find_equivalent(requested: Operation, running: Iterable[Operation]) -> Operation | None:
    """Return the running operation that already does all of *requested*; else None.

    A stopped operation never matches, because it sends nothing more. Neither does one on a secret,
    because its value may be another.
    """
    if requested.verb.spec.needs_value:
        return None
    for operation in running:
        is_same_work = (operation.verb, operation.args) == (requested.verb, requested.args)
        if (
            is_same_work
            and not operation.stopped_at
            and set(requested.spaces) <= set(operation.spaces)
        ):
            return operation
    return None


def replaces(new: Operation, held: Operation) -> bool:
    """Return whether *new* changes a variable or a secret that *held* waits to change.

    Nobody can see which of the two values an old card would set.
    """
    waiting = {step.space for step in held.in_state(StepState.WAITING)}
    return _changes_same_key(new, held) and not waiting.isdisjoint(new.affected)


def competing(requested: Operation, running: Iterable[Operation]) -> dict[str, int]:
    """Return, by Space, the *running* operation whose calls would overwrite *requested*."""
    return {
        step.space: operation.id
        for operation in running
        if _changes_same_key(requested, operation) and not is_held(operation)
        for step in operation.steps
        if can_be_sent(step)
    }


def _changes_same_key(one: Operation, other: Operation) -> bool:
    is_same_kind = any({one.verb, other.verb} <= verbs for verbs in (VARIABLE_VERBS, SECRET_VERBS))
    return is_same_kind and one.args["key"] == other.args["key"]


def plan_step(
    verb: Verb, id: str, space: Space | None, busy: Mapping[str, Verb], args: Args
) -> Step:
    """Return the step of *verb* on one Space, skipped where there is nothing to do."""
    step = Step(id, stage=space.stage if space else "")
    if id in busy:
        return skip(step, SkipReason.BUSY, busy[id])
    reason = verb.spec.skip_reason(space, args) if space else None
    return skip(step, reason) if reason else step


def without_passing_skip(step: Step) -> Step:
    """Return *step*, waiting if its reason to be skipped may pass."""
    if step.skip_reason not in _PASSING_REASONS:
        return step
    return replace(step, state=StepState.WAITING, skip_reason=None, busy_with=None)


def pausable(fleet: Fleet, owner: str = "") -> list[str]:
    """Return the Spaces of *owner*, or of all owners, whose pause would free hardware, sorted."""
    using = (Condition.RUNNING, Condition.STARTING)
    return sorted(
        id
        for id, space in fleet.items()
        if space.condition in using and not space.is_static and owner in ("", owner_of(id))
    )


def exhausted_window(window: RateBudget | None, now: datetime) -> RateBudget | None:
    """Return the Hub's rate-limit *window* if only the reserve is left of it; else None."""
    if window and now < window.resets_at and window.remaining <= RESERVE:
        return window
    return None


@dataclass(frozen=True, slots=True)
class Risk:
    """What a person should know before an act on *spaces*."""

    verb: Verb
    spaces: tuple[Space, ...]
    is_interruption: bool = False
    unknown: tuple[Space, ...] = ()  # in a stage that doesn't say whether people use them
    paid: tuple[Space, ...] = ()  # whose paid hardware starts

    @property
    def running(self) -> tuple[Space, ...]:
        """Return the Spaces that run now."""
        return _running(self.spaces)


def assess(verb: Verb, spaces: Sequence[Space]) -> Risk | None:
    """Return the risk of *verb* on *spaces*; None if it needs no confirmation."""
    running = _running(spaces)
    is_interruption = verb is Verb.PAUSE or (verb not in _HARMLESS and bool(running))
    unknown = [space for space in spaces if space.condition is Condition.UNKNOWN]
    paid = [space for space in spaces if space.is_paid and verb is not Verb.PAUSE]
    risk = Risk(
        verb,
        tuple(spaces),
        is_interruption,
        tuple(unknown) if verb in _MAY_INTERRUPT else (),
        tuple(paid),
    )
    return risk if risk.is_interruption or risk.unknown or risk.paid else None


def needs_confirmation(flavor: Flavor, spaces: Sequence[Space]) -> bool:
    """Return whether a move of *spaces* to *flavor* interrupts people or costs money."""
    return bool(_running(spaces)) or flavor.dollars_per_hour > 0


def _running(spaces: Sequence[Space]) -> tuple[Space, ...]:
    return tuple(space for space in spaces if space.condition is Condition.RUNNING)
