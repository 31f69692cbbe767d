"""Outcomes of operations in the audit."""

from collections.abc import Mapping

import pytest

from bot.audit import AskState
from bot.operations import StepState, Verb
from bot.render import audit_outcomes


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({StepState.DONE: 14}, "14 of 14 up"),
        ({StepState.DONE: 12, StepState.FAILED: 2}, "12 of 14 up, 2 problems"),
        ({StepState.SKIPPED: 1}, "nothing was done, 1 left alone"),
        # What needed nothing was not asked for anything.
        (
            {StepState.DONE: 1, StepState.FAILED: 1, StepState.SKIPPED: 3},
            "1 of 2 up, 1 problem, 3 left alone",
        ),
        # What is not over says so.
        ({StepState.DONE: 1, StepState.SENT: 2, StepState.WAITING: 3}, "1 of 6 up, 5 under way"),
    ],
)
def test_operation_outcome_counts_steps_in_words(
    counts: Mapping[StepState, int], expected: str
) -> None:
    assert audit_outcomes.operation_outcome(Verb.WAKE, {}, counts) == expected


def test_stopped_steps_are_not_counted_as_left_alone() -> None:
    counts = {StepState.DONE: 1, StepState.SKIPPED: 5}

    assert (
        audit_outcomes.operation_outcome(Verb.WAKE, {}, counts, unsent=3)
        == "1 of 4 up, 2 left alone, 3 not sent"
    )


def test_operation_outcome_ends_with_the_first_problem() -> None:
    counts = {StepState.DONE: 1, StepState.FAILED: 2}

    outcome = audit_outcomes.operation_outcome(Verb.WAKE, {}, counts, "acme/if-a: The Hub said no.")

    assert outcome == "1 of 3 up, 2 problems: acme/if-a: The Hub said no."


@pytest.mark.parametrize(
    ("counts", "state"),
    [
        ({StepState.DONE: 2, StepState.SKIPPED: 1}, AskState.ACTED),
        ({StepState.SKIPPED: 1}, AskState.ACTED),
        ({StepState.DONE: 2, StepState.FAILED: 1}, AskState.PARTLY),
        ({StepState.SKIPPED: 2, StepState.FAILED: 1}, AskState.FAILED),
        # Not over yet, whatever has failed by now.
        ({StepState.DONE: 1, StepState.FAILED: 1, StepState.SENT: 1}, AskState.UNDER_WAY),
        ({StepState.FAILED: 1, StepState.WAITING: 1}, AskState.UNDER_WAY),
    ],
)
def test_operation_state_follows_from_its_steps(
    counts: Mapping[StepState, int], state: AskState
) -> None:
    assert audit_outcomes.operation_state(counts) == state


def test_operation_outcome_names_the_requested_hardware() -> None:
    outcome = audit_outcomes.operation_outcome(
        Verb.HARDWARE, {"flavor": "t4-small"}, {StepState.DONE: 2}
    )

    assert outcome == "2 of 2 on t4-small"
