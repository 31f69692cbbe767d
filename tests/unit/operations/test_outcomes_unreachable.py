"""Unreachable: how an operation ends while the Hub can't be read or called."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import OUTCOME_UNKNOWN, HubError, HubUnavailable
from bot.operations import Step, StepState, Verb, fail_unreachable
from tests.unit.operations.samples import NOW, SENT_STEP, operation


@pytest.mark.parametrize(
    ("minutes", "progress"), [(59, StepState.WAITING), (61, StepState.FAILED)], ids=["soon", "late"]
)
def test_unreachable_step_fails_after_an_hour(minutes: int, progress: StepState) -> None:
    at, error = NOW + timedelta(minutes=minutes), HubError("403: no.", next_step="Ask for access.")
    after = fail_unreachable(operation(Verb.WAKE), error, at)

    assert after.steps[0].state is progress
    message = "403: no. Nothing was sent. Ask for access." if after.is_finished else ""
    assert after.steps[0].message == message


def test_operation_that_keeps_sending_is_not_failed_as_unreachable() -> None:
    sent = replace(SENT_STEP, sent_at=NOW + timedelta(minutes=30))
    waiting = operation(Verb.WAKE, sent, Step("a/c"))

    assert (
        fail_unreachable(waiting, HubError("the rate limit"), NOW + timedelta(minutes=61))
        == waiting
    )


@pytest.mark.parametrize(
    ("step", "effect"),
    [
        (Step("a/b"), "Nothing was sent."),
        (SENT_STEP, OUTCOME_UNKNOWN),
        (
            replace(SENT_STEP, accepted=True),
            "Hugging Face accepted it; I haven't seen how it ended.",
        ),
        (Step("a/b", attempts=1, may_have_been_done=True), OUTCOME_UNKNOWN),
    ],
    ids=["unsent", "unanswered", "accepted", "doubtful"],
)
def test_unreachable_hub_claims_no_effect_but_the_steps_own(step: Step, effect: str) -> None:
    outage = HubUnavailable("No connection.", effect="Nothing was done.")
    after = fail_unreachable(operation(Verb.WAKE, step), outage, NOW + timedelta(hours=2))
    assert after.steps[0].message == f"No connection. {effect}"
