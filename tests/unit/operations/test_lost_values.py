"""Lost values: when an operation on a secret ends because no process has its value any more."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.operations import (
    VALUE_TTL,
    Operation,
    SkipReason,
    Step,
    StepState,
    Verb,
    end_without_value,
    has_lost_value,
    mark_accepted,
    mark_sent,
    needs_renewal,
    renew_value,
    still_needs_value,
)
from tests.unit.operations.samples import NOW

SECOND = timedelta(seconds=1)
WAITING = Step("a/c", stage="RUNNING")
SENT = mark_sent(Step("a/b", stage_before="RUNNING"), NOW)
ACCEPTED = mark_accepted(SENT, "RUNNING")
DONE = replace(ACCEPTED, state=StepState.DONE)
UNKNOWN = replace(SENT, state=StepState.WAITING, may_have_been_done=True)


def setting(*steps: Step, verb: Verb = Verb.SET_SECRET, key: str = "KEY") -> Operation:
    return renew_value(Operation(verb, steps, "U1", "C1", NOW, args={"key": key}), NOW)


@pytest.mark.parametrize(
    ("operation", "at", "is_lost"),
    [
        pytest.param(setting(DONE, WAITING), NOW + VALUE_TTL, False, id="a sign of life"),
        pytest.param(setting(DONE, WAITING), NOW + VALUE_TTL + SECOND, True, id="none since"),
        pytest.param(replace(setting(WAITING), value_until=None), NOW, True, id="never one"),
        pytest.param(setting(DONE), NOW + 2 * VALUE_TTL, False, id="all is sent"),
        pytest.param(setting(SENT), NOW + 2 * VALUE_TTL, False, id="sent, and not yet repeated"),
        pytest.param(
            setting(WAITING, verb=Verb.DELETE_SECRET), NOW + 2 * VALUE_TTL, False, id="no value"
        ),
    ],
)
def test_a_value_is_lost_without_a_sign_of_life(
    operation: Operation, at: datetime, *, is_lost: bool
) -> None:
    assert has_lost_value(operation, at) is is_lost


def test_the_end_skips_what_waits_and_fails_what_may_have_been_done() -> None:
    ended = end_without_value(setting(DONE, WAITING, UNKNOWN, ACCEPTED))

    states = [StepState.DONE, StepState.SKIPPED, StepState.FAILED, StepState.SENT]
    assert [step.state for step in ended.steps] == states
    assert ended.steps[1].skip_reason is SkipReason.VALUE_LOST


@pytest.mark.parametrize(
    ("step", "is_needed"),
    [(WAITING, True), (SENT, True), (UNKNOWN, True), (ACCEPTED, False), (DONE, False)],
)
def test_a_value_is_needed_until_nothing_can_be_sent(step: Step, *, is_needed: bool) -> None:
    assert still_needs_value(setting(step)) is is_needed


def test_a_sign_of_life_is_renewed_before_it_expires() -> None:
    assert not needs_renewal(setting(WAITING), NOW + SECOND)
    assert needs_renewal(setting(WAITING), NOW + VALUE_TTL / 2)
