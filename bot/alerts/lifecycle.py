"""Lifecycle of an incident: one function per rule, from observation to update."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.alerts import flapping
from bot.alerts.incident import (
    Incident,
    IncidentEvent,
    IncidentUpdate,
    Resolution,
    close,
    new_incident,
    update,
)
from bot.alerts.observation import Observation
from bot.alerts.problems import MISSING_STAGE, ProblemKind
from bot.alerts.reasons import Reason, ReasonCode, opening_code, recovery_code
from bot.error_summary import fingerprint
from bot.model import Space
from bot.stages import Condition

_RESOLUTIONS = {
    ProblemKind.ASLEEP: Resolution.AWAKE,
    ProblemKind.PAUSED: Resolution.AWAKE,
    ProblemKind.MISSING: Resolution.BACK,
}
#: The incident of a missing Space is closed after this time.
EXPIRE_MISSING_AFTER = timedelta(hours=24)


def open_incident(observation: Observation) -> IncidentUpdate | None:
    """Return the opening of an incident; None if the Space has no problem."""
    if observation.problem is None:
        return None
    code = opening_code(observation.problem, is_confirmed=observation.is_confirmed)
    reason = Reason(code, observation.problem, stage=observation.space.stage)
    space, now = observation.space, observation.now
    incident = new_incident(space, observation.problem, reason, now, space.error)
    if _starts_flapping(observation):
        return _start_flapping(incident, observation, IncidentEvent.OPENED)
    return IncidentUpdate(IncidentEvent.OPENED, incident, reason, flips=True)


def open_missing(space: Space, now: datetime) -> IncidentUpdate:
    """Return the opening of an incident for a Space that list and lookup don't contain."""
    reason = Reason(ReasonCode.MISSING)
    incident = new_incident(replace(space, stage=MISSING_STAGE), ProblemKind.MISSING, reason, now)
    return IncidentUpdate(IncidentEvent.OPENED, incident, reason)


def apply_observation(incident: Incident, observation: Observation) -> IncidentUpdate | None:
    """Return the update of an open *incident*; None if nothing changed."""
    updates = (rule(incident, observation) for rule in _RULES)
    return next((found for found in updates if found), None)


def mark_missing(incident: Incident, now: datetime) -> IncidentUpdate | None:
    """Return the update of an incident whose Space is missing; None if nothing changed."""
    if incident.problem is not ProblemKind.MISSING:
        shown = replace(incident, stage=MISSING_STAGE)
        return close(shown, now, Resolution.DELETED, Reason(ReasonCode.NOT_ON_HUB))
    if incident.stage != MISSING_STAGE:
        still_missing = replace(
            incident, stage=MISSING_STAGE, changed_at=now, flapping_since=None, is_up=False
        )
        return update(still_missing, Reason(ReasonCode.MISSING_AGAIN))
    if now - incident.changed_at >= EXPIRE_MISSING_AFTER:
        return close(
            incident,
            now,
            Resolution.GONE_FOR_GOOD,
            Reason(ReasonCode.MISSING_FOR_A_DAY),
            IncidentEvent.CLOSED_SILENTLY,
        )
    return None


def close_unowned(incident: Incident, now: datetime) -> IncidentUpdate:
    """Return the silent close of an incident whose owner isn't configured any more."""
    reason = Reason(ReasonCode.OWNER_NOT_CONFIGURED)
    return close(incident, now, Resolution.NOT_OURS, reason, IncidentEvent.CLOSED_SILENTLY)


def close_replaced(incident: Incident, by: str, now: datetime) -> IncidentUpdate:
    """Return the silent close of an incident whose name the Space *by* has taken."""
    reason = Reason(ReasonCode.NAME_TAKEN, space=by)
    return close(incident, now, Resolution.GONE_FOR_GOOD, reason, IncidentEvent.CLOSED_SILENTLY)


def _no_longer_routed(incident: Incident, observation: Observation) -> IncidentUpdate | None:
    """Close silently if the problem, or a worse one, has no route.

    This is no recovery, because the Space still has the problem.
    """
    if observation.unrouted_problem is None:
        return None
    shown = replace(incident, stage=observation.space.stage)
    if observation.is_without_class:
        reason = Reason(ReasonCode.CLASS_OVER)
        return _close_silently(shown, observation, Resolution.CLASS_OVER, reason)
    if observation.unrouted_problem is incident.problem:
        reason = Reason(ReasonCode.ROUTE_REMOVED, observation.unrouted_problem)
        return _close_silently(shown, observation, Resolution.ROUTE_REMOVED, reason)
    if (
        observation.unrouted_problem.severity > incident.problem.severity
        and not observation.is_recovering
    ):
        reason = Reason(ReasonCode.NO_ROUTE, observation.unrouted_problem)
        return _close_silently(shown, observation, Resolution.UNROUTED_PROBLEM, reason)
    return None


def _close_silently(
    incident: Incident, observation: Observation, resolution: Resolution, reason: Reason
) -> IncidentUpdate:
    return close(incident, observation.now, resolution, reason, IncidentEvent.CLOSED_SILENTLY)


def _stopped_flapping(incident: Incident, observation: Observation) -> IncidentUpdate | None:
    """End flapping once the Space has settled: resolved, or in a steady problem."""
    if (
        not incident.flapping_since
        or observation.is_recovering
        or not flapping.has_settled(observation.flips, observation.now)
    ):
        return None
    settled = replace(_with_observation(incident, observation), flapping_since=None)
    if observation.problem is None:
        reason = Reason(ReasonCode.SETTLED)
        return _close_silently(settled, observation, Resolution.SETTLED, reason)
    reason = Reason(ReasonCode.SETTLED_IN_PROBLEM, observation.problem)
    return update(replace(settled, problem=observation.problem), reason, IncidentEvent.ESCALATED)


def _still_flapping(incident: Incident, observation: Observation) -> IncidentUpdate | None:
    """Show a change while the Space is flapping, without a ping."""
    if not incident.flapping_since or _is_unchanged(incident, observation):
        return None
    flips = not observation.is_recovering and incident.is_up != observation.is_healthy
    shown = _with_observation(incident, observation)
    if not observation.is_recovering:
        shown = replace(
            shown, is_up=observation.is_healthy, problem=observation.problem or shown.problem
        )
    return replace(update(shown, Reason(ReasonCode.FLAPPING)), flips=flips)


def _resolved(incident: Incident, observation: Observation) -> IncidentUpdate | None:
    """Resolve the incident, unless this change starts flapping."""
    if incident.flapping_since or not observation.is_healthy:
        return None
    if observation.space.condition is Condition.RUNNING and _starts_flapping(observation):
        return _start_flapping(incident, observation, IncidentEvent.IMPROVED)
    shown = replace(_with_observation(incident, observation), gap_since=observation.gap_since)
    resolution = _resolution(incident.problem, observation.space)
    if observation.gap_since:
        return close(shown, observation.now, resolution, Reason(ReasonCode.RECOVERED_IN_GAP))
    code = recovery_code(incident.problem, is_fixed=resolution is Resolution.FIXED)
    reason = Reason(code, stage=observation.space.stage)
    return replace(close(shown, observation.now, resolution, reason), flips=True)


def _escalated(incident: Incident, observation: Observation) -> IncidentUpdate | None:
    """Escalate the incident if the problem became more severe."""
    if (
        incident.flapping_since
        or observation.problem is None
        or observation.problem.severity <= incident.problem.severity
    ):
        return None
    reason = Reason(
        ReasonCode.ESCALATED, observation.problem, incident.problem, observation.space.stage
    )
    return update(
        replace(_with_observation(incident, observation), problem=observation.problem),
        reason,
        IncidentEvent.ESCALATED,
    )


def _updated(incident: Incident, observation: Observation) -> IncidentUpdate | None:
    """Show another stage, error or less severe problem, without a ping."""
    if incident.flapping_since or _is_unchanged(incident, observation):
        return None
    shown = _with_observation(incident, observation)
    if observation.is_recovering:
        return update(shown, Reason(ReasonCode.RECOVERING))
    problem = observation.problem or incident.problem
    reason = Reason(ReasonCode.STILL_A_PROBLEM, problem, stage=observation.space.stage)
    event = (
        IncidentEvent.IMPROVED
        if problem.severity < incident.problem.severity
        else IncidentEvent.UPDATED
    )
    return update(replace(shown, problem=problem), reason, event)


_RULES: tuple[Callable[[Incident, Observation], IncidentUpdate | None], ...] = (
    _no_longer_routed,
    _stopped_flapping,
    _still_flapping,
    _resolved,
    _escalated,
    _updated,
)


def _starts_flapping(observation: Observation) -> bool:
    return flapping.starts(
        observation.flips, observation.now, by_operation=observation.is_by_operation
    )


def _start_flapping(
    incident: Incident, observation: Observation, event: IncidentEvent
) -> IncidentUpdate:
    number = flapping.count(observation.flips, observation.now) + 1
    reason = Reason(ReasonCode.FLAPPING_STARTED, count=number)
    shown = replace(
        _with_observation(incident, observation),
        flapping_since=observation.now,
        is_up=observation.is_healthy,
        reason=reason,
    )
    return IncidentUpdate(event, shown, reason, flips=True)


def _with_observation(incident: Incident, observation: Observation) -> Incident:
    """Return *incident* with the observed stage and error.

    A new stage or error discards the diagnosis, because its log is another one. The last error is
    kept while the Space has no problem.
    """
    stage, error, now = observation.space.stage, observation.space.error, observation.now
    is_new_error = stage != incident.stage or error != incident.error
    if observation.problem is None or not is_new_error:
        return replace(incident, stage=stage, changed_at=now)
    found = fingerprint(error)
    return replace(
        incident, stage=stage, changed_at=now, error=error, fingerprint=found, diagnosis=None
    )


def _is_unchanged(incident: Incident, observation: Observation) -> bool:
    stage, error, problem = observation.space.stage, observation.space.error, observation.problem
    is_known = problem is None or (error, problem) == (incident.error, incident.problem)
    return stage == incident.stage and is_known and not (problem and incident.is_recovering)


def _resolution(problem: ProblemKind, space: Space) -> Resolution:
    match space.condition:
        case Condition.PAUSED:
            return Resolution.PAUSED
        case Condition.ASLEEP:
            return Resolution.ASLEEP
        case Condition.DELETING:
            return Resolution.BEING_DELETED
        case Condition.FAILED | Condition.UNKNOWN:
            return Resolution.UNROUTED_PROBLEM
    return _RESOLUTIONS.get(problem, Resolution.FIXED)
