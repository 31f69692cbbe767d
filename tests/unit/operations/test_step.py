"""Steps: which states are final, and when an outcome is unknown."""

import pytest

from bot.operations import SkipReason, Step, StepState, Verb, skip
from tests.unit.operations.samples import NOW, operation


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (StepState.WAITING, False),
        (StepState.SENT, False),
        (StepState.DONE, True),
        (StepState.FAILED, True),
        (StepState.SKIPPED, True),
    ],
)
def test_done_failed_and_skipped_are_final(state: StepState, *, expected: bool) -> None:
    assert Step("a/b", state).is_finished is expected
    assert operation(Verb.WAKE, Step("a/c", StepState.DONE), Step("a/b", state)).is_finished is (
        expected
    )


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (Step("a/b"), False),
        (Step("a/b", StepState.SENT), True),
        (Step("a/b", StepState.SENT, accepted=True), False),
        # The Hub rejected the last call, but an earlier one got no answer.
        (Step("a/b", attempts=2, retry_at=NOW, may_have_been_done=True), True),
        (Step("a/b", attempts=1, retry_at=NOW), False),
    ],
)
def test_outcome_of_an_unanswered_attempt_is_unknown(step: Step, *, expected: bool) -> None:
    assert step.is_outcome_unknown is expected


def test_steps_are_selected_by_state_and_by_skip_reason() -> None:
    busy = skip(Step("a/b"), SkipReason.BUSY, Verb.RESTART)
    found = operation(Verb.WAKE, busy, Step("a/c"), Step("a/d", StepState.DONE))

    assert found.skipped_for(SkipReason.BUSY) == (busy,)
    assert found.skipped_for(SkipReason.STOPPED) == ()
    assert [s.space for s in found.in_state(StepState.WAITING, StepState.DONE)] == ["a/c", "a/d"]
    assert found.spaces == ("a/b", "a/c", "a/d")
