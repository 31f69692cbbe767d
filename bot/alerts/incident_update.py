"""One change of an incident: the event, the incident after it and the reason."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.alerts.fingerprint import fingerprint
from bot.alerts.incident import Incident, Resolution
from bot.alerts.problems import ProblemKind
from bot.alerts.reasons import Reason
from bot.model import Space


class IncidentEvent(StrEnum):
    """What happened to an incident. Only some events ping; all of them edit the card."""

    OPENED = "opened"
    ESCALATED = "escalated"
    IMPROVED = "improved"  # still open; an unposted escalation reply is untrue
    UPDATED = "updated"
    RESOLVED = "resolved"  # announced by a reply
    CLOSED_SILENTLY = "closed_silently"  # only the card shows it


@dataclass(frozen=True, slots=True)
class IncidentUpdate:
    """An incident after an event, and the reason."""

    event: IncidentEvent
    incident: Incident
    reason: Reason
    flips: bool = False  # it changed between running and a problem


def new_incident(
    space: Space, problem: ProblemKind, reason: Reason, now: datetime, error: str = ""
) -> Incident:
    """Return an unsaved incident."""
    return Incident(
        space=space.id,
        problem=problem,
        stage=space.stage,
        error=error,
        opened_at=now,
        changed_at=now,
        reason=reason,
        fingerprint=fingerprint(error),
    )


def update(
    incident: Incident, reason: Reason, event: IncidentEvent = IncidentEvent.UPDATED
) -> IncidentUpdate:
    """Return the update of *incident*, with *reason* on both."""
    return IncidentUpdate(event, replace(incident, reason=reason), reason)


def close(
    incident: Incident,
    now: datetime,
    resolution: Resolution,
    reason: Reason,
    event: IncidentEvent = IncidentEvent.RESOLVED,
) -> IncidentUpdate:
    """Return the update that closes *incident* and ends its flapping."""
    over = replace(incident, closed_at=now, changed_at=now, resolution=resolution, reason=reason)
    return IncidentUpdate(event, replace(over, flapping_since=None), reason)
