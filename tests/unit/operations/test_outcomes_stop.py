"""Stop: unsent steps are skipped, sent ones are followed to their end."""

import pytest

from bot.operations import SkipReason, Step, StepState, Verb, stop
from bot.operations.outcomes import can_be_stopped, skip_unsent
from tests.unit.operations.samples import NOW, operation

WAITING = Step("a/b")
SENT = Step("a/b", StepState.SENT, accepted=True)
UNANSWERED = Step("a/b", StepState.SENT)
UNKNOWN = Step("a/b", attempts=1, message="No answer came.", may_have_been_done=True)


@pytest.mark.parametrize(
    ("step", "state", "reason"),
    [
        (WAITING, StepState.SKIPPED, SkipReason.STOPPED),
        (SENT, StepState.SENT, None),
        (UNANSWERED, StepState.SENT, None),
        # The Hub may have executed it, so it isn't called unsent.
        (UNKNOWN, StepState.FAILED, None),
        (Step("a/b", StepState.DONE), StepState.DONE, None),
    ],
)
def test_only_steps_that_were_never_sent_are_skipped(
    step: Step, state: StepState, reason: SkipReason | None
) -> None:
    stopped = stop(operation(Verb.WAKE, step), "U2", NOW)

    assert (stopped.stopped_by, stopped.stopped_at) == ("U2", NOW)
    assert (stopped.steps[0].state, stopped.steps[0].skip_reason) == (state, reason)


def test_a_failed_step_keeps_the_reason_of_its_unknown_outcome() -> None:
    assert stop(operation(Verb.WAKE, UNKNOWN), "U2", NOW).steps[0].message == "No answer came."


def test_an_operation_that_runs_on_keeps_its_waiting_steps() -> None:
    running = operation(Verb.WAKE, WAITING)

    assert skip_unsent(running) == running


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (WAITING, True),
        (UNANSWERED, True),
        (SENT, False),
        (Step("a/b", StepState.FAILED), False),
    ],
)
def test_an_operation_can_be_stopped_while_a_step_may_still_be_sent(
    step: Step, *, expected: bool
) -> None:
    assert can_be_stopped(operation(Verb.WAKE, step)) is expected
