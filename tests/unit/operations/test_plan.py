"""Plans: which steps an operation has, which are skipped, and which calls they may use."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.model import RateBudget
from bot.operations import (
    RESERVE,
    SkipReason,
    Step,
    StepState,
    Verb,
    busy,
    exhausted_window,
    plan,
)
from tests.unit.operations.samples import fleet, operation


def test_a_plan_skips_what_another_operation_is_doing() -> None:
    running = operation(Verb.WAKE, Step("a/b", StepState.SENT))

    (step,) = plan(Verb.PAUSE, ["a/b"], fleet("SLEEPING"), busy([running]))

    assert (step.state, step.skip_reason) == (StepState.SKIPPED, SkipReason.BUSY)
    assert step.busy_with is Verb.WAKE


@pytest.mark.parametrize(
    ("remaining", "resets_in", "is_exhausted"),
    [
        pytest.param(RESERVE + 1, 60, False, id="more than the reserve"),
        pytest.param(RESERVE, 60, True, id="only the reserve"),
        pytest.param(0, 0, False, id="the window has ended"),
    ],
)
def test_a_window_is_exhausted_while_only_the_reserve_is_left(
    remaining: int, resets_in: int, *, is_exhausted: bool
) -> None:
    now = datetime(2026, 9, 1, tzinfo=UTC)
    window = RateBudget(remaining, now + timedelta(seconds=resets_in))

    assert exhausted_window(window, now) == (window if is_exhausted else None)


def test_an_unknown_window_is_not_exhausted() -> None:
    assert exhausted_window(None, datetime(2026, 9, 1, tzinfo=UTC)) is None
