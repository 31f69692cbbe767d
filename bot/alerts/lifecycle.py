"""Lifecycle of an incident: one function per rule, from observation to update."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.alerts import flapping
from bot.alerts.fingerprint import fingerprint
from bot.alerts.incident import Incident
from bot.alerts.incident_update import IncidentEvent, IncidentUpdate, close, new_incident, update
from bot.alerts.observation import Observation
from bot.alerts.problems import MISSING_STAGE, STUCK_AFTER, ProblemKind
from bot.model import Condition, Space

#: The incident of a missing Space is closed after this time.
EXPIRE_MISSING_AFTER = timedelta(hours=24)


def open_incident(observation: Observation) -> IncidentUpdate | None:
    """Return the opening of an incident; None if the Space has no problem."""
    if observation.problem is None:
        return None
    reason = _describe(observation.problem, observation.space.stage)
    reason += ", and a second look agreed" if observation.is_confirmed else ""
    incident = _with_observation(
        new_incident(observation.space, observation.problem, observation.now), observation
    )
    if flapping.starts(observation.flips, observation.now):
        return _start_flapping(incident, observation, IncidentEvent.OPENED)
    return IncidentUpdate(
        IncidentEvent.OPENED, replace(incident, reason=reason), reason, flips=True
    )


def open_missing(space: Space, now: datetime) -> IncidentUpdate:
    """Return the opening of an incident for a Space that list and lookup don't contain."""
    reason = "missing from the list, and looking it up found nothing"
    incident = new_incident(replace(space, stage=MISSING_STAGE), ProblemKind.GONE, now)
    return IncidentUpdate(IncidentEvent.OPENED, replace(incident, reason=reason), reason)


def apply_observation(incident: Incident, observation: Observation) -> IncidentUpdate | None:
    """Return the update of an open *incident*; None if nothing changed."""
    updates = (rule(incident, observation) for rule in _RULES)
    return next((found for found in updates if found), None)


def mark_missing(incident: Incident, now: datetime) -> IncidentUpdate | None:
    """Return the update of an incident whose Space is missing; None if nothing changed."""
    if incident.problem is not ProblemKind.GONE:
        reason = "the Hub does not know the Space any more"
        return close(replace(incident, stage=MISSING_STAGE), now, "gone from the Hub", reason)
    if incident.stage != MISSING_STAGE:
        still_missing = replace(
            incident, stage=MISSING_STAGE, changed_at=now, flapping_since=None, is_up=False
        )
        return update(still_missing, "gone again: looking it up found nothing")
    if now - incident.changed_at >= EXPIRE_MISSING_AFTER:
        return close(
            incident,
            now,
            "gone for good",
            "it has been gone for a day",
            IncidentEvent.CLOSED_SILENTLY,
        )
    return None


def close_unowned(incident: Incident, now: datetime) -> IncidentUpdate:
    """Return the silent close of an incident whose owner isn't configured any more."""
    reason = "its owner is not in SPACEBOT_OWNER any more"
    return close(incident, now, "no longer watched", reason, IncidentEvent.CLOSED_SILENTLY)


def close_replaced(incident: Incident, by: str, now: datetime) -> IncidentUpdate:
    """Return the silent close of an incident whose name the Space *by* has taken."""
    reason = f"{by} has been renamed to its name"
    return close(incident, now, "gone for good", reason, IncidentEvent.CLOSED_SILENTLY)


def _no_longer_routed(incident: Incident, observation: Observation) -> IncidentUpdate | None:
    """Close silently if the problem, or a worse one, has no route.

    This is no recovery, because the Space still has the problem.
    """
    if observation.unrouted_problem is None:
        return None
    shown = replace(incident, stage=observation.space.stage)
    if observation.unrouted_problem is incident.problem:
        resolution = f"still {observation.unrouted_problem}, but nobody asks for this any more"
        reason = f"no channel hears of {observation.unrouted_problem} any more"
        return close(shown, observation.now, resolution, reason, IncidentEvent.CLOSED_SILENTLY)
    if (
        observation.unrouted_problem.severity > incident.problem.severity
        and not observation.is_recovering
    ):
        resolution = f"{observation.space.stage}, of which nobody wants to hear"
        reason = f"no channel hears of {observation.unrouted_problem}"
        return close(shown, observation.now, resolution, reason, IncidentEvent.CLOSED_SILENTLY)
    return None


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
        reason = "no change for 30 minutes"
        return close(
            settled, observation.now, "steady again", reason, IncidentEvent.CLOSED_SILENTLY
        )
    reason = f"it has stopped changing and stays {observation.problem}"
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
    return replace(update(shown, "it keeps changing, so nobody is pinged"), flips=flips)


def _resolved(incident: Incident, observation: Observation) -> IncidentUpdate | None:
    """Resolve the incident, unless this change starts flapping."""
    if incident.flapping_since or not observation.is_healthy:
        return None
    if observation.space.condition is Condition.RUNNING and flapping.starts(
        observation.flips, observation.now
    ):
        return _start_flapping(incident, observation, IncidentEvent.IMPROVED)
    shown = replace(_with_observation(incident, observation), gap_since=observation.gap_since)
    resolution = _resolution(incident.problem, observation.space)
    if observation.gap_since:
        return close(
            shown, observation.now, f"{resolution} while I was away", "seen at the first new look"
        )
    return replace(
        close(shown, observation.now, resolution, f"the Hub shows {observation.space.stage}"),
        flips=True,
    )


def _escalated(incident: Incident, observation: Observation) -> IncidentUpdate | None:
    """Escalate the incident if the problem became more severe."""
    if (
        incident.flapping_since
        or observation.problem is None
        or observation.problem.severity <= incident.problem.severity
    ):
        return None
    reason = (
        f"worse: {_describe(observation.problem, observation.space.stage)}, before it was "
        f"{incident.problem}"
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
        return update(shown, "on the way back is not back yet")
    problem = observation.problem or incident.problem
    reason = f"still in trouble: {_describe(problem, observation.space.stage)}"
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


def _start_flapping(
    incident: Incident, observation: Observation, event: IncidentEvent
) -> IncidentUpdate:
    number = len(flapping.recent(observation.flips, observation.now)) + 1
    reason = f"{number} changes in 30 minutes: one card until it has been quiet for as long"
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
    shown = replace(incident, stage=observation.space.stage, changed_at=observation.now)
    error = observation.space.error
    is_new_error = observation.space.stage != incident.stage or error != incident.error
    if observation.problem is None or not is_new_error:
        return shown
    return replace(shown, error=error, fingerprint=fingerprint(error), diagnosis=None)


def _is_unchanged(incident: Incident, observation: Observation) -> bool:
    same_error = observation.problem is None or observation.space.error == incident.error
    same_problem = observation.problem in (None, incident.problem)
    return observation.space.stage == incident.stage and same_error and same_problem


def _describe(problem: ProblemKind, stage: str) -> str:
    if problem is ProblemKind.STUCK:
        return f"{stage} for over {STUCK_AFTER.total_seconds() // 60:.0f} minutes"
    return f"{problem}: the Hub shows {stage}"


def _resolution(problem: ProblemKind, space: Space) -> str:
    match space.condition:
        case Condition.PAUSED:
            return "paused"
        case Condition.ASLEEP:
            return "fell asleep"
        case Condition.DELETING:
            return "being deleted"
        case Condition.FAILED | Condition.UNKNOWN:
            return f"{space.stage}, of which nobody wants to hear"
    return {ProblemKind.ASLEEP: "awake", ProblemKind.PAUSED: "awake", ProblemKind.GONE: "back"}.get(
        problem, "fixed"
    )
