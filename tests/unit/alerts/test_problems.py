"""Problems: which stages are one, and from when on."""

from datetime import datetime

import pytest

from bot.alerts.problems import ProblemKind, TrackedSpace, classify, track
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
        # An empty Space is nothing to repair, however long it's empty.
        ("NO_APP_FILE", AGO[130], AGO[130], None),
        ("NO_APP_FILE", AGO[130], None, None),
        # Deleting is leaving, not trouble; a word nobody knows is not fine.
        ("DELETING", AGO[1], None, None),
        ("DREAMING", AGO[1], None, ProblemKind.UNKNOWN),
    ],
)
def test_classify_stages(
    stage: str, since: datetime, found_at: datetime | None, expected: ProblemKind | None
) -> None:
    assert classify(TrackedSpace(Space("acme/a", stage), since, found_at), NOW) is expected


@pytest.mark.parametrize(
    ("stages", "expected"),
    [
        (["NO_APP_FILE"], None),
        (["NO_APP_FILE", "BUILDING", "NO_APP_FILE"], None),
        (["NO_APP_FILE", "PAUSED", "NO_APP_FILE"], None),
        (["RUNNING", "NO_APP_FILE"], ProblemKind.FAILED),
        (["SLEEPING", "BUILDING", "NO_APP_FILE"], ProblemKind.FAILED),
        (["NO_APP_FILE", "BUILD_ERROR", "NO_APP_FILE"], ProblemKind.FAILED),
    ],
)
def test_an_empty_space_is_a_problem_only_if_it_had_an_app(
    stages: list[str], expected: ProblemKind | None
) -> None:
    tracked = None
    for stage in stages:
        tracked = track(tracked, Space("acme/a", stage), NOW)

    assert tracked
    assert classify(tracked, NOW) is expected
