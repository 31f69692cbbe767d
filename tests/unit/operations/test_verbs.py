"""Verbs: the stages that each one starts from, waits for and ends in."""

import pytest

from bot.model import Space
from bot.operations import (
    NEW_SPACE_GRACE,
    VERB_SPECS,
    Failure,
    Step,
    StepState,
    Verb,
)
from tests.unit.operations.samples import (
    AFTER_NO_CHANGE_TIMEOUT,
    AFTER_PROPAGATION,
    AFTER_STEP_TIMEOUT,
    advance_once,
    sent_step,
)

WITHIN_GRACE, AFTER_GRACE = NEW_SPACE_GRACE.seconds - 1, NEW_SPACE_GRACE.seconds + 1


def test_every_verb_has_a_spec() -> None:
    assert set(VERB_SPECS) == set(Verb)


@pytest.mark.parametrize(
    ("verb", "step", "seconds", "stage", "progress"),
    [
        # A new Space may be unlisted for a while, but not forever.
        (Verb.PROVISION, sent_step(Verb.PROVISION, ""), AFTER_PROPAGATION, None, StepState.SENT),
        (
            Verb.PROVISION,
            sent_step(Verb.PROVISION, ""),
            AFTER_NO_CHANGE_TIMEOUT,
            None,
            StepState.FAILED,
        ),
        # It may briefly have no app file; later that is an error.
        (
            Verb.PROVISION,
            sent_step(Verb.PROVISION, ""),
            WITHIN_GRACE,
            "NO_APP_FILE",
            StepState.SENT,
        ),
        (
            Verb.PROVISION,
            sent_step(Verb.PROVISION, ""),
            AFTER_GRACE,
            "NO_APP_FILE",
            StepState.FAILED,
        ),
        # Followed until it runs or fails.
        (Verb.PROVISION, sent_step(Verb.PROVISION, ""), 3, "BUILDING", StepState.SENT),
        (Verb.PROVISION, sent_step(Verb.PROVISION, ""), 3, "RUNNING", StepState.DONE),
        (Verb.PROVISION, sent_step(Verb.PROVISION, ""), 3, "BUILD_ERROR", StepState.FAILED),
        (Verb.PROVISION, sent_step(Verb.PROVISION, ""), 3, "PAUSED", StepState.WAITING),
        # A repair doesn't wake a sleeping Space; on a running one it may be too quick to see.
        (Verb.PROVISION, sent_step(Verb.PROVISION, "SLEEPING"), 1, "SLEEPING", StepState.DONE),
        (Verb.PROVISION, sent_step(Verb.PROVISION, "RUNNING"), 1, "RUNNING", StepState.SENT),
        (
            Verb.PROVISION,
            sent_step(Verb.PROVISION, "RUNNING"),
            AFTER_PROPAGATION,
            "RUNNING",
            StepState.DONE,
        ),
        # An empty Space is done once it is there, and a sleep time once it is set.
        (Verb.CREATE, sent_step(Verb.CREATE, ""), 1, None, StepState.DONE),
        (Verb.SLEEP, sent_step(Verb.SLEEP, "RUNNING"), 1, "RUNNING", StepState.DONE),
        # New hardware restarts a running Space, and is pending for others.
        (Verb.HARDWARE, sent_step(Verb.HARDWARE, "PAUSED"), 1, "PAUSED", StepState.DONE),
        (Verb.HARDWARE, sent_step(Verb.HARDWARE, "RUNNING"), 1, "RUNNING", StepState.SENT),
        (Verb.HARDWARE, sent_step(Verb.HARDWARE, "RUNNING"), 9, "APP_STARTING", StepState.SENT),
        (Verb.HARDWARE, sent_step(Verb.HARDWARE, "RUNNING"), 9, "RUNTIME_ERROR", StepState.FAILED),
        # An upload is followed through its build, with the old version serving or not.
        (Verb.UPLOAD, sent_step(Verb.UPLOAD, "RUNNING"), 9, "RUNNING_BUILDING", StepState.SENT),
        (Verb.UPLOAD, sent_step(Verb.UPLOAD, "RUNNING"), 9, "BUILDING", StepState.SENT),
        (Verb.UPLOAD, sent_step(Verb.UPLOAD, "BUILD_ERROR"), 9, "RUNNING", StepState.DONE),
        (Verb.UPLOAD, sent_step(Verb.UPLOAD, "RUNNING"), 9, "BUILD_ERROR", StepState.FAILED),
        # It may need no build; a paused Space stays paused.
        (Verb.UPLOAD, sent_step(Verb.UPLOAD, "RUNNING"), 9, "RUNNING", StepState.SENT),
        (
            Verb.UPLOAD,
            sent_step(Verb.UPLOAD, "RUNNING"),
            AFTER_PROPAGATION,
            "RUNNING",
            StepState.DONE,
        ),
        (Verb.UPLOAD, sent_step(Verb.UPLOAD, "PAUSED"), 1, "PAUSED", StepState.DONE),
        # A restarted build has the same stage, which isn't a missing reaction.
        (
            Verb.UPLOAD,
            sent_step(Verb.UPLOAD, "BUILDING"),
            AFTER_NO_CHANGE_TIMEOUT,
            "BUILDING",
            StepState.SENT,
        ),
        (
            Verb.REBUILD,
            sent_step(Verb.REBUILD, "BUILDING"),
            AFTER_NO_CHANGE_TIMEOUT,
            "BUILDING",
            StepState.SENT,
        ),
        (
            Verb.REBUILD,
            sent_step(Verb.REBUILD, "BUILDING"),
            AFTER_STEP_TIMEOUT,
            "BUILDING",
            StepState.FAILED,
        ),
        (
            Verb.PAUSE,
            sent_step(Verb.PAUSE, "BUILDING"),
            AFTER_NO_CHANGE_TIMEOUT,
            "BUILDING",
            StepState.FAILED,
        ),
    ],
)
def test_each_verb_follows_its_own_stages(
    verb: Verb, step: Step, seconds: int, stage: str | None, progress: StepState
) -> None:
    assert advance_once(verb, step, seconds, stage).state is progress


@pytest.mark.parametrize(
    ("verb", "stage_before", "seconds", "stage", "progress"),
    [
        # No response, and it exists now: it was created, and isn't created again.
        (Verb.PROVISION, "", AFTER_PROPAGATION, "BUILDING", StepState.SENT),
        (Verb.CREATE, "", AFTER_PROPAGATION, "NO_APP_FILE", StepState.DONE),
        # No response, and it doesn't exist: not yet, or the call was lost.
        (Verb.PROVISION, "", 3, None, StepState.SENT),
        (Verb.PROVISION, "", AFTER_PROPAGATION, None, StepState.WAITING),
        (Verb.CREATE, "", AFTER_PROPAGATION, None, StepState.WAITING),
        # A stage change doesn't prove that a repair, a sleep time or hardware was applied.
        (Verb.PROVISION, "RUNNING", AFTER_PROPAGATION, "APP_STARTING", StepState.WAITING),
        (Verb.HARDWARE, "RUNNING", AFTER_PROPAGATION, "APP_STARTING", StepState.WAITING),
        (Verb.SLEEP, "RUNNING", AFTER_PROPAGATION, "RUNNING", StepState.WAITING),
        (Verb.HARDWARE, "RUNNING", 3, "APP_STARTING", StepState.SENT),
    ],
)
def test_call_without_a_response_by_verb(
    verb: Verb, stage_before: str, seconds: int, stage: str | None, progress: StepState
) -> None:
    assert (
        advance_once(verb, sent_step(verb, stage_before, is_accepted=False), seconds, stage).state
        is progress
    )


def test_crash_reason_is_the_last_error_line() -> None:
    error = "Exit code: 1. Reason: Traceback (most recent call last):\n  File a\nKeyError: 'x'"
    crashed = Space("acme/team-a", "RUNTIME_ERROR", error=error)

    assert VERB_SPECS[Verb.WAKE].failure(crashed) == Failure("KeyError: 'x'", "RUNTIME_ERROR")
