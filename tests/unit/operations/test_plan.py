"""Plans: which steps an operation has, and which are skipped."""

from bot.operations import (
    SkipReason,
    Step,
    StepState,
    Verb,
    busy,
    plan,
)
from tests.unit.operations.samples import fleet, operation


def test_a_plan_skips_what_another_operation_is_doing() -> None:
    running = operation(Verb.WAKE, Step("a/b", StepState.SENT))

    (step,) = plan(Verb.PAUSE, ["a/b"], fleet("SLEEPING"), busy([running]))

    assert (step.state, step.skip_reason) == (StepState.SKIPPED, SkipReason.BUSY)
    assert step.busy_with is Verb.WAKE
