"""Waves: one, then a tenth, then the rest, and only while nothing new fails."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import HubForbidden, HubUnavailable
from bot.model import Space
from bot.operations import (
    HOLD_TIMEOUT,
    MAX_AT_ONCE,
    Operation,
    Rollout,
    SkipReason,
    Step,
    StepState,
    Verb,
    fail_unreachable,
    hold,
    is_held,
    is_idle,
    mark_accepted,
    mark_rejected,
    mark_sent,
    plan_waves,
    resume,
    sendable,
    stop,
)
from tests.unit.operations.samples import NOW

SENT = mark_accepted(mark_sent(Step("a/x", stage_before="RUNNING"), NOW), "RUNNING")
DONE = replace(SENT, state=StepState.DONE)
FAILED = replace(SENT, state=StepState.FAILED, message="KeyError", failed_stage="RUNTIME_ERROR")
REFUSED = mark_rejected(
    mark_sent(Step("a/x", stage_before="RUNNING"), NOW), HubForbidden("no"), NOW
)
RETRIED = mark_rejected(
    mark_sent(Step("a/x", stage_before="RUNNING"), NOW), HubUnavailable("502"), NOW
)
SKIPPED = Step("a/x", StepState.SKIPPED)
WAITING = Step("a/x", stage="RUNNING")
ASLEEP = Step("a/x", stage="SLEEPING")


def rollout(*steps: Step, accepted: int = 0, total: int = 60) -> Operation:
    """Return a rollout of 60 Spaces that begins with *steps*; the other Spaces run and wait."""
    rest = [WAITING] * (total - len(steps))
    numbered = tuple(replace(s, space=f"a/{n:02}") for n, s in enumerate((*steps, *rest)))
    waves = Rollout((1, 6, 53), accepted_failures=accepted)
    return Operation(Verb.RESTART, numbered, "U1", "C1", NOW, id=12, rollout=waves)


def due(operation: Operation) -> list[Step]:
    waiting = operation.in_state(StepState.WAITING)
    return [replace(step, stage_before=step.stage) for step in waiting]


def sent_now(operation: Operation) -> list[str]:
    return [step.space for step in sendable(operation, due(operation))]


@pytest.mark.parametrize(
    ("steps", "number"),
    [
        pytest.param([], 1, id="the first wave is one Space"),
        pytest.param([SENT], 0, id="which must be ready first"),
        pytest.param([DONE], 6, id="the second is a tenth"),
        pytest.param([DONE] * 4, 3, id="the second continues after a restart of the bot"),
        pytest.param([DONE] * 6 + [SENT], 0, id="all of the second must be ready"),
        pytest.param([DONE] * 7, 53, id="the third is the rest"),
        pytest.param([DONE] * 7 + [SENT] * 40, 13, id="which is sent at once"),
        pytest.param([SKIPPED] * 5, 1, id="a skipped Space doesn't count"),
        pytest.param([REFUSED], 1, id="neither does one whose call the Hub refused"),
        pytest.param([FAILED], 0, id="a failure holds the first wave"),
        pytest.param([DONE] * 3 + [FAILED], 0, id="and the second"),
        pytest.param([DONE] * 20 + [FAILED], 0, id="and the third"),
    ],
)
def test_a_wave_is_sent_once_the_one_before_is_ready(steps: list[Step], number: int) -> None:
    assert len(sent_now(rollout(*steps))) == number


@pytest.mark.parametrize(
    ("steps", "first"),
    [
        pytest.param([ASLEEP, ASLEEP], ["a/02"], id="the first Space is one that runs"),
        pytest.param([RETRIED], ["a/00"], id="a call is repeated in its wave"),
    ],
)
def test_the_first_wave_takes(steps: list[Step], first: list[str]) -> None:
    assert sent_now(rollout(*steps)) == first


def test_the_rest_follows_when_no_space_is_left_that_runs() -> None:
    operation = rollout(DONE, DONE, ASLEEP, ASLEEP, total=4)

    assert sent_now(operation) == ["a/02", "a/03"]


def test_a_space_that_waits_for_the_rate_limit_keeps_its_place() -> None:
    operation = rollout(WAITING, *[ASLEEP] * 59)

    assert sendable(operation, due(operation)[1:]) == ()


def test_a_space_that_failed_before_does_not_hold_the_rollout() -> None:
    old = replace(FAILED, stage_before="RUNTIME_ERROR")

    assert not is_held(rollout(*[DONE] * 7, old))


def test_a_space_whose_app_did_not_answer_before_does_not_hold_the_rollout() -> None:
    old = replace(FAILED, is_unready=True, was_unready=True)

    assert not is_held(rollout(*[DONE] * 7, old))


def test_the_first_wave_takes_a_space_whose_app_answers() -> None:
    silent = replace(WAITING, was_unready=True)

    assert sent_now(rollout(silent, silent)) == ["a/02"]


def test_spaces_whose_apps_do_not_answer_are_not_interrupted() -> None:
    fleet = {f"a/{n}": Space(f"a/{n}", "RUNNING") for n in range(30)}
    operation = Operation(Verb.RESTART, tuple(map(Step, fleet)), "U1", "C1", NOW)

    planned = plan_waves(operation, fleet, frozenset([*fleet][:10]))

    assert planned.rollout is None
    assert sum(step.was_unready for step in planned.steps) == 10


def test_an_app_that_does_not_answer_any_more_holds_the_rollout() -> None:
    assert is_held(rollout(replace(FAILED, is_unready=True)))


def test_an_operation_without_waves_is_sent_at_once_and_never_held() -> None:
    operation = replace(rollout(FAILED), rollout=None)

    assert len(sent_now(operation)) == 59
    assert not is_held(operation)
    assert hold(operation, NOW) == operation


def test_a_continued_rollout_goes_on_with_the_next_wave_until_the_next_failure() -> None:
    continued = resume(rollout(FAILED), "U2", NOW)

    assert len(sent_now(continued)) == 6
    assert continued.rollout == Rollout((1, 6, 53), None, 1, "U2", NOW)
    assert sent_now(rollout(FAILED, FAILED, accepted=1)) == []


def test_a_held_rollout_ends_after_a_day() -> None:
    held = hold(rollout(FAILED), NOW)
    assert held.rollout
    assert held.rollout.held_at == NOW
    assert hold(held, NOW + HOLD_TIMEOUT) == held

    ended = hold(held, NOW + HOLD_TIMEOUT + timedelta(seconds=1))

    assert ended.is_finished
    assert len(ended.skipped_for(SkipReason.HELD)) == 59


def test_a_rollout_is_idle_once_its_last_call_has_ended() -> None:
    assert is_idle(hold(rollout(FAILED), NOW))
    assert not is_idle(hold(rollout(DONE, FAILED, SENT), NOW))
    assert not is_idle(rollout(DONE, SENT))


def test_a_stopped_rollout_is_not_held() -> None:
    assert not is_held(stop(rollout(FAILED), "U2", NOW))


def test_an_outage_after_a_long_hold_does_not_end_a_continued_rollout() -> None:
    later = NOW + timedelta(hours=20)
    continued = resume(hold(rollout(FAILED), NOW), "U2", later)

    assert fail_unreachable(continued, HubUnavailable("502"), later) == continued


@pytest.mark.parametrize(
    ("verb", "running", "asleep", "waves"),
    [
        (Verb.RESTART, MAX_AT_ONCE, 40, None),
        (Verb.RESTART, 60, 0, (1, 6, 53)),
        (Verb.REBUILD, 21, 0, (1, 3, 17)),
        (Verb.HARDWARE, 30, 30, (1, 6, 53)),
        (Verb.WAKE, 0, 60, None),
        (Verb.PAUSE, 60, 0, None),
    ],
)
def test_what_interrupts_more_than_20_spaces_goes_in_waves(
    verb: Verb, running: int, asleep: int, waves: tuple[int, ...] | None
) -> None:
    stages = ["RUNNING"] * running + ["SLEEPING"] * asleep
    fleet = {f"a/{n}": Space(f"a/{n}", stage) for n, stage in enumerate(stages)}
    operation = Operation(verb, tuple(map(Step, fleet)), "U1", "C1", NOW)

    planned = plan_waves(operation, fleet).rollout

    assert (planned.waves if planned else None) == waves
