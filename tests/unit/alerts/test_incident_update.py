"""Updates of incidents: every one has a reason, and closing ends flapping."""

from bot.alerts.incident import Resolution
from bot.alerts.incident_update import IncidentEvent, close, update
from bot.alerts.problems import ProblemKind
from bot.alerts.reasons import Reason, ReasonCode
from tests.unit.alerts.samples import AGO, NOW, incident


def test_update_has_its_reason_on_the_incident() -> None:
    reason = Reason(ReasonCode.ESCALATED, ProblemKind.BROKEN, stage="BUILD_ERROR")

    found = update(incident(), reason)

    assert found.event is IncidentEvent.UPDATED
    assert found.reason == found.incident.reason == reason


def test_closing_an_incident_ends_its_flapping() -> None:
    reason = Reason(ReasonCode.RECOVERED)

    found = close(incident(flapping_since=AGO[9]), NOW, Resolution.FIXED, reason)

    assert (found.incident.closed_at, found.incident.changed_at) == (NOW, NOW)
    assert (found.incident.resolution, found.incident.flapping_since) == (Resolution.FIXED, None)
    assert found.event is IncidentEvent.RESOLVED
