"""Deadlines: each Space is woken in time, never earlier, and the others are named."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.health.record import HealthRecord
from bot.health.verdict import ProbeProblem, Verdict
from bot.model import Space
from bot.operations import Operation, SkipReason, Step, StepState, Verb, mark_sent, skip
from bot.operations.deadline import (
    CHECK_BEFORE,
    DEADLINE_LEAD,
    Readiness,
    expected_at,
    first_report_at,
    first_start,
    is_too_early,
    late_steps,
    make_report,
    next_report_at,
    plan_starts,
    readiness,
)
from tests.unit.operations.samples import NOW, advance, fleet, operation

T = NOW + timedelta(hours=1)
CHECK = T - CHECK_BEFORE
OWN_TIME = CHECK - timedelta(minutes=4)  # a docker Space without experience
DOWN_APP = HealthRecord("a/b", NOW, Verdict(ProbeProblem.STATUS, 502), NOW, 3, is_down=True)
UP_APP = HealthRecord("a/b", NOW, Verdict(status=200))


def planned(step: Step | None = None, deadline: datetime = T) -> Operation:
    wake = operation(Verb.WAKE, step or Step("a/b"))
    return plan_starts(wake, fleet("SLEEPING"), {}, deadline)


def advance_at(one: Operation, stage: str, now: datetime) -> tuple[Step, bool]:
    """Return the only step after *now*, and whether it is to be sent."""
    after, due = advance(one, fleet(stage), now)
    return after.steps[0], bool(due)


@pytest.mark.parametrize(
    ("samples", "minutes"), [([], 4), ([60.0] * 20, 1), ([60.0], 4), ([7200.0] * 9, 30)]
)
def test_a_space_starts_one_wave_before_it_usually_must(
    samples: list[float], minutes: float
) -> None:
    wake = operation(Verb.WAKE, Step("a/b"))
    (step,) = plan_starts(wake, fleet("SLEEPING"), {"a/b": samples}, T).steps

    assert step.not_before == T - CHECK_BEFORE - timedelta(minutes=minutes)
    assert step.not_before >= T - DEADLINE_LEAD


@pytest.mark.parametrize(
    ("reason", "is_planned"),
    [
        (SkipReason.ALREADY_UP, True),  # it may be asleep when its time comes
        (SkipReason.ALREADY_STARTING, True),
        (SkipReason.NOT_ANSWERING, True),  # it may answer then
        (SkipReason.BUSY, True),
        (SkipReason.STATIC, False),
        (SkipReason.EMPTY, False),
    ],
)
def test_what_may_change_until_its_time_is_planned(reason: SkipReason, is_planned: bool) -> None:
    (step,) = planned(skip(Step("a/b"), reason)).steps

    assert (step.state is StepState.WAITING) == is_planned
    assert (step.not_before is not None) == is_planned


def test_nothing_is_sent_before_its_own_time() -> None:
    before = OWN_TIME - timedelta(seconds=1)

    assert is_too_early(planned(), before)
    assert advance_at(planned(), "SLEEPING", before) == (planned().steps[0], False)
    assert not is_too_early(planned(), OWN_TIME)
    assert advance_at(planned(), "SLEEPING", OWN_TIME)[1]


def test_a_space_that_runs_at_its_time_is_ready_without_a_call() -> None:
    step, is_sent = advance_at(planned(), "RUNNING", OWN_TIME)

    assert (step.state, step.attempts, is_sent) == (StepState.DONE, 0, False)


def test_a_space_that_runs_without_an_answer_of_its_app_is_not_ready() -> None:
    after, due = advance(planned(), fleet("RUNNING"), OWN_TIME, {})
    waiting = after.steps[0]
    late, _ = advance(after, fleet("RUNNING"), OWN_TIME + timedelta(minutes=3), {})

    assert (waiting.state, due) == (StepState.SENT, ())
    assert late.steps[0].is_unready


def test_a_space_that_falls_asleep_while_its_app_is_asked_is_woken() -> None:
    asked, _ = advance(planned(), fleet("RUNNING"), OWN_TIME, {})
    after, due = advance(asked, fleet("SLEEPING"), OWN_TIME + timedelta(seconds=10), {})

    assert after.steps[0].running_since is None
    assert [step.space for step in due] == ["a/b"]


def test_a_space_that_someone_else_starts_is_awaited() -> None:
    starting, is_sent = advance_at(planned(), "BUILDING", OWN_TIME)
    waiting = replace(planned(), steps=(starting,))

    assert (starting.state, is_sent) == (StepState.WAITING, False)
    assert advance_at(waiting, "RUNNING", T)[0].state is StepState.DONE
    assert advance_at(waiting, "SLEEPING", T)[1]
    stuck = advance_at(waiting, "BUILDING", OWN_TIME + timedelta(minutes=46))[0]
    assert (stuck.state, stuck.message) == (StepState.FAILED, "still building")


def test_a_near_deadline_starts_at_once_and_says_who_is_late() -> None:
    late = planned(deadline=NOW + timedelta(minutes=2))
    soon = planned(deadline=NOW + timedelta(minutes=10))

    assert advance_at(late, "SLEEPING", NOW)[1]
    assert [step.space for step in late_steps(late)] == ["a/b"]
    assert not late_steps(soon)
    assert first_start(late) == NOW


@pytest.mark.parametrize(
    ("deadline", "times"),
    [
        (T, [CHECK, T, None]),
        (NOW + timedelta(minutes=15), [NOW + timedelta(minutes=15), None]),
        (NOW + timedelta(minutes=2), [NOW + timedelta(minutes=2), None]),
    ],
)
def test_reports_are_due_at_the_check_and_at_the_deadline(
    deadline: datetime, times: list[datetime | None]
) -> None:
    found = [first_report_at(planned(deadline=deadline))]
    while found[-1]:
        found.append(next_report_at(planned(deadline=deadline), found[-1]))

    assert found == times


def test_a_wake_without_a_deadline_is_never_reported() -> None:
    assert first_report_at(operation(Verb.WAKE)) is None


@pytest.mark.parametrize(
    ("sent_before_check", "now_after_check", "expected_after_check"),
    [(4, -1, 0), (4, 0, None), (1, 0, 3), (-10, 12, 14)],
)
def test_a_space_is_expected_as_long_after_its_call_as_it_usually_needs(
    sent_before_check: float, now_after_check: float, expected_after_check: float | None
) -> None:
    (step,) = planned().steps  # usually ready 4 minutes after its call
    sent = mark_sent(step, CHECK - timedelta(minutes=sent_before_check))
    found = expected_at(sent, T, CHECK + timedelta(minutes=now_after_check))

    after = None if expected_after_check is None else timedelta(minutes=expected_after_check)
    assert found == (None if after is None else CHECK + after)
    assert expected_at(step, T, CHECK) is None  # not called yet


DONE, SENT = Step("a/b", StepState.DONE), mark_sent(Step("a/b"), NOW)
FAILED, UNREADY = Step("a/b", StepState.FAILED), Step("a/b", StepState.FAILED, is_unready=True)


@pytest.mark.parametrize(
    ("step", "stage", "health", "expected"),
    [
        (DONE, "RUNNING", UP_APP, Readiness.READY),
        (DONE, "RUNNING", None, Readiness.READY),
        (DONE, None, None, Readiness.READY),  # its owner couldn't be listed
        (DONE, "SLEEPING", UP_APP, Readiness.NEEDS_PERSON),
        (DONE, "RUNTIME_ERROR", UP_APP, Readiness.NEEDS_PERSON),
        (DONE, "RUNNING", DOWN_APP, Readiness.NEEDS_PERSON),
        (DONE, "BUILDING", UP_APP, Readiness.STARTING),
        (SENT, "BUILDING", None, Readiness.STARTING),
        (Step("a/b"), "SLEEPING", None, Readiness.STARTING),
        (FAILED, "RUNTIME_ERROR", None, Readiness.NEEDS_PERSON),
        (FAILED, None, None, Readiness.NEEDS_PERSON),
        (FAILED, "BUILDING", None, Readiness.STARTING),  # someone restarted it
        (FAILED, "RUNNING", UP_APP, Readiness.READY),  # … and it came up
        (UNREADY, "RUNNING", DOWN_APP, Readiness.NEEDS_PERSON),
        (UNREADY, "RUNNING", None, Readiness.NEEDS_PERSON),
        (skip(Step("a/b"), SkipReason.STATIC), "RUNNING", None, Readiness.READY),
        (skip(Step("a/b"), SkipReason.EMPTY), "NO_APP_FILE", None, Readiness.NEEDS_PERSON),
        (skip(Step("a/b"), SkipReason.STOPPED), "SLEEPING", None, Readiness.NEEDS_PERSON),
    ],
)
def test_readiness(
    step: Step, stage: str | None, health: HealthRecord | None, expected: Readiness
) -> None:
    space = Space("a/b", stage) if stage else None

    assert readiness(step, space, health) is expected


def test_a_report_counts_everyone_once_with_the_present_stage() -> None:
    wake = replace(
        planned(), steps=(DONE, replace(SENT, space="a/c"), replace(FAILED, space="a/d"))
    )
    found = make_report(wake, {"a/d": Space("a/d", "RUNTIME_ERROR")}, {}, CHECK)

    assert [len(found.ready), len(found.starting), len(found.in_need)] == [1, 1, 1]
    assert found.total == 3
    assert found.in_need[0].stage == "RUNTIME_ERROR"
    assert (found.is_final, found.are_all_ready) == (False, False)
