"""Advancing an operation: stages and times in, steps out."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from bot.causes import CauseId
from bot.errors import HubForbidden, OutcomeUnknown, RateLimited
from bot.model import Space
from bot.operations import (
    SkipReason,
    Step,
    StepState,
    Verb,
    mark_accepted,
    mark_rejected,
    mark_sent,
)
from tests.unit.operations.samples import (
    AFTER_NO_CHANGE_TIMEOUT,
    AFTER_PROPAGATION,
    AFTER_STEP_TIMEOUT,
    FLAVOR,
    NOW,
    SENT_STEP,
    advance,
    advance_once,
    fleet,
    operation,
    sent_step,
)


def observe_stages(
    verb: Verb, stage_before: str, *observations: tuple[int, str], response: str | None = ""
) -> Step:
    """Send a step to a Space that is *stage_before*, then show one stage after another.

    *response* is the stage in the Hub's answer ("" for the old one, None for no answer at all).
    """
    _, (due,) = advance(operation(verb), fleet(stage_before), NOW)
    step = mark_sent(due, NOW)
    if response is not None:
        step = mark_accepted(step, response or stage_before)
    for seconds, stage in observations:
        after, _ = advance(operation(verb, step), fleet(stage), NOW + timedelta(seconds=seconds))
        (step,) = after.steps
    return step


@pytest.mark.parametrize(
    ("verb", "stage", "sdk", "reason"),
    [
        # A running or starting Space needs no wake.
        (Verb.WAKE, "RUNNING", "docker", SkipReason.ALREADY_UP),
        (Verb.WAKE, "RUNNING_BUILDING", "docker", SkipReason.ALREADY_UP),
        (Verb.WAKE, "BUILDING", "docker", SkipReason.ALREADY_STARTING),
        (Verb.PAUSE, "PAUSED", "docker", SkipReason.ALREADY_PAUSED),
        # A static Space can't be woken, restarted or paused.
        (Verb.RESTART, "RUNNING", "static", SkipReason.STATIC),
        (Verb.PAUSE, "RUNNING", "static", SkipReason.STATIC),
        (Verb.WAKE, "DELETING", "docker", SkipReason.BEING_DELETED),
        # An unknown stage: a wake may interrupt users.
        (Verb.WAKE, "DREAMING", "docker", SkipReason.UNKNOWN_STAGE),
        (Verb.WAKE, "DREAMING", "static", SkipReason.STATIC),
    ],
)
def test_step_that_needs_nothing_is_skipped(
    verb: Verb, stage: str, sdk: str, reason: SkipReason
) -> None:
    after, due = advance(operation(verb), fleet(stage, sdk=sdk), NOW)

    (step,) = after.steps
    assert (step.state, step.skip_reason, due) == (StepState.SKIPPED, reason, ())


@pytest.mark.parametrize("stage", ["SLEEPING", "STOPPED", "PAUSED", "RUNTIME_ERROR"])
def test_wake_sends_steps_for_inactive_and_failed_spaces(stage: str) -> None:
    _, due = advance(operation(Verb.WAKE), fleet(stage), NOW)

    assert [(step.space, step.stage_before) for step in due] == [("a/b", stage)]


@pytest.mark.parametrize(
    ("verb", "stage_before", "observations", "progress"),
    [
        (Verb.WAKE, "SLEEPING", [(3, "BUILDING")], StepState.SENT),
        (Verb.WAKE, "SLEEPING", [(3, "BUILDING"), (9, "RUNNING")], StepState.DONE),
        # A late observation misses the stages in between.
        (Verb.WAKE, "SLEEPING", [(60, "RUNNING")], StepState.DONE),
        # The Hub still shows the old error right after it agreed to start again ...
        (Verb.WAKE, "RUNTIME_ERROR", [(3, "RUNTIME_ERROR")], StepState.SENT),
        # ... but the same error after another stage is a new one.
        (Verb.WAKE, "BUILD_ERROR", [(3, "BUILDING"), (9, "BUILD_ERROR")], StepState.FAILED),
        # Accepted but unchanged for long: it was ignored.
        (Verb.WAKE, "SLEEPING", [(AFTER_NO_CHANGE_TIMEOUT, "SLEEPING")], StepState.FAILED),
        # Asleep again, or paused by a person: it won't start by itself.
        (Verb.WAKE, "SLEEPING", [(3, "BUILDING"), (9, "PAUSED")], StepState.FAILED),
        # A restart is not done because the Space has not stopped yet.
        (Verb.RESTART, "RUNNING", [(3, "RUNNING")], StepState.SENT),
        (Verb.RESTART, "RUNNING", [(3, "APP_STARTING"), (9, "RUNNING")], StepState.DONE),
        # The old version serves while the new one starts.
        (Verb.RESTART, "RUNNING", [(3, "RUNNING_APP_STARTING")], StepState.SENT),
        # Accepted and never seen down: faster than our sweeps.
        (Verb.RESTART, "RUNNING", [(AFTER_NO_CHANGE_TIMEOUT, "RUNNING")], StepState.DONE),
        (Verb.PAUSE, "RUNNING", [(3, "PAUSED")], StepState.DONE),
        # An unknown stage is neither an error nor success: keep waiting.
        (Verb.WAKE, "SLEEPING", [(3, "DREAMING")], StepState.SENT),
        (
            Verb.WAKE,
            "SLEEPING",
            [(3, "BUILDING"), (AFTER_STEP_TIMEOUT, "BUILDING")],
            StepState.FAILED,
        ),
    ],
)
def test_step_follows_the_observed_stages(
    verb: Verb, stage_before: str, observations: list[tuple[int, str]], progress: StepState
) -> None:
    assert observe_stages(verb, stage_before, *observations).state is progress


@pytest.mark.parametrize(
    ("verb", "stage_before", "observations", "progress"),
    [
        # No response, but the stage changed: it was executed.
        (Verb.WAKE, "SLEEPING", [(3, "BUILDING"), (9, "RUNNING")], StepState.DONE),
        # No response, and the stage may still change.
        (Verb.WAKE, "SLEEPING", [(3, "SLEEPING")], StepState.SENT),
        # Unchanged: the call was lost. A second wake does no harm ...
        (Verb.WAKE, "SLEEPING", [(AFTER_PROPAGATION, "SLEEPING")], StepState.WAITING),
        # ... but a second restart may, so a person decides.
        (Verb.RESTART, "RUNNING", [(AFTER_PROPAGATION, "RUNNING")], StepState.FAILED),
    ],
)
def test_call_without_a_response_is_retried_or_fails(
    verb: Verb, stage_before: str, observations: list[tuple[int, str]], progress: StepState
) -> None:
    assert observe_stages(verb, stage_before, *observations, response=None).state is progress


@pytest.mark.parametrize(
    ("verb", "stage_before", "observation", "progress"),
    [
        # The response is ahead of the list: the old stage in the list isn't news.
        (Verb.WAKE, "PAUSED", (3, "PAUSED"), StepState.SENT),
        (Verb.WAKE, "PAUSED", (AFTER_PROPAGATION, "PAUSED"), StepState.SENT),
        (Verb.RESTART, "RUNNING", (3, "RUNNING"), StepState.SENT),
        # Down in the response and running in the list: faster than our sweeps.
        (Verb.RESTART, "RUNNING", (AFTER_PROPAGATION, "RUNNING"), StepState.DONE),
    ],
)
def test_response_can_be_ahead_of_the_listing(
    verb: Verb, stage_before: str, observation: tuple[int, str], progress: StepState
) -> None:
    assert observe_stages(verb, stage_before, observation, response="BUILDING").state is progress


@pytest.mark.parametrize(("sdk", "state"), [("static", StepState.DONE), ("docker", StepState.SENT)])
def test_a_change_of_a_static_space_needs_no_restart(sdk: str, state: StepState) -> None:
    step = sent_step(Verb.SET_VARIABLE, "RUNNING")
    now = NOW + timedelta(seconds=AFTER_PROPAGATION)

    (after,) = advance(operation(Verb.SET_VARIABLE, step), fleet("RUNNING", sdk), now)[0].steps

    assert after.state is state


def test_waiting_step_is_due_only_at_its_retry_time() -> None:
    step = Step("a/b", retry_at=NOW + timedelta(seconds=5))

    early = advance(operation(Verb.WAKE, step), fleet("SLEEPING"), NOW)[1]
    late = advance(operation(Verb.WAKE, step), fleet("SLEEPING"), NOW + timedelta(seconds=5))[1]

    assert (len(early), len(late)) == (0, 1)


def test_lost_call_that_took_effect_is_followed() -> None:
    lost = replace(mark_sent(Step("a/b", stage_before="SLEEPING"), NOW), state=StepState.WAITING)

    after, due = advance(operation(Verb.WAKE, lost), fleet("BUILDING"), NOW)

    assert (after.steps[0].state, due) == (StepState.SENT, ())


@pytest.mark.parametrize(
    ("verb", "stage_before", "seconds", "stage", "progress", "note"),
    [
        # Unknown: the message has the reason for as long as it lasts ...
        (Verb.RESTART, "RUNNING", 3, "RUNNING", StepState.SENT, "500: look first"),
        (
            Verb.WAKE,
            "SLEEPING",
            AFTER_PROPAGATION,
            "SLEEPING",
            StepState.WAITING,
            "500: look first",
        ),
        # ... and if nothing changes, it is the reason of the failure.
        (
            Verb.RESTART,
            "RUNNING",
            AFTER_PROPAGATION,
            "RUNNING",
            StepState.FAILED,
            "500: look first",
        ),
        # The stage changed: it was done nevertheless.
        (Verb.RESTART, "RUNNING", 3, "APP_STARTING", StepState.SENT, ""),
        (Verb.RESTART, "RUNTIME_ERROR", 3, "RUNNING", StepState.DONE, ""),
    ],
)
def test_unknown_outcome_message_stays_until_resolved(
    verb: Verb, stage_before: str, seconds: int, stage: str, progress: StepState, note: str
) -> None:
    step = mark_rejected(
        mark_sent(Step("a/b", stage_before=stage_before), NOW),
        OutcomeUnknown("500: look first"),
        NOW,
    )
    after = advance_once(verb, step, seconds, stage)

    assert (after.state, after.message) == (progress, note)


def retry_until_finished(verb: Verb, retry_after: timedelta) -> tuple[Step, list[int]]:
    """Send a step again whenever it is due, to a Hub that always wants *retry_after* more time.

    Returns the step as it ends, and at which seconds it was sent.
    """
    step, sent_at = Step("a/b"), []
    for second in range(3 * 3600):
        now = NOW + timedelta(seconds=second)
        listed = {} if verb.spec.creates else fleet("SLEEPING")
        after, due = advance(operation(verb, step), listed, now)
        (step,) = after.steps
        if step.is_finished:
            break
        for step_due in due:
            sent_at.append(second)
            limit = RateLimited("“Slow down”", now + retry_after)
            step = mark_rejected(mark_sent(step_due, now), limit, now, verb.spec.max_wait)
    return step, sent_at


@pytest.mark.parametrize(
    ("verb", "retry_after", "sent", "ends_within"),
    [
        # "Try again at once": with growing pauses, and a limit.
        pytest.param(Verb.WAKE, timedelta(0), 26, timedelta(minutes=10), id="429, 0"),
        pytest.param(Verb.WAKE, timedelta(seconds=60), 11, timedelta(minutes=10), id="429, 60"),
        pytest.param(Verb.PROVISION, timedelta(minutes=5), 13, timedelta(hours=1), id="a class"),
        # Longer than the limit of a step: it fails at once.
        pytest.param(Verb.RESTART, timedelta(hours=20), 1, timedelta(), id="20 hours"),
        pytest.param(Verb.PROVISION, timedelta(hours=20), 1, timedelta(), id="creations"),
    ],
)
def test_repeated_rate_limits_end_within_a_bound(
    verb: Verb, retry_after: timedelta, sent: int, ends_within: timedelta
) -> None:
    step, sent_at = retry_until_finished(verb, retry_after)

    assert step.state is StepState.FAILED
    assert step.message.startswith("“Slow down” ")
    assert "longer than" in step.message
    assert len(sent_at) <= sent
    assert timedelta(seconds=sent_at[-1]) <= ends_within
    assert all(later - sooner >= 1 for sooner, later in pairwise(sent_at))


NOT_LISTED = "Hugging Face no longer lists it"


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(Step("a/b"), id="yet to be sent"),
        pytest.param(SENT_STEP, id="sent"),
        pytest.param(mark_accepted(SENT_STEP, "BUILDING"), id="agreed to"),
    ],
)
@pytest.mark.parametrize(
    ("observations", "note"),
    [
        # One list without it proves nothing.
        pytest.param([(1, None)], "", id="left out once"),
        pytest.param([(1, None), (AFTER_PROPAGATION, None)], "", id="not long enough"),
        pytest.param([(1, None), (AFTER_PROPAGATION + 2, None)], NOT_LISTED, id="for long"),
        # Listed again: the list was at fault.
        pytest.param(
            [(1, None), (9, "SLEEPING"), (AFTER_PROPAGATION + 2, None)], "", id="there again"
        ),
    ],
)
def test_space_counts_as_missing_only_after_a_delay(
    step: Step, observations: list[tuple[int, str | None]], note: str
) -> None:
    for seconds, stage in observations:
        step = advance_once(Verb.WAKE, step, seconds, stage)

    assert (step.message, step.state is StepState.FAILED) == (note, bool(note))


def test_nothing_is_sent_to_an_unlisted_space() -> None:
    after, due = advance(operation(Verb.WAKE, Step("a/b"), Step("a/x")), fleet("PAUSED"), NOW)

    assert after.steps[1].missing_since == NOW
    assert [step.space for step in due] == ["a/b"]


def test_advance_is_idempotent() -> None:
    once, _ = advance(operation(Verb.WAKE), fleet("SLEEPING"), NOW)
    twice, _ = advance(once, fleet("SLEEPING"), NOW)

    assert once == twice


def test_created_space_that_disappears_fails() -> None:
    building = advance_once(Verb.PROVISION, sent_step(Verb.PROVISION, ""), 3, "BUILDING")
    missing = advance_once(Verb.PROVISION, building, 6, None)

    assert (missing.state, missing.message) == (StepState.SENT, "")
    assert advance_once(Verb.PROVISION, missing, 7 + AFTER_PROPAGATION, None).message == NOT_LISTED


def test_creation_is_due_although_the_space_is_unlisted() -> None:
    _, (due,) = advance(operation(Verb.PROVISION), {}, NOW)

    assert (due.space, due.stage_before) == ("a/b", "")


def refused(space: str, cause: CauseId | None) -> Step:
    """Return a step that the Hub refused."""
    step = mark_sent(Step(space, stage_before="RUNNING"), NOW)
    return mark_rejected(step, HubForbidden("No.", cause=cause), NOW)


@pytest.mark.parametrize(
    ("cause", "states"),
    [
        (CauseId.PLAN_GATE, [StepState.FAILED, StepState.SKIPPED, StepState.WAITING]),
        # One Space's refusal is its own.
        (CauseId.PAYMENT_METHOD, [StepState.FAILED, StepState.WAITING, StepState.WAITING]),
        (None, [StepState.FAILED, StepState.WAITING, StepState.WAITING]),
    ],
)
def test_a_batch_stops_after_the_first_step_that_the_plan_lacks(
    cause: CauseId | None, states: list[StepState]
) -> None:
    steps = (refused("a/b", cause), Step("a/c"), Step("other/d"))
    known = {step.space: Space(step.space, "RUNNING") for step in steps}
    after, _ = advance(replace(operation(Verb.HARDWARE, *steps), args=FLAVOR), known, NOW)

    assert [step.state for step in after.steps] == states
    reason = SkipReason.SAME_REFUSAL if cause is CauseId.PLAN_GATE else None
    assert after.steps[1].skip_reason is reason


def test_a_paused_copy_is_sent_again_to_be_woken_once() -> None:
    created = sent_step(Verb.PROVISION, "")
    paused = advance_once(Verb.PROVISION, created, 3, "PAUSED")
    assert (paused.state, paused.wakes_copy) == (StepState.WAITING, True)

    woken = mark_accepted(mark_sent(replace(paused, stage_before="PAUSED"), NOW), "PAUSED")
    assert advance_once(Verb.PROVISION, woken, 3, "PAUSED").state is StepState.SENT
    assert advance_once(Verb.PROVISION, woken, 3, "RUNNING").state is StepState.DONE
    late = advance_once(Verb.PROVISION, woken, AFTER_NO_CHANGE_TIMEOUT, "PAUSED")
    assert late.state is StepState.FAILED


QUOTA = "You've reached your hardware quota limit across all your Spaces!"


@pytest.mark.parametrize(
    ("stage_before", "seconds", "note"),
    [
        ("SLEEPING", 3, f"paused ({QUOTA} Pause a Space that isn't needed, or upgrade the plan.)"),
        (
            "PAUSED",
            AFTER_NO_CHANGE_TIMEOUT,
            (
                f"Hugging Face accepted it, but the Space still shows “paused”: {QUOTA} "
                "Pause a Space that isn't needed, or upgrade the plan."
            ),
        ),
    ],
)
def test_a_pause_with_a_reason_fails_the_step_with_the_reason(
    stage_before: str, seconds: int, note: str
) -> None:
    step = sent_step(Verb.WAKE, stage_before)
    paused = {"a/b": Space("a/b", "PAUSED", error=QUOTA)}
    after, _ = advance(operation(Verb.WAKE, step), paused, NOW + timedelta(seconds=seconds))

    assert (after.steps[0].state, after.steps[0].note) == (StepState.FAILED, note)


@pytest.mark.parametrize(
    ("stage", "counts_as_before"),
    [
        ("APP_STARTING", "RUNNING"),
        ("RUNTIME_ERROR", "RUNNING"),
        ("SLEEPING", "SLEEPING"),
        ("PAUSED", "PAUSED"),
    ],
)
def test_what_an_unanswered_call_may_have_caused_is_not_what_the_space_was_before(
    stage: str, counts_as_before: str
) -> None:
    """Otherwise a wave would take another Space in place of the one that this call interrupted."""
    step = mark_sent(Step("a/b", stage_before="RUNNING"), NOW)
    unanswered = operation(Verb.SET_VARIABLE, step)
    _, (again,) = advance(unanswered, fleet(stage), NOW + timedelta(seconds=AFTER_PROPAGATION))

    assert again.stage_before == counts_as_before
