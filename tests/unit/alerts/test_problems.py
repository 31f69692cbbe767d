"""Problems: which stages are one, and from when on."""

from datetime import datetime

import pytest

from bot.alerts.problems import ProblemKind, TrackedSpace, classify
from bot.model import Space
from tests.unit.alerts.samples import AGO, NOW


@pytest.mark.parametrize(
    ("stage", "since", "found_at", "expected"),
    [
        ("RUNNING", AGO[1], None, None),
        # An old version that serves while a new one builds is up.
        ("RUNNING_BUILDING", AGO[130], None, None),
        # Coming up is nothing, until it takes too long.
        ("BUILDING", AGO[24], None, None),
        ("BUILDING", AGO[26], None, ProblemKind.STUCK),
        ("APP_STARTING", AGO[26], None, ProblemKind.STUCK),
        ("SLEEPING", AGO[1], None, ProblemKind.ASLEEP),
        ("STOPPED", AGO[1], None, ProblemKind.ASLEEP),
        ("PAUSED", AGO[1], None, ProblemKind.PAUSED),
        ("CONFIG_ERROR", AGO[1], None, ProblemKind.FAILED),
        # A newborn may lack its app file, for a while.
        ("NO_APP_FILE", AGO[9], AGO[9], None),
        ("NO_APP_FILE", AGO[11], AGO[11], ProblemKind.FAILED),
        # One that was there before us is no newborn, and nor is one that had its file.
        ("NO_APP_FILE", AGO[1], None, ProblemKind.FAILED),
        ("NO_APP_FILE", AGO[1], AGO[9], ProblemKind.FAILED),
        # Deleting is leaving, not trouble; a word nobody knows is not fine.
        ("DELETING", AGO[1], None, None),
        ("DREAMING", AGO[1], None, ProblemKind.UNKNOWN),
    ],
)
def test_classify_stages(
    stage: str, since: datetime, found_at: datetime | None, expected: ProblemKind | None
) -> None:
    assert classify(TrackedSpace(Space("acme/a", stage), since, found_at), NOW) is expected
