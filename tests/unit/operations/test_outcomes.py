"""Outcomes: what a response or an error of the Hub does to a step."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import (
    OUTCOME_UNKNOWN,
    HubError,
    HubForbidden,
    HubUnavailable,
    OutcomeUnknown,
    RateLimited,
)
from bot.model import Space
from bot.operations import (
    SkipReason,
    Step,
    StepState,
    Verb,
    mark_accepted,
    mark_rejected,
    mark_repaired,
    mark_sent,
    stop,
)
from tests.unit.operations.samples import (
    AFTER_PROPAGATION,
    NOW,
    SENT_STEP,
    advance,
    fleet,
    operation,
)


@pytest.mark.parametrize(
    ("step", "error", "progress", "wait"),
    [
        # A rejection fails this Space alone, with the Hub's message.
        (SENT_STEP, HubForbidden("403: not yours"), StepState.FAILED, None),
        # A used-up window delays it until the window is over, however often.
        (SENT_STEP, RateLimited("slow down", NOW + timedelta(minutes=4)), StepState.WAITING, 240),
        # A retry without a delay waits at least a second.
        (SENT_STEP, RateLimited("slow down", NOW), StepState.WAITING, 1),
        # A Hub with server errors is retried with growing pauses ...
        (SENT_STEP, HubUnavailable("503"), StepState.WAITING, 4),
        (replace(SENT_STEP, attempts=2), HubUnavailable("503"), StepState.WAITING, 16),
        # ... up to a limit.
        (replace(SENT_STEP, attempts=4), HubUnavailable("503"), StepState.FAILED, None),
        # A missing response isn't a rejection: the fleet's stages decide.
        (SENT_STEP, OutcomeUnknown("timeout"), StepState.SENT, None),
    ],
)
def test_hub_error_rejects_or_delays_the_step(
    step: Step, error: HubUnavailable, progress: StepState, wait: int | None
) -> None:
    after = mark_rejected(step, error, NOW)
    seconds = (after.retry_at - NOW).seconds if after.retry_at else None

    assert (after.state, seconds) == (progress, wait)


def test_rate_limit_does_not_count_as_an_attempt() -> None:
    assert mark_rejected(SENT_STEP, RateLimited("slow down", NOW), NOW).attempts == 0


def test_accepted_step_clears_its_rate_limit() -> None:
    rejected = mark_rejected(SENT_STEP, RateLimited("slow down", NOW), NOW)

    assert rejected.limited_since == NOW
    assert mark_accepted(mark_sent(rejected, NOW), "BUILDING").limited_since is None


@pytest.mark.parametrize(
    ("stage_before", "added", "progress", "note"),
    [
        ("RUNNING", ["KEY"], StepState.SENT, "already existed; added KEY"),
        ("RUNNING", [], StepState.SKIPPED, ""),
        # In progress: it is followed to its end.
        ("BUILDING", [], StepState.SENT, ""),
        # It is ours, from a call whose response was lost.
        ("", [], StepState.SENT, ""),
    ],
)
def test_repair_follows_only_what_it_changed(
    stage_before: str, added: list[str], progress: StepState, note: str
) -> None:
    after = mark_repaired(mark_sent(Step("a/b", stage_before=stage_before), NOW), added)

    assert (after.state, after.message) == (progress, note)


# -- an outcome that is unknown stays so until an answer settles it

UNANSWERED = OutcomeUnknown("No answer came.", effect=OUTCOME_UNKNOWN)
IN_DOUBT = "An earlier call got no answer; it may have been done."
REJECTIONS = {
    "rate limit": RateLimited("Slow down.", NOW, effect="Nothing changed."),
    "long rate limit": RateLimited(
        "Slow down.", NOW + timedelta(hours=20), effect="Nothing changed."
    ),
    "overload": HubUnavailable("503.", effect="Nothing changed."),
    "refusal": HubForbidden("403.", effect="Nothing changed.", next_step="Ask for access."),
}


def repeat(*answers: HubError, verb: Verb = Verb.WAKE) -> Step:
    """Return the step after calls with these *answers*, each retried by the rules."""
    step, now = Step("a/b"), NOW
    for answer in answers:
        _, (due,) = advance(operation(verb, step), fleet("SLEEPING"), now)
        step = mark_rejected(mark_sent(due, now), answer, now)
        now += timedelta(minutes=2)
        (step,) = advance(operation(verb, step), fleet("SLEEPING"), now)[0].steps
    return step


@pytest.mark.parametrize("rejection", REJECTIONS.values(), ids=REJECTIONS)
def test_rejected_repeat_says_that_the_earlier_call_may_have_been_done(
    rejection: HubError,
) -> None:
    step = repeat(UNANSWERED, rejection)
    assert IN_DOUBT in step.message
    assert "Nothing was" not in step.message


@pytest.mark.parametrize("rejection", REJECTIONS.values(), ids=REJECTIONS)
def test_rejected_call_alone_says_that_nothing_was_changed(rejection: HubError) -> None:
    assert "Nothing changed." in repeat(rejection).message


def test_doubt_outlives_every_later_rejection() -> None:
    step = repeat(UNANSWERED, REJECTIONS["rate limit"], REJECTIONS["overload"])
    assert IN_DOUBT in step.message
    settled = mark_accepted(mark_sent(step, NOW), "BUILDING")
    assert not settled.may_have_been_done


def test_crash_during_a_call_leaves_a_doubt_about_its_repeat() -> None:
    sent = mark_sent(Step("a/b", stage_before="SLEEPING"), NOW)  # and no answer was stored
    later = NOW + timedelta(seconds=AFTER_PROPAGATION)
    _, (due,) = advance(operation(Verb.WAKE, sent), fleet("SLEEPING"), later)
    rejected = mark_rejected(mark_sent(due, later), REJECTIONS["refusal"], later)
    assert rejected.message == f"403. {IN_DOUBT} Ask for access."


def test_changed_stage_settles_an_unknown_outcome() -> None:
    step = repeat(UNANSWERED, REJECTIONS["rate limit"])
    (after,) = advance(operation(Verb.WAKE, step), fleet("BUILDING"), NOW)[0].steps
    assert (after.state, after.message, after.may_have_been_done) == (StepState.SENT, "", False)


@pytest.mark.parametrize("rejection", [REJECTIONS["rate limit"], REJECTIONS["overload"]])
def test_stop_does_not_call_a_doubtful_step_unsent(rejection: HubError) -> None:
    stopped = stop(operation(Verb.WAKE, repeat(UNANSWERED, rejection)), "U2", NOW)
    assert (stopped.steps[0].state, stopped.steps[0].skip_reason) == (StepState.FAILED, None)
    assert IN_DOUBT in stopped.steps[0].message


@pytest.mark.parametrize(
    ("sleep_after", "stage", "state", "message", "reason"),
    [
        (7200, "RUNNING", StepState.DONE, "", None),
        (7200, "DELETING", StepState.DONE, "", None),
        (3600, "DELETING", StepState.FAILED, IN_DOUBT, SkipReason.BEING_DELETED),
    ],
)
def test_doubtful_step_with_the_wanted_setting_is_done_and_not_skipped(
    sleep_after: int, stage: str, state: StepState, message: str, reason: SkipReason | None
) -> None:
    space = Space("a/b", stage, hardware="t4-small", sleep_after=sleep_after)
    step = Step("a/b", attempts=1, sent_at=NOW, stage_before=stage, may_have_been_done=True)
    sleep = replace(operation(Verb.SLEEP, step), args={"seconds": "7200"})
    (after,) = advance(sleep, {"a/b": space}, NOW)[0].steps
    assert (after.state, after.message, after.skip_reason) == (state, message, reason)


def test_creations_failed_together_keep_their_own_effect() -> None:
    limit = REJECTIONS["long rate limit"]
    rejected = mark_rejected(mark_sent(Step("a/b"), NOW), limit, NOW)
    doubtful = Step("a/c", attempts=1, sent_at=NOW, may_have_been_done=True)
    steps = advance(operation(Verb.PROVISION, rejected, doubtful, Step("a/d")), {}, NOW)[0].steps
    assert IN_DOUBT in steps[1].message
    assert "Nothing was" not in steps[1].message
    assert steps[2].message == rejected.message
