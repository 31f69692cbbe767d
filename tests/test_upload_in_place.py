"""When an upload is in place: once the Hub serves its commit, and not before."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.model import Space
from bot.operations import (
    NO_CHANGE_TIMEOUT,
    PROPAGATION_DELAY,
    SERVE_TIMEOUT,
    STEP_TIMEOUT,
    Operation,
    Step,
    StepState,
    Verb,
    mark_accepted,
    mark_sent,
)
from tests.unit.operations.samples import advance

NOW = datetime(2026, 3, 2, tzinfo=UTC)
OLD, OURS, NEWER = "0" * 40, "1" * 40, "2" * 40
SOON, LATER = PROPAGATION_DELAY.seconds + 1, NO_CHANGE_TIMEOUT.seconds + 2
TOO_LATE, FOREVER = SERVE_TIMEOUT.seconds + 2, STEP_TIMEOUT.seconds + 1

NOT_STARTED = (
    "Committed. Hugging Face hasn't started building it; the old version is still serving."
)

STOPPED_WATCHING = "I stopped watching after 15 minutes: rebuild it, or check its build log."

Look = tuple[int, str, str | None]


def follow(was: str, *looks: Look, sdk: str = "docker", head: str = OURS) -> Step:
    """Commit to a Space in the stage *was*, then show it: seconds, stage, the serving commit."""
    step = mark_accepted(mark_sent(Step("a/b", stage_before=was), NOW), was)
    for seconds, stage, sha in looks:
        args = {"commit": "https://hub.test/c/1", "sha": OURS}
        operation = Operation(Verb.UPLOAD, (step,), "U1", "C1", NOW, args=args)
        shown = Space("a/b", stage, sdk=sdk, sha=sha, head=head)
        after, _ = advance(operation, {"a/b": shown}, NOW + timedelta(seconds=seconds))
        (step,) = after.steps
    return step


@pytest.mark.parametrize(
    ("was", "looks", "progress"),
    [
        # It serves our commit: in place, however fast.
        ("RUNNING", [(1, "RUNNING", OURS)], StepState.DONE),
        ("RUNNING", [(3, "RUNNING_BUILDING", OLD), (9, "RUNNING", OURS)], StepState.DONE),
        ("SLEEPING", [(3, "BUILDING", None), (9, "RUNNING", OURS)], StepState.DONE),
        ("BUILD_ERROR", [(9, "RUNNING", OURS)], StepState.DONE),
        # RUNNING with the old commit is the old version, however long ago the Hub agreed.
        ("RUNNING", [(1, "RUNNING", OLD)], StepState.SENT),
        ("RUNNING", [(SOON, "RUNNING", OLD)], StepState.SENT),
        ("RUNNING", [(LATER, "RUNNING", OLD)], StepState.SENT),
        # The old version that serves during a build isn't the end either.
        ("RUNNING", [(LATER, "RUNNING_BUILDING", OLD)], StepState.SENT),
        ("RUNNING", [(LATER, "RUNNING_APP_STARTING", OLD)], StepState.SENT),
        # A build that ended with the old version running is followed on …
        ("RUNNING", [(3, "RUNNING_BUILDING", OLD), (9, "RUNNING", OLD)], StepState.SENT),
        # … and a list that lags behind catches up.
        (
            "RUNNING",
            [(3, "RUNNING_BUILDING", OLD), (9, "RUNNING", OLD), (11, "RUNNING", OURS)],
            StepState.DONE,
        ),
        # Without a commit in the response, the observed build decides.
        ("RUNNING", [(3, "BUILDING", None), (9, "RUNNING", None)], StepState.DONE),
        ("RUNNING", [(LATER, "RUNNING", None)], StepState.SENT),
        # An error after a build is of our commit; the same error before isn't.
        ("RUNNING", [(3, "BUILDING", None), (9, "BUILD_ERROR", None)], StepState.FAILED),
        ("RUNNING", [(9, "BUILD_ERROR", None)], StepState.FAILED),
        ("BUILD_ERROR", [(9, "BUILD_ERROR", None)], StepState.SENT),
        ("BUILD_ERROR", [(3, "BUILDING", None), (9, "BUILD_ERROR", None)], StepState.FAILED),
        # A paused Space isn't built, and stays paused.
        ("PAUSED", [(1, "PAUSED", None)], StepState.DONE),
        # Following ends within a bound.
        ("RUNNING", [(1, "RUNNING", OLD), (TOO_LATE, "RUNNING", OLD)], StepState.FAILED),
        ("SLEEPING", [(1, "SLEEPING", None), (TOO_LATE, "SLEEPING", None)], StepState.FAILED),
        ("RUNNING", [(3, "BUILDING", None), (FOREVER, "BUILDING", None)], StepState.FAILED),
    ],
)
def test_an_upload_is_in_place_when_the_hub_serves_its_commit(
    was: str, looks: list[Look], progress: StepState
) -> None:
    assert follow(was, *looks).state is progress


@pytest.mark.parametrize(
    ("was", "looks", "note"),
    [
        ("RUNNING", [(1, "RUNNING", OLD), (SOON, "RUNNING", OLD)], ""),
        (
            "RUNNING",
            [(1, "RUNNING", OLD), (LATER, "RUNNING", OLD)],
            NOT_STARTED,
        ),
        (
            "BUILD_ERROR",
            [(1, "BUILD_ERROR", None), (LATER, "BUILD_ERROR", None)],
            (
                "Committed. Hugging Face hasn't started building it; "
                "the Space still shows “build failed”."
            ),
        ),
        (
            "RUNNING",
            [(1, "RUNNING", None), (LATER, "RUNNING", None)],
            "Committed. I see no build, and Hugging Face doesn't say which version is serving.",
        ),
        (
            "RUNNING",
            [(3, "RUNNING_BUILDING", OLD), (5, "RUNNING", OLD), (90, "RUNNING", OLD)],
            "Committed. The build ran, but the old version is still serving.",
        ),
        (
            "RUNNING",
            [(1, "RUNNING", OLD), (TOO_LATE, "RUNNING", OLD)],
            f"{NOT_STARTED} {STOPPED_WATCHING}",
        ),
        # The reason of the wait ends with the wait.
        ("RUNNING", [(1, "RUNNING", OLD), (LATER, "RUNNING", OLD), (99, "BUILDING", None)], ""),
        ("RUNNING", [(1, "RUNNING", OLD), (LATER, "RUNNING", OLD), (99, "RUNNING", OURS)], ""),
    ],
)
def test_upload_error_names_its_cause(was: str, looks: list[Look], note: str) -> None:
    assert follow(was, *looks).message == note


def test_a_late_start_has_the_time_that_a_build_takes() -> None:
    minutes = [n * 60 for n in range(1, 14)]
    late = [*((n, "RUNNING", OLD) for n in minutes), (14 * 60, "BUILDING", None)]
    assert follow("RUNNING", *late, (30 * 60, "RUNNING", OURS)).state is StepState.DONE


def test_a_newer_commit_that_serves_ends_the_watch() -> None:
    step = follow("RUNNING", (3, "BUILDING", None), (9, "RUNNING", NEWER), head=NEWER)

    assert (step.state, step.message) == (StepState.DONE, "a newer commit replaced it")


def test_an_older_one_that_serves_does_not_although_a_newer_one_waits() -> None:
    step = follow("RUNNING", (3, "RUNNING_BUILDING", OLD), (9, "RUNNING", OLD), head=NEWER)

    assert step.state is StepState.SENT


@pytest.mark.parametrize(
    ("looks", "progress"),
    [
        ([(1, "RUNNING", None)], StepState.SENT),
        ([(SOON, "RUNNING", None)], StepState.DONE),
        ([(3, "BUILDING", None), (5, "BUILD_ERROR", None)], StepState.FAILED),
    ],
)
def test_a_static_space_names_no_commit_and_is_judged_by_its_stage(
    looks: list[Look], progress: StepState
) -> None:
    assert follow("RUNNING", *looks, sdk="static").state is progress


def test_the_same_facts_again_change_nothing() -> None:
    once = follow("RUNNING", (LATER, "RUNNING", OLD))
    twice = follow("RUNNING", (LATER, "RUNNING", OLD), (LATER, "RUNNING", OLD))

    assert replace(once) == twice
