"""Cards and final replies of operations."""

from dataclasses import replace

import pytest

from bot.cards import Message
from bot.operations import SkipReason, Step, StepState, skip
from bot.render import (
    operations,
)
from tests.goldens import check_message
from tests.unit.render.fleet_samples import BUSY, NAMES, NOW, STEPS, STOPPED, UNKNOWN, WAITING, WAKE

FINISHED = replace(WAKE, steps=(*STEPS[:1], replace(STEPS[1], state=StepState.DONE), *STEPS[2:]))


STOPPED_AND_FINISHED = replace(
    STOPPED,
    steps=(STOPPED.steps[0], replace(STEPS[1], state=StepState.DONE), *STOPPED.steps[2:]),
)


RATE_LIMIT_ERROR = (
    "Hugging Face is rate-limiting us until 2026-03-03 06:00 UTC: “retry in 20 hours”."
)
RATE_LIMITED = replace(
    WAKE, steps=tuple(Step(f"acme/if-{n}", StepState.FAILED, RATE_LIMIT_ERROR) for n in range(30))
)


BAD_GATEWAY = Step(
    "acme/if-c",
    StepState.FAILED,
    "running, but not answering (502 at /)",
    "RUNNING",
    running_since=NOW,
    is_unready=True,
)
AWAITED = replace(BAD_GATEWAY, state=StepState.SENT, message="", is_unready=False)
READY = Step("acme/if-a", StepState.DONE, stage="RUNNING")


CASES: dict[str, Message] = {
    "operation_awaiting_app": operations.card(replace(WAKE, steps=(READY, AWAITED)), NAMES, NOW),
    "operation_not_answering": operations.card(
        replace(WAKE, steps=(READY, BAD_GATEWAY)), NAMES, NOW
    ),
    "operation_of_one_not_answering": operations.card(
        replace(WAKE, steps=(BAD_GATEWAY,)), NAMES, NOW
    ),
    "operation_not_answering_reply": operations.final_reply(
        replace(WAKE, steps=(READY, BAD_GATEWAY)), NAMES, NOW
    ),
    "operation_in_progress": operations.card(WAKE, NAMES, NOW),
    "operation_blocked": operations.card(WAKE, NAMES, NOW, "Hugging Face isn't responding."),
    "operation_finished": operations.card(FINISHED, NAMES, NOW),
    "operation_unknown": operations.card(UNKNOWN, NAMES, NOW),
    "operation_unknown_reply": operations.final_reply(UNKNOWN, NAMES, NOW),
    "operation_waiting": operations.card(WAITING, NAMES, NOW),
    "operation_stopped": operations.card(STOPPED, NAMES, NOW),
    "operation_stopped_and_finished": operations.card(STOPPED_AND_FINISHED, NAMES, NOW),
    "operation_stopped_final_reply": operations.final_reply(STOPPED_AND_FINISHED, NAMES, NOW),
    "operation_failed_for_one_reason": operations.card(RATE_LIMITED, NAMES, NOW),
    "operation_reply": operations.final_reply(FINISHED, NAMES, NOW),
    "operation_busy": operations.card(BUSY, NAMES, NOW),
    "operation_busy_reply": operations.final_reply(
        replace(BUSY, steps=(*BUSY.steps, Step("acme/if-a", StepState.DONE))), NAMES, NOW
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_message_matches_its_golden(name: str) -> None:
    check_message(f"answers/{name}", CASES[name])


def test_progress_counts_the_work_and_not_the_spaces_that_needed_none() -> None:
    up = [skip(Step(f"acme/if-{n}"), SkipReason.ALREADY_UP) for n in range(14)]
    begun = replace(WAKE, steps=(*up, Step("acme/if-y"), Step("acme/if-z")))
    half = replace(WAKE, steps=(*up, Step("acme/if-y"), Step("acme/if-z", StepState.DONE)))

    assert "⬜" * 10 in str(operations.card(begun, NAMES, NOW).blocks)
    assert "🟩" * 5 + "⬜" * 5 in str(operations.card(half, NAMES, NOW).blocks)


def test_one_failure_among_many_is_seen_while_hundreds_wait() -> None:
    failed = Step("acme/if-a", StepState.FAILED, "boom")
    waiting = tuple(Step(f"acme/if-{n}") for n in range(300))
    shown = operations.card(replace(WAKE, steps=(failed, *waiting)), NAMES, NOW)

    assert f"🟥{'⬜' * 9}" in str(shown.blocks)
