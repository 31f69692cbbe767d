"""The proof that a started app is ready: ready, running but not answering, or failed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.health.record import HealthRecord, record
from bot.health.verdict import ProbeProblem, Verdict
from bot.operations import (
    PROOF_TIMEOUT,
    Step,
    StepState,
    Verb,
    awaiting_proof,
    mark_accepted,
    mark_sent,
)
from tests.unit.operations.samples import FLAVOR, NOW, advance, fleet, operation

READY, BAD = Verdict(status=200), Verdict(ProbeProblem.STATUS, status=502)
STARTERS = (Verb.WAKE, Verb.RESTART, Verb.REBUILD, Verb.PROVISION, Verb.HARDWARE, Verb.UPLOAD)


def follow(
    verb: Verb, *observations: tuple[int, str, Verdict | None], before: str = "SLEEPING"
) -> Step:
    """Advance a step through *observations*: seconds, stage, and the verdict of a probe then."""
    step = mark_accepted(mark_sent(Step("a/b", stage_before=before), NOW), "BUILDING")
    step = replace(step, stage_changed=True)
    health: dict[str, HealthRecord] = {}
    for seconds, stage, verdict in observations:
        now = NOW + timedelta(seconds=seconds)
        if verdict:
            health = {"a/b": record(health.get("a/b"), "a/b", verdict, now)}
        requested = replace(operation(verb, step), args=FLAVOR)
        after, _ = advance(requested, fleet(stage), now, health)
        (step,) = after.steps
    return step


@pytest.mark.parametrize("verb", STARTERS)
def test_step_is_done_once_the_app_answers(verb: Verb) -> None:
    undecided = follow(verb, (20, "RUNNING", None))
    assert (undecided.state, undecided.running_since) == (
        StepState.SENT,
        NOW + timedelta(seconds=20),
    )

    assert follow(verb, (20, "RUNNING", None), (25, "RUNNING", READY)).state is StepState.DONE
    assert follow(verb, (20, "RUNNING", BAD), (25, "RUNNING", READY)).state is StepState.DONE


@pytest.mark.parametrize("verb", STARTERS)
def test_step_ends_as_running_but_not_answering(verb: Verb) -> None:
    step = follow(verb, *((20 + 5 * n, "RUNNING", BAD) for n in range(10)))

    assert (step.state, step.is_unready) == (StepState.FAILED, True)
    assert step.message == "running, but not answering (502 at /)"


def test_app_gets_time_before_it_counts_as_not_answering() -> None:
    assert follow(Verb.WAKE, (20, "RUNNING", BAD), (60, "RUNNING", BAD)).state is StepState.SENT


def test_step_without_any_verdict_ends_within_the_bound() -> None:
    late = 20 + int(PROOF_TIMEOUT.total_seconds()) + 1
    step = follow(Verb.WAKE, (20, "RUNNING", None), (late, "RUNNING", None))

    assert (step.state, step.is_unready) == (StepState.FAILED, True)
    assert step.message == "running, but not answering (no probe has ended in time)"


def test_probe_before_the_start_proves_nothing() -> None:
    step = follow(Verb.RESTART, (5, "BUILDING", READY), (20, "RUNNING", None), before="RUNNING")

    assert step.state is StepState.SENT


def test_failures_before_the_start_do_not_count() -> None:
    bad = [(n, "BUILDING", BAD) for n in (0, 30, 60)]
    step = follow(Verb.RESTART, *bad, (70, "RUNNING", BAD), before="RUNNING")

    assert step.state is StepState.SENT


def test_crash_while_the_app_is_awaited_fails_the_step() -> None:
    step = follow(Verb.WAKE, (20, "RUNNING", BAD), (30, "RUNTIME_ERROR", None))

    assert (step.state, step.is_unready) == (StepState.FAILED, False)
    assert (step.message, step.failed_stage) == ("", "RUNTIME_ERROR")


def test_another_build_restarts_the_wait() -> None:
    step = follow(Verb.WAKE, (20, "RUNNING", BAD), (30, "BUILDING", None), (90, "RUNNING", BAD))

    assert (step.state, step.running_since) == (StepState.SENT, NOW + timedelta(seconds=90))


def test_pause_needs_no_proof() -> None:
    assert follow(Verb.PAUSE, (20, "PAUSED", None), before="RUNNING").state is StepState.DONE


@pytest.mark.parametrize("stage", ["SLEEPING", "BUILDING", "RUNTIME_ERROR"])
def test_only_running_spaces_await_a_proof(stage: str) -> None:
    step = mark_accepted(mark_sent(Step("a/b", stage_before="SLEEPING"), NOW), "BUILDING")
    later = NOW + timedelta(seconds=20)

    assert awaiting_proof(operation(Verb.WAKE, step), fleet("RUNNING"), later) == ("a/b",)
    assert awaiting_proof(operation(Verb.WAKE, step), fleet(stage), later) == ()
    assert awaiting_proof(operation(Verb.WAKE), fleet("RUNNING"), later) == ()
