"""Results of operations in the audit."""

from collections.abc import Mapping

import pytest

from bot.operations import StepState, Verb
from bot.render import audit


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({StepState.DONE: 14}, "14 of 14 ready"),
        ({StepState.DONE: 12, StepState.FAILED: 2}, "12 of 14 ready, 2 failed"),
        ({StepState.SKIPPED: 1}, "nothing to do, 1 skipped"),
        # Steps that needed nothing aren't counted.
        (
            {StepState.DONE: 1, StepState.FAILED: 1, StepState.SKIPPED: 3},
            "1 of 2 ready, 3 skipped, 1 failed",
        ),
        # What is not over says so.
        (
            {StepState.DONE: 1, StepState.SENT: 2, StepState.WAITING: 3},
            "1 of 6 ready, 5 in progress",
        ),
    ],
)
def test_operation_result_counts_steps_in_words(
    counts: Mapping[StepState, int], expected: str
) -> None:
    assert audit.operation_result(Verb.WAKE, {}, counts) == expected


def test_stopped_steps_are_not_counted_as_left_alone() -> None:
    counts = {StepState.DONE: 1, StepState.SKIPPED: 5}

    assert (
        audit.operation_result(Verb.WAKE, {}, counts, unsent=3)
        == "1 of 4 ready, 2 skipped, 3 not sent"
    )


@pytest.mark.parametrize(
    ("skipped", "expected"),
    [
        (3, "stopped before anything was sent"),
        (5, "stopped before anything was sent, 2 skipped"),
    ],
)
def test_operation_stopped_at_once_says_so(skipped: int, expected: str) -> None:
    counts = {StepState.SKIPPED: skipped}

    assert audit.operation_result(Verb.WAKE, {}, counts, unsent=3) == expected


def test_operation_result_ends_with_the_first_problem() -> None:
    counts = {StepState.DONE: 1, StepState.FAILED: 2}

    result = audit.operation_result(Verb.WAKE, {}, counts, "acme/if-a: The Hub said no.")

    assert result == "1 of 3 ready, 2 failed: acme/if-a: The Hub said no."


def test_operation_result_names_the_requested_hardware() -> None:
    result = audit.operation_result(Verb.HARDWARE, {"flavor": "t4-small"}, {StepState.DONE: 2})

    assert result == "2 of 2 on t4-small"
