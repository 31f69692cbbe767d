"""The progress of an operation on the alert card that it was started from."""

from dataclasses import replace

import pytest

from bot.cards import Message
from bot.operations import Rollout, SkipReason, Step, StepState, Verb, skip, stop
from bot.render.progress import progress
from tests.goldens import check_message
from tests.unit.render.fleet_samples import NAMES, NOW, STEPS, STOPPED, WAITING, WAKE

SENT = Step("acme/if-b", StepState.SENT, stage="BUILDING", sent_at=NOW)
RESTART = replace(WAKE, verb=Verb.RESTART, steps=(SENT,))
DONE = replace(RESTART, steps=(replace(SENT, state=StepState.DONE, stage="RUNNING"),))
PAYMENT = "This needs a paid plan. Upgrade the owner's plan."
FAILED = replace(RESTART, steps=(Step("acme/if-b", StepState.FAILED, PAYMENT),))
PARTLY = replace(
    WAKE, steps=(STEPS[3], *(Step(f"acme/if-{n}", StepState.FAILED, "boom") for n in range(5)))
)
WAVES = Rollout((1, 3, 21), held_at=NOW)
CRASHED = Step(
    "acme/if-b",
    StepState.FAILED,
    "No matching distribution found for torch==9.9",
    "BUILD_ERROR",
    "RUNNING",
    failed_stage="BUILD_ERROR",
    attempts=1,
    accepted=True,
)
IN_WAVES = replace(
    RESTART,
    steps=tuple(Step(f"acme/if-{n}", stage="RUNNING") for n in range(25)),
    rollout=WAVES,
    id=17,
)
HELD = replace(IN_WAVES, steps=(CRASHED, *IN_WAVES.steps[1:]))
CASES = {
    "running": progress(RESTART, NAMES, NOW),
    "blocked": progress(RESTART, NAMES, NOW, "Hugging Face isn't responding."),
    "done": progress(DONE, NAMES, NOW),
    "failed": progress(FAILED, NAMES, NOW),
    "of_several": progress(WAKE, NAMES, NOW),
    "of_many": progress(WAITING, NAMES, NOW),
    "partly_failed": progress(PARTLY, NAMES, NOW),
    "skipped": progress(replace(RESTART, steps=(skip(SENT, SkipReason.ALREADY_UP),)), NAMES, NOW),
    "stopped": progress(STOPPED, NAMES, NOW),
    "in_waves": progress(IN_WAVES, NAMES, NOW),
    "held": progress(HELD, NAMES, NOW),
    "held_then_stopped": progress(stop(HELD, "U2", NOW), NAMES, NOW),
    "stopped_alone": progress(stop(RESTART, "U2", NOW), NAMES, NOW),
}


@pytest.mark.parametrize("name", CASES)
def test_message_matches_its_golden(name: str) -> None:
    check_message(f"progress/{name}", Message("the card's own", CASES[name].blocks))


def test_progress_fits_below_the_longest_card() -> None:
    steps = (Step(f"acme/if-{n}{'x' * 90}", StepState.FAILED, "<&>" * 500) for n in range(300))
    shown = progress(replace(WAKE, steps=tuple(steps)), NAMES, NOW)
    assert len(str(shown.blocks)) < 4_000


def test_an_act_that_did_nothing_is_no_success() -> None:
    assert ":white_check_mark:" not in str(CASES["skipped"].blocks)
