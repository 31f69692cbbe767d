"""Evaluation of a sweep: previous state and observation in, changes to store out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.alerts import flapping
from bot.alerts.flapping import Flip
from bot.alerts.incident import Incident, IncidentEvent, IncidentUpdate
from bot.alerts.lifecycle import (
    apply_observation,
    close_replaced,
    close_unowned,
    mark_missing,
    open_incident,
    open_missing,
)
from bot.alerts.observation import FleetObservation, Observation, apply_renames
from bot.alerts.problems import (
    MISSING_STAGE,
    ProblemKind,
    StuckReason,
    TrackedSpace,
    find_problem,
    stuck_reason,
    track,
)
from bot.alerts.reasons import Reason, ReasonCode
from bot.alerts.routing import RoutingTable
from bot.health.record import HealthRecord
from bot.health.verdict import describe_problem
from bot.model import Space, owner_of
from bot.stages import Condition

_STUCK_ERRORS = {
    StuckReason.LOOP: "it builds and starts in turn, and never runs",
    StuckReason.BEHIND: "its newest commit isn't served",
}


@dataclass(frozen=True, slots=True)
class PreviousState:
    """The stored state before a sweep."""

    spaces: Mapping[str, TrackedSpace]
    incidents: Mapping[str, Incident]  # open, by Space
    flips: Mapping[str, Sequence[Flip]]  # recent flips by Space
    routing: RoutingTable
    owners: frozenset[str]
    #: Owner → the last sweep before a gap.
    gaps: Mapping[str, datetime] = field(default_factory=dict)
    new_owners: frozenset[str] = frozenset()  # owners without a sweep so far
    #: Space → the last call of an operation to the Hub.
    sent: Mapping[str, datetime] = field(default_factory=dict)
    deleted: frozenset[str] = frozenset()  # Spaces that the bot was asked to delete lately
    health: Mapping[str, HealthRecord] = field(default_factory=dict)  # of probed Spaces


@dataclass(frozen=True, slots=True)
class Transition:
    """One confirmed stage change and the reasons for its decision."""

    space: str
    before: str | None
    after: str
    reasons: tuple[Reason, ...]
    flips: bool = False
    by_operation: bool = False  # an operation caused it, if it flips


@dataclass(slots=True)
class SweepDecision:
    """Everything that a sweep stores."""

    tracked: list[TrackedSpace] = field(default_factory=list)  # changed or new
    dropped: list[str] = field(default_factory=list)  # ids to delete
    renamed: dict[str, str] = field(default_factory=dict)
    transitions: list[Transition] = field(default_factory=list)
    updates: list[IncidentUpdate] = field(default_factory=list)


def evaluate_sweep(
    previous: PreviousState, observation: FleetObservation, now: datetime
) -> SweepDecision:
    """Return the decision about *observation*, compared with *previous*."""
    decision = SweepDecision(renamed=dict(observation.renamed))
    previous = _apply_renames(previous, decision, now)
    for space in observation.spaces.values():
        _evaluate(space, previous, observation, now, decision)
    _evaluate_missing(previous, observation, now, decision)
    return decision


def _evaluate(
    space: Space,
    previous: PreviousState,
    observation: FleetObservation,
    now: datetime,
    decision: SweepDecision,
) -> None:
    before, incident = previous.spaces.get(space.id), previous.incidents.get(space.id)
    owner = owner_of(space.id)
    is_first, is_gap = owner in previous.new_owners, owner in previous.gaps
    after = track(before, space, now, is_first=is_first, is_gap=is_gap)
    if after is not before:
        decision.tracked.append(after)
    record = previous.health.get(space.id)
    problem = find_problem(after, now, record, incident.problem if incident else None)
    if problem is None and incident is None and before and before.space.stage == space.stage:
        return
    error = _describe_error(after, problem, record, now)
    shown = space if error == space.error else replace(space, error=error)
    observed = _observe(shown, problem, previous, observation, now)
    update = _update(observed, incident)
    if update:
        decision.updates.append(update)
    if update or before is None or before.space.stage != space.stage:
        decision.transitions.append(_transition(before, observed, update))


def _describe_error(
    tracked: TrackedSpace, problem: ProblemKind | None, record: HealthRecord | None, now: datetime
) -> str:
    """Return the Hub's error, or what the stage doesn't say about *problem*."""
    if problem is ProblemKind.UNRESPONSIVE and record:
        return describe_problem(record.verdict)
    if problem is ProblemKind.STUCK and not tracked.space.error:
        reason = stuck_reason(tracked, now)
        return _STUCK_ERRORS.get(reason, "") if reason else ""
    return tracked.space.error


def _observe(
    space: Space,
    problem: ProblemKind | None,
    previous: PreviousState,
    observation: FleetObservation,
    now: datetime,
) -> Observation:
    is_routed = previous.routing.is_routed(space.id, problem)
    flips = previous.flips.get(space.id, ())
    return Observation(
        space,
        problem if is_routed else None,
        now,
        flips,
        flapping.is_by_operation(flips, previous.sent.get(space.id), now),
        previous.gaps.get(owner_of(space.id)),
        unrouted_problem=None if is_routed else problem,
        is_without_class=previous.routing.is_silent(space.id, problem),
        is_confirmed=space.id in observation.confirmed,
    )


def _update(observation: Observation, incident: Incident | None) -> IncidentUpdate | None:
    return apply_observation(incident, observation) if incident else open_incident(observation)


def _transition(
    before: TrackedSpace | None, observed: Observation, update: IncidentUpdate | None
) -> Transition:
    space, stage_before = observed.space, before.space.stage if before else None
    reason = update.reason if update else _reason_of_change(before, observed)
    return Transition(
        space.id,
        stage_before,
        space.stage,
        (reason,),
        flips=update is not None and update.flips,
        by_operation=observed.is_by_operation,
    )


def _reason_of_change(before: TrackedSpace | None, observed: Observation) -> Reason:
    """Return why a change of stage caused no update of an incident."""
    problem = observed.problem or observed.unrouted_problem
    if problem is None and observed.space.condition is Condition.EMPTY:
        return Reason(ReasonCode.EMPTY)
    if before is None:
        return Reason(ReasonCode.FIRST_SEEN)
    if observed.is_without_class:
        return Reason(ReasonCode.NO_CLASS)
    if problem:
        return Reason(ReasonCode.UNROUTED_PROBLEM, problem)
    is_starting = observed.space.condition is Condition.STARTING
    return Reason(ReasonCode.STARTING if is_starting else ReasonCode.NO_PROBLEM)


def _evaluate_missing(
    previous: PreviousState, observation: FleetObservation, now: datetime, decision: SweepDecision
) -> None:
    """Add the missing Spaces and orphaned incidents to *decision*."""
    for id in sorted(observation.missing):
        decision.dropped.append(id)
        if update := _open_if_missing(previous.spaces[id].space, previous, now):
            decision.updates.append(update)
        reason = update.reason if update else Reason(ReasonCode.DELETION_EXPECTED)
        before = previous.spaces[id].space.stage
        decision.transitions.append(Transition(id, before, MISSING_STAGE, (reason,)))
    decision.updates += _orphaned_incidents(previous, observation, now)
    decision.dropped += [id for id in previous.spaces if owner_of(id) not in previous.owners]


def _open_if_missing(space: Space, previous: PreviousState, now: datetime) -> IncidentUpdate | None:
    if incident := previous.incidents.get(space.id):
        return mark_missing(incident, now)
    expected = space.condition is Condition.DELETING or space.id in previous.deleted
    is_routed = previous.routing.is_routed(space.id, ProblemKind.MISSING)
    return open_missing(space, now) if is_routed and not expected else None


def _orphaned_incidents(
    previous: PreviousState, observation: FleetObservation, now: datetime
) -> Iterator[IncidentUpdate]:
    """Yield updates of open incidents whose Space isn't tracked or no longer ours."""
    for id, incident in previous.incidents.items():
        if owner_of(id) not in previous.owners:
            yield close_unowned(incident, now)
            continue
        unknown = id not in previous.spaces and id not in observation.spaces
        if (
            unknown
            and owner_of(id) not in observation.unavailable
            and (update := mark_missing(incident, now))
        ):
            yield update


def _apply_renames(
    previous: PreviousState, decision: SweepDecision, now: datetime
) -> PreviousState:
    """Return *previous* under the new names; add the renames to *decision*."""
    spaces = apply_renames(previous.spaces, decision.renamed)
    incidents = dict(previous.incidents)
    for old, new in decision.renamed.items():
        reason = Reason(ReasonCode.RENAMED, space=old)
        stage = spaces[new].space.stage
        decision.transitions.append(Transition(new, stage, stage, (reason,)))
        # Closed before the renamed one is saved, because a name has at most one open incident.
        if before := incidents.pop(new, None):
            decision.updates.append(close_replaced(before, old, now))
        if incident := incidents.pop(old, None):
            moved = replace(incident, space=new, changed_at=now)
            incidents[new] = moved
            decision.updates.append(IncidentUpdate(IncidentEvent.UPDATED, moved, reason))
    return replace(previous, spaces=spaces, incidents=incidents)


def annotate(
    transitions: Sequence[Transition], reasons: Mapping[str, Sequence[Reason]]
) -> list[Transition]:
    """Return *transitions* with the reasons for their Space's card appended."""
    return [
        replace(change, reasons=(*change.reasons, *reasons.get(change.space, ())))
        for change in transitions
    ]
