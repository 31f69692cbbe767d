"""Problems: the stages that are one, and when."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.alerts.problems import (
    STUCK_AFTER,
    ProblemKind,
    StuckReason,
    TrackedSpace,
    classify,
    find_problem,
    stuck_reason,
    track,
)
from bot.health.record import HealthRecord
from bot.health.verdict import ProbeProblem, Verdict
from bot.model import Space
from tests.unit.alerts.samples import AGO, NOW


@pytest.mark.parametrize(
    ("stage", "since", "found_at", "expected"),
    [
        ("RUNNING", AGO[1], None, None),
        # An old version that serves during a build is running, until that takes too long.
        ("RUNNING_BUILDING", AGO[24], None, None),
        ("RUNNING_BUILDING", AGO[26], None, ProblemKind.STUCK),
        ("RUNNING_APP_STARTING", AGO[26], None, ProblemKind.STUCK),
        # Starting is no problem, until it takes too long.
        ("BUILDING", AGO[24], None, None),
        ("BUILDING", AGO[26], None, ProblemKind.STUCK),
        ("APP_STARTING", AGO[26], None, ProblemKind.STUCK),
        ("SLEEPING", AGO[1], None, ProblemKind.ASLEEP),
        ("STOPPED", AGO[1], None, ProblemKind.ASLEEP),
        ("PAUSED", AGO[1], None, ProblemKind.PAUSED),
        ("CONFIG_ERROR", AGO[1], None, ProblemKind.FAILED),
        # An empty Space needs no repair, however long it's empty.
        ("NO_APP_FILE", AGO[130], AGO[130], None),
        ("NO_APP_FILE", AGO[130], None, None),
        # Deleting isn't a problem; an unknown stage is one.
        ("DELETING", AGO[1], None, None),
        ("DREAMING", AGO[1], None, ProblemKind.UNKNOWN),
    ],
)
def test_classify_stages(
    stage: str, since: datetime, found_at: datetime | None, expected: ProblemKind | None
) -> None:
    assert classify(TrackedSpace(Space("acme/a", stage), since, found_at), NOW) is expected


@pytest.mark.parametrize(
    ("error", "expected"),
    [("", ProblemKind.PAUSED), ("Flagged as abusive", ProblemKind.FAILED)],
)
def test_a_pause_with_a_reason_of_the_hub_is_a_failure(error: str, expected: ProblemKind) -> None:
    paused = Space("acme/a", "PAUSED", error=error)

    assert classify(TrackedSpace(paused, AGO[1]), NOW) is expected


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


def follow(*stages: tuple[float, str], **values: Any) -> tuple[TrackedSpace, datetime]:
    """Track a Space through *stages*, each at a number of minutes; return it with the last time."""
    tracked, now = None, NOW
    for minutes, stage in stages:
        now = NOW + timedelta(minutes=minutes)
        tracked = track(tracked, Space("acme/a", stage, **values), now)
    assert tracked
    return tracked, now


OLD_VERSION = {"sha": "old", "head": "new"}


@pytest.mark.parametrize(
    ("stages", "values", "reason"),
    [
        ([(0, "RUNNING"), (24, "RUNNING")], OLD_VERSION, None),
        ([(0, "RUNNING"), (26, "RUNNING")], OLD_VERSION, StuckReason.BEHIND),
        ([(0, "RUNNING_BUILDING"), (20, "RUNNING"), (26, "RUNNING")], OLD_VERSION,
         StuckReason.BEHIND),
        ([(0, "RUNNING"), (26, "RUNNING")], {"sha": "new", "head": "new"}, None),
        ([(0, "RUNNING"), (26, "RUNNING")], {"head": "new"}, None),
        # A build of 20 minutes and a start of 20 minutes are slow, but not a loop.
        ([(0, "BUILDING"), (20, "APP_STARTING"), (40, "APP_STARTING")], {}, None),
        ([(0, "BUILDING"), (5, "APP_STARTING"), (10, "BUILDING"), (34, "APP_STARTING")], {}, None),
        ([(0, "BUILDING"), (5, "APP_STARTING"), (10, "BUILDING"), (36, "APP_STARTING")], {},
         StuckReason.LOOP),
        ([(0, "APP_STARTING"), (10, "BUILDING"), (20, "RUNNING"), (36, "BUILDING")], {}, None),
    ],
)  # fmt: skip
def test_lagging_or_looping_space_is_stuck_after_25_minutes(
    stages: list[tuple[float, str]], values: dict[str, str], reason: StuckReason | None
) -> None:
    tracked, now = follow(*stages, **values)

    assert stuck_reason(tracked, now) is reason
    assert classify(tracked, now) is (ProblemKind.STUCK if reason else None)
    assert timedelta(minutes=25) == STUCK_AFTER


BAD = Verdict(ProbeProblem.STATUS, 502)


@pytest.mark.parametrize(
    ("stage", "at", "is_down", "open_problem", "expected"),
    [
        ("RUNNING", AGO[1], True, None, ProblemKind.UNRESPONSIVE),
        ("RUNNING_BUILDING", AGO[1], True, None, ProblemKind.UNRESPONSIVE),
        ("RUNNING", AGO[1], False, None, None),
        # A probe before the current stage was of another container, unless this one is unproven.
        ("RUNNING", AGO[9], True, None, None),
        ("RUNNING", AGO[9], True, ProblemKind.UNRESPONSIVE, ProblemKind.UNRESPONSIVE),
        ("RUNNING", AGO[9], True, ProblemKind.FAILED, None),
        ("BUILDING", AGO[1], True, ProblemKind.UNRESPONSIVE, None),
        ("RUNTIME_ERROR", AGO[1], True, ProblemKind.UNRESPONSIVE, ProblemKind.FAILED),
        ("SLEEPING", AGO[1], True, ProblemKind.UNRESPONSIVE, ProblemKind.ASLEEP),
    ],
)
def test_running_space_whose_app_is_down_is_unresponsive(
    stage: str,
    at: datetime,
    *,
    is_down: bool,
    open_problem: ProblemKind | None,
    expected: ProblemKind | None,
) -> None:
    record = HealthRecord("acme/a", at, BAD, at, failures=3, is_down=is_down)
    tracked = TrackedSpace(Space("acme/a", stage), AGO[5])

    assert find_problem(tracked, NOW, record, open_problem) is expected


def test_space_without_probes_is_judged_by_its_stage() -> None:
    assert find_problem(TrackedSpace(Space("acme/a", "RUNNING"), AGO[5]), NOW, None, None) is None
