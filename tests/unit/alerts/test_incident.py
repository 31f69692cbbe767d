"""Incidents: open, recovering, and how long they lasted."""

from datetime import timedelta

import pytest

from bot.alerts.problems import ProblemKind
from tests.unit.alerts.samples import AGO, NOW, incident


@pytest.mark.parametrize(
    ("problem", "stage", "expected"),
    [
        (ProblemKind.BROKEN, "BUILDING", True),
        (ProblemKind.ASLEEP, "APP_STARTING", True),
        (ProblemKind.BROKEN, "RUNTIME_ERROR", False),
        # A Space that is stuck in its start doesn't recover by starting.
        (ProblemKind.STUCK, "BUILDING", False),
    ],
)
def test_a_starting_space_is_recovering(
    problem: ProblemKind, stage: str, *, expected: bool
) -> None:
    assert incident(problem, stage=stage).is_recovering is expected
    assert not incident(problem, stage=stage, closed_at=NOW).is_recovering


def test_duration_ends_when_it_is_closed_or_with_the_last_change() -> None:
    known = incident(opened_at=AGO[31], changed_at=AGO[1])

    assert known.duration == timedelta(minutes=30)
    assert incident(opened_at=AGO[31], closed_at=AGO[11]).duration == timedelta(minutes=20)
