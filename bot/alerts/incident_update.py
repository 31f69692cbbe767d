"""One change of an incident: the event, the incident after it and the reason."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.alerts.incident import Incident
from bot.alerts.problems import ProblemKind
from bot.model import Space


class IncidentEvent(StrEnum):
    """What became of an incident. Only some turns ping; all of them edit."""

    OPENED = "opened"
    ESCALATED = "worse"
    IMPROVED = "better"  # and not over; what was said of worse is not so any more
    UPDATED = "changed"
    RESOLVED = "closed"  # people who knew hear of it
    CLOSED_SILENTLY = "ended"  # closed without a word: the card says so


@dataclass(frozen=True, slots=True)
class IncidentUpdate:
    """The incident as it now stands, and why."""

    event: IncidentEvent
    incident: Incident
    reason: str
    flips: bool = False  # it went from up to trouble, or back


def new_incident(space: Space, problem: ProblemKind, now: datetime) -> Incident:
    return Incident(space.id, problem, space.stage, "", opened_at=now, changed_at=now)


def update(
    incident: Incident, reason: str, event: IncidentEvent = IncidentEvent.UPDATED
) -> IncidentUpdate:
    return IncidentUpdate(event, replace(incident, reason=reason), reason)


def close(
    incident: Incident,
    now: datetime,
    resolution: str,
    reason: str,
    event: IncidentEvent = IncidentEvent.RESOLVED,
) -> IncidentUpdate:
    over = replace(incident, closed_at=now, changed_at=now, resolution=resolution, reason=reason)
    return IncidentUpdate(event, replace(over, flapping_since=None), reason)
