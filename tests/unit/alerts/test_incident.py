"""Incidents: their properties, and the updates that change them."""

from datetime import timedelta

import pytest

from bot.alerts.incident import IncidentEvent, Resolution, close, update
from bot.alerts.problems import ProblemKind
from bot.alerts.reasons import Reason, ReasonCode
from tests.unit.alerts.samples import AGO, NOW, incident


@pytest.mark.parametrize(
    ("problem", "stage", "expected"),
    [
        (ProblemKind.FAILED, "BUILDING", True),
        (ProblemKind.ASLEEP, "APP_STARTING", True),
        (ProblemKind.FAILED, "RUNTIME_ERROR", False),
        # A Space that is stuck while starting doesn't recover by starting.
        (ProblemKind.STUCK, "BUILDING", False),
    ],
)
def test_a_starting_space_is_recovering(
    problem: ProblemKind, stage: str, *, expected: bool
) -> None:
    assert incident(problem, stage=stage).is_recovering is expected
    assert not incident(problem, stage=stage, closed_at=NOW).is_recovering


def test_a_stuck_space_is_recovering_once_it_starts_again() -> None:
    again = incident(ProblemKind.STUCK, stage="BUILDING", reason=Reason(ReasonCode.RECOVERING))

    assert again.is_recovering


def test_duration_ends_when_it_is_closed_or_with_the_last_change() -> None:
    known = incident(opened_at=AGO[31], changed_at=AGO[1])

    assert known.duration == timedelta(minutes=30)
    assert incident(opened_at=AGO[31], closed_at=AGO[11]).duration == timedelta(minutes=20)


def test_update_has_its_reason_on_the_incident() -> None:
    reason = Reason(ReasonCode.ESCALATED, ProblemKind.FAILED, stage="BUILD_ERROR")

    found = update(incident(), reason)

    assert found.event is IncidentEvent.UPDATED
    assert found.reason == found.incident.reason == reason


def test_closing_an_incident_ends_its_flapping() -> None:
    reason = Reason(ReasonCode.RECOVERED)

    found = close(incident(flapping_since=AGO[9]), NOW, Resolution.FIXED, reason)

    assert (found.incident.closed_at, found.incident.changed_at) == (NOW, NOW)
    assert (found.incident.resolution, found.incident.flapping_since) == (Resolution.FIXED, None)
    assert found.event is IncidentEvent.RESOLVED
