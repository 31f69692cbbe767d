"""What `advance` decides, rule by rule. Pure: stages and times in, steps out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import HubUnavailable, RateLimited, Refused, Unanswered
from bot.model import Fleet, Space
from bot.operations import (
    PATIENCE,
    SETTLE,
    UNMOVED,
    Operation,
    Progress,
    Step,
    Verb,
    accepted,
    advance,
    busy,
    claimed,
    plan,
    refused,
)

NOW = datetime(2026, 3, 2, tzinfo=UTC)
SETTLED, IGNORED, LATE = SETTLE.seconds + 1, UNMOVED.seconds + 1, PATIENCE.seconds + 1


def fleet(stage: str, sdk: str = "docker") -> Fleet:
    return {"a/b": Space("a/b", stage, sdk=sdk)}


def operation(verb: Verb, *steps: Step) -> Operation:
    return Operation(verb, steps or (Step("a/b"),), "U1", "C1", NOW)


def follow(verb: Verb, was: str, *looks: tuple[int, str], answer: str | None = "") -> Step:
    """Send a step to a Space that is *was*, then show one stage after another.

    *answer* is the stage in the Hub's answer ("" for the old one, None for no answer at all).
    """
    _, (due,) = advance(operation(verb), fleet(was), NOW)
    step = claimed(due, NOW)
    if answer is not None:
        step = accepted(step, answer or was)
    for seconds, stage in looks:
        after, _ = advance(operation(verb, step), fleet(stage), NOW + timedelta(seconds=seconds))
        (step,) = after.steps
    return step


@pytest.mark.parametrize(
    ("verb", "stage", "sdk", "note"),
    [
        # What is up, or on its way, needs no waking.
        (Verb.WAKE, "RUNNING", "docker", "already up"),
        (Verb.WAKE, "RUNNING_BUILDING", "docker", "already up"),
        (Verb.WAKE, "BUILDING", "docker", "already coming up"),
        (Verb.PAUSE, "PAUSED", "docker", "already paused"),
        # A static Space has no switch, whatever is asked of it.
        (Verb.RESTART, "RUNNING", "static", "static: it is always up and cannot be switched"),
        (Verb.PAUSE, "RUNNING", "static", "static: it is always up and cannot be switched"),
        (Verb.WAKE, "DELETING", "docker", "it is being deleted"),
    ],
)
def test_skips_what_needs_nothing(verb: Verb, stage: str, sdk: str, note: str) -> None:
    after, due = advance(operation(verb), fleet(stage, sdk=sdk), NOW)

    assert (after.steps[0].progress, after.steps[0].note, due) == (Progress.SKIPPED, note, ())


@pytest.mark.parametrize("stage", ["SLEEPING", "STOPPED", "PAUSED", "RUNTIME_ERROR", "DREAMING"])
def test_wakes_whatever_is_not_up(stage: str) -> None:
    _, due = advance(operation(Verb.WAKE), fleet(stage), NOW)

    assert [(step.space, step.was) for step in due] == [("a/b", stage)]


@pytest.mark.parametrize(
    ("verb", "was", "looks", "progress"),
    [
        (Verb.WAKE, "SLEEPING", [(3, "BUILDING")], Progress.SENT),
        (Verb.WAKE, "SLEEPING", [(3, "BUILDING"), (9, "RUNNING")], Progress.DONE),
        # A look that comes late misses what lies between.
        (Verb.WAKE, "SLEEPING", [(60, "RUNNING")], Progress.DONE),
        # The Hub still shows the old error right after it agreed to start again ...
        (Verb.WAKE, "RUNTIME_ERROR", [(3, "RUNTIME_ERROR")], Progress.SENT),
        # ... but the same error after it has moved is a new one.
        (Verb.WAKE, "BUILD_ERROR", [(3, "BUILDING"), (9, "BUILD_ERROR")], Progress.FAILED),
        # Agreed to, and still as it was long after: it was ignored.
        (Verb.WAKE, "SLEEPING", [(IGNORED, "SLEEPING")], Progress.FAILED),
        # Back to sleep or paused by somebody else: it will not come up by itself.
        (Verb.WAKE, "SLEEPING", [(3, "BUILDING"), (9, "PAUSED")], Progress.FAILED),
        # A restart is not done because the Space has not stopped yet.
        (Verb.RESTART, "RUNNING", [(3, "RUNNING")], Progress.SENT),
        (Verb.RESTART, "RUNNING", [(3, "APP_STARTING"), (9, "RUNNING")], Progress.DONE),
        # The old version serves on while the new one starts.
        (Verb.RESTART, "RUNNING", [(3, "RUNNING_APP_STARTING")], Progress.SENT),
        # Agreed to, up, and never seen down: too quick for our looks.
        (Verb.RESTART, "RUNNING", [(IGNORED, "RUNNING")], Progress.DONE),
        (Verb.PAUSE, "RUNNING", [(3, "PAUSED")], Progress.DONE),
        # An unknown stage is neither an error nor fine: wait on.
        (Verb.WAKE, "SLEEPING", [(3, "DREAMING")], Progress.SENT),
        (Verb.WAKE, "SLEEPING", [(3, "BUILDING"), (LATE, "BUILDING")], Progress.FAILED),
    ],
)
def test_follows_what_the_hub_shows(
    verb: Verb, was: str, looks: list[tuple[int, str]], progress: Progress
) -> None:
    assert follow(verb, was, *looks).progress is progress


@pytest.mark.parametrize(
    ("verb", "was", "looks", "progress"),
    [
        # No answer came, but it moved: it was heard.
        (Verb.WAKE, "SLEEPING", [(3, "BUILDING"), (9, "RUNNING")], Progress.DONE),
        # No answer came, and it may still move.
        (Verb.WAKE, "SLEEPING", [(3, "SLEEPING")], Progress.SENT),
        # It did not move: the call was lost. To wake what sleeps does no harm twice ...
        (Verb.WAKE, "SLEEPING", [(SETTLED, "SLEEPING")], Progress.WAITING),
        # ... to restart what is up may, so a person decides.
        (Verb.RESTART, "RUNNING", [(SETTLED, "RUNNING")], Progress.FAILED),
    ],
)
def test_a_call_without_an_answer(
    verb: Verb, was: str, looks: list[tuple[int, str]], progress: Progress
) -> None:
    assert follow(verb, was, *looks, answer=None).progress is progress


@pytest.mark.parametrize(
    ("verb", "was", "look", "progress"),
    [
        # The answer runs ahead of the list: the old stage, still listed, is no news.
        (Verb.WAKE, "PAUSED", (3, "PAUSED"), Progress.SENT),
        (Verb.WAKE, "PAUSED", (SETTLED, "PAUSED"), Progress.SENT),
        (Verb.RESTART, "RUNNING", (3, "RUNNING"), Progress.SENT),
        # Down in the answer and up in the list: it was quicker than our looks.
        (Verb.RESTART, "RUNNING", (SETTLED, "RUNNING"), Progress.DONE),
    ],
)
def test_the_answer_runs_ahead_of_the_list(
    verb: Verb, was: str, look: tuple[int, str], progress: Progress
) -> None:
    assert follow(verb, was, look, answer="BUILDING").progress is progress


def test_a_waiting_step_is_due_again_only_when_its_time_has_come() -> None:
    step = Step("a/b", not_before=NOW + timedelta(seconds=5))

    early = advance(operation(Verb.WAKE, step), fleet("SLEEPING"), NOW)[1]
    late = advance(operation(Verb.WAKE, step), fleet("SLEEPING"), NOW + timedelta(seconds=5))[1]

    assert (len(early), len(late)) == (0, 1)


def test_a_lost_call_that_was_heard_after_all_is_followed() -> None:
    lost = replace(claimed(Step("a/b", was="SLEEPING"), NOW), progress=Progress.WAITING)

    after, due = advance(operation(Verb.WAKE, lost), fleet("BUILDING"), NOW)

    assert (after.steps[0].progress, due) == (Progress.SENT, ())


SENT = claimed(Step("a/b", was="SLEEPING"), NOW)


@pytest.mark.parametrize(
    ("step", "error", "progress", "wait"),
    [
        # The Hub's no fails this Space alone, in the Hub's words.
        (SENT, Refused("403: not yours"), Progress.FAILED, None),
        # A used-up window delays it until the window is over, however often.
        (SENT, RateLimited("slow down", NOW + timedelta(minutes=4)), Progress.WAITING, 240),
        # A tired Hub is asked again, later and later ...
        (SENT, HubUnavailable("503"), Progress.WAITING, 4),
        (replace(SENT, tries=2), HubUnavailable("503"), Progress.WAITING, 16),
        # ... but not for ever.
        (replace(SENT, tries=4), HubUnavailable("503"), Progress.FAILED, None),
        # No answer is no refusal: what the fleet shows decides.
        (SENT, Unanswered("timeout"), Progress.SENT, None),
    ],
)
def test_a_refusal(step: Step, error: HubUnavailable, progress: Progress, wait: int | None) -> None:
    after = refused(step, error, NOW)
    seconds = (after.not_before - NOW).seconds if after.not_before else None

    assert (after.progress, seconds) == (progress, wait)


def test_a_rate_limit_does_not_use_up_the_tries() -> None:
    assert refused(SENT, RateLimited("slow down", NOW), NOW).tries == 0


def test_a_space_that_is_gone_fails_alone() -> None:
    after, due = advance(operation(Verb.WAKE, Step("a/b"), Step("a/x")), fleet("PAUSED"), NOW)

    assert after.steps[1].note == "the Hub no longer lists it"
    assert [step.space for step in due] == ["a/b"]


def test_the_same_facts_again_change_nothing() -> None:
    once, _ = advance(operation(Verb.WAKE), fleet("SLEEPING"), NOW)
    twice, _ = advance(once, fleet("SLEEPING"), NOW)

    assert once == twice


def test_a_plan_skips_what_another_operation_is_doing() -> None:
    running = operation(Verb.WAKE, Step("a/b", Progress.SENT))

    (step,) = plan(Verb.PAUSE, ["a/b"], fleet("SLEEPING"), busy([running]))

    assert (step.progress, step.note) == (Progress.SKIPPED, "busy: wake is still running")
