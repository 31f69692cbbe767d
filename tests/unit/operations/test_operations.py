"""What `advance` decides, rule by rule. Pure: stages and times in, steps out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from bot.errors import HubUnavailable, RateLimited, Refused, Unanswered
from bot.model import Fleet, Space
from bot.operations import (
    NEW_SPACE_GRACE,
    NO_CHANGE_TIMEOUT,
    PROPAGATION_DELAY,
    STEP_TIMEOUT,
    VERB_SPECS,
    Operation,
    SkipReason,
    Step,
    StepState,
    Verb,
    advance,
    busy,
    fail_unreachable,
    mark_accepted,
    mark_rejected,
    mark_repaired,
    mark_sent,
    plan,
)

NOW = datetime(2026, 3, 2, tzinfo=UTC)
AFTER_PROPAGATION, AFTER_NO_CHANGE_TIMEOUT, AFTER_STEP_TIMEOUT = (
    PROPAGATION_DELAY.seconds + 1,
    NO_CHANGE_TIMEOUT.seconds + 1,
    STEP_TIMEOUT.seconds + 1,
)


def fleet(stage: str, sdk: str = "docker") -> Fleet:
    return {"a/b": Space("a/b", stage, sdk=sdk)}


def operation(verb: Verb, *steps: Step) -> Operation:
    return Operation(verb, steps or (Step("a/b"),), "U1", "C1", NOW)


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
        # Nobody knows whether that can be woken, or whom it would interrupt.
        (Verb.WAKE, "DREAMING", "docker", "in the unknown stage DREAMING, please look"),
        (Verb.WAKE, "DREAMING", "static", "static: it is always up and cannot be switched"),
    ],
)
def test_step_that_needs_nothing_is_skipped(verb: Verb, stage: str, sdk: str, note: str) -> None:
    after, due = advance(operation(verb), fleet(stage, sdk=sdk), NOW)

    assert (after.steps[0].state, after.steps[0].message, due) == (StepState.SKIPPED, note, ())


@pytest.mark.parametrize("stage", ["SLEEPING", "STOPPED", "PAUSED", "RUNTIME_ERROR"])
def test_wake_sends_steps_for_inactive_and_failed_spaces(stage: str) -> None:
    _, due = advance(operation(Verb.WAKE), fleet(stage), NOW)

    assert [(step.space, step.stage_before) for step in due] == [("a/b", stage)]


@pytest.mark.parametrize(
    ("verb", "stage_before", "observations", "progress"),
    [
        (Verb.WAKE, "SLEEPING", [(3, "BUILDING")], StepState.SENT),
        (Verb.WAKE, "SLEEPING", [(3, "BUILDING"), (9, "RUNNING")], StepState.DONE),
        # A look that comes late misses what lies between.
        (Verb.WAKE, "SLEEPING", [(60, "RUNNING")], StepState.DONE),
        # The Hub still shows the old error right after it agreed to start again ...
        (Verb.WAKE, "RUNTIME_ERROR", [(3, "RUNTIME_ERROR")], StepState.SENT),
        # ... but the same error after it has moved is a new one.
        (Verb.WAKE, "BUILD_ERROR", [(3, "BUILDING"), (9, "BUILD_ERROR")], StepState.FAILED),
        # Agreed to, and still as it was long after: it was ignored.
        (Verb.WAKE, "SLEEPING", [(AFTER_NO_CHANGE_TIMEOUT, "SLEEPING")], StepState.FAILED),
        # Back to sleep or paused by somebody else: it will not come up by itself.
        (Verb.WAKE, "SLEEPING", [(3, "BUILDING"), (9, "PAUSED")], StepState.FAILED),
        # A restart is not done because the Space has not stopped yet.
        (Verb.RESTART, "RUNNING", [(3, "RUNNING")], StepState.SENT),
        (Verb.RESTART, "RUNNING", [(3, "APP_STARTING"), (9, "RUNNING")], StepState.DONE),
        # The old version serves on while the new one starts.
        (Verb.RESTART, "RUNNING", [(3, "RUNNING_APP_STARTING")], StepState.SENT),
        # Agreed to, up, and never seen down: too quick for our looks.
        (Verb.RESTART, "RUNNING", [(AFTER_NO_CHANGE_TIMEOUT, "RUNNING")], StepState.DONE),
        (Verb.PAUSE, "RUNNING", [(3, "PAUSED")], StepState.DONE),
        # An unknown stage is neither an error nor fine: wait on.
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
        # No answer came, but it moved: it was heard.
        (Verb.WAKE, "SLEEPING", [(3, "BUILDING"), (9, "RUNNING")], StepState.DONE),
        # No answer came, and it may still move.
        (Verb.WAKE, "SLEEPING", [(3, "SLEEPING")], StepState.SENT),
        # It did not move: the call was lost. To wake what sleeps does no harm twice ...
        (Verb.WAKE, "SLEEPING", [(AFTER_PROPAGATION, "SLEEPING")], StepState.WAITING),
        # ... to restart what is up may, so a person decides.
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
        # The answer runs ahead of the list: the old stage, still listed, is no news.
        (Verb.WAKE, "PAUSED", (3, "PAUSED"), StepState.SENT),
        (Verb.WAKE, "PAUSED", (AFTER_PROPAGATION, "PAUSED"), StepState.SENT),
        (Verb.RESTART, "RUNNING", (3, "RUNNING"), StepState.SENT),
        # Down in the answer and up in the list: it was quicker than our looks.
        (Verb.RESTART, "RUNNING", (AFTER_PROPAGATION, "RUNNING"), StepState.DONE),
    ],
)
def test_response_can_be_ahead_of_the_listing(
    verb: Verb, stage_before: str, observation: tuple[int, str], progress: StepState
) -> None:
    assert observe_stages(verb, stage_before, observation, response="BUILDING").state is progress


def test_waiting_step_is_due_only_at_its_retry_time() -> None:
    step = Step("a/b", retry_at=NOW + timedelta(seconds=5))

    early = advance(operation(Verb.WAKE, step), fleet("SLEEPING"), NOW)[1]
    late = advance(operation(Verb.WAKE, step), fleet("SLEEPING"), NOW + timedelta(seconds=5))[1]

    assert (len(early), len(late)) == (0, 1)


def test_lost_call_that_took_effect_is_followed() -> None:
    lost = replace(mark_sent(Step("a/b", stage_before="SLEEPING"), NOW), state=StepState.WAITING)

    after, due = advance(operation(Verb.WAKE, lost), fleet("BUILDING"), NOW)

    assert (after.steps[0].state, due) == (StepState.SENT, ())


SENT_STEP = mark_sent(Step("a/b", stage_before="SLEEPING"), NOW)


@pytest.mark.parametrize(
    ("step", "error", "progress", "wait"),
    [
        # The Hub's no fails this Space alone, in the Hub's words.
        (SENT_STEP, Refused("403: not yours"), StepState.FAILED, None),
        # A used-up window delays it until the window is over, however often.
        (SENT_STEP, RateLimited("slow down", NOW + timedelta(minutes=4)), StepState.WAITING, 240),
        # "At once" is not believed: what was turned away waits for a second at least.
        (SENT_STEP, RateLimited("slow down", NOW), StepState.WAITING, 1),
        # A tired Hub is asked again, later and later ...
        (SENT_STEP, HubUnavailable("503"), StepState.WAITING, 4),
        (replace(SENT_STEP, attempts=2), HubUnavailable("503"), StepState.WAITING, 16),
        # ... but not for ever.
        (replace(SENT_STEP, attempts=4), HubUnavailable("503"), StepState.FAILED, None),
        # No answer is no refusal: what the fleet shows decides.
        (SENT_STEP, Unanswered("timeout"), StepState.SENT, None),
    ],
)
def test_hub_error_rejects_or_delays_the_step(
    step: Step, error: HubUnavailable, progress: StepState, wait: int | None
) -> None:
    after = mark_rejected(step, error, NOW)
    seconds = (after.retry_at - NOW).seconds if after.retry_at else None

    assert (after.state, seconds) == (progress, wait)


@pytest.mark.parametrize(
    ("verb", "stage_before", "seconds", "stage", "progress", "note"),
    [
        # In doubt: why is said for as long as it lasts ...
        (Verb.RESTART, "RUNNING", 3, "RUNNING", StepState.SENT, "500: look first"),
        (
            Verb.WAKE,
            "SLEEPING",
            AFTER_PROPAGATION,
            "SLEEPING",
            StepState.WAITING,
            "500: look first",
        ),
        # ... and if nothing comes of it, it is the reason.
        (
            Verb.RESTART,
            "RUNNING",
            AFTER_PROPAGATION,
            "RUNNING",
            StepState.FAILED,
            "500: look first",
        ),
        # It has moved: it was done all the same.
        (Verb.RESTART, "RUNNING", 3, "APP_STARTING", StepState.SENT, ""),
        (Verb.RESTART, "RUNTIME_ERROR", 3, "RUNNING", StepState.DONE, ""),
    ],
)
def test_unknown_outcome_message_stays_until_resolved(
    verb: Verb, stage_before: str, seconds: int, stage: str, progress: StepState, note: str
) -> None:
    step = mark_rejected(
        mark_sent(Step("a/b", stage_before=stage_before), NOW), Unanswered("500: look first"), NOW
    )
    after = advance_once(verb, step, seconds, stage)

    assert (after.state, after.message) == (progress, note)


def test_rate_limit_does_not_count_as_an_attempt() -> None:
    assert mark_rejected(SENT_STEP, RateLimited("slow down", NOW), NOW).attempts == 0


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
        # "Try again at once": with growing pauses, and not for ever.
        pytest.param(Verb.WAKE, timedelta(0), 26, timedelta(minutes=10), id="429, 0"),
        pytest.param(Verb.WAKE, timedelta(seconds=60), 11, timedelta(minutes=10), id="429, 60"),
        pytest.param(Verb.PROVISION, timedelta(minutes=5), 13, timedelta(hours=1), id="a class"),
        # Longer than anybody waits for a restart: it isn't waited for at all.
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


def test_too_long_rate_limit_fails_all_pending_creations() -> None:
    until = NOW + timedelta(hours=20)
    rejected = mark_rejected(mark_sent(Step("a/b"), NOW), RateLimited("“20 hours”", until), NOW)
    after, due = advance(operation(Verb.PROVISION, rejected, Step("a/c")), {}, NOW)

    assert [step.state for step in after.steps] == [StepState.FAILED, StepState.FAILED]
    assert after.steps[1].message == rejected.message
    assert due == ()


def test_rate_limit_of_one_restart_does_not_fail_another() -> None:
    until = NOW + timedelta(hours=20)
    rejected = mark_rejected(mark_sent(Step("a/b"), NOW), RateLimited("“20 hours”", until), NOW)
    listed = {id: Space(id, "SLEEPING") for id in ("a/b", "a/c")}
    _, due = advance(operation(Verb.WAKE, rejected, Step("a/c")), listed, NOW)

    assert [step.space for step in due] == ["a/c"]


def test_accepted_step_clears_its_rate_limit() -> None:
    rejected = mark_rejected(SENT_STEP, RateLimited("slow down", NOW), NOW)

    assert rejected.limited_since == NOW
    assert mark_accepted(mark_sent(rejected, NOW), "BUILDING").limited_since is None


@pytest.mark.parametrize(
    ("minutes", "progress"), [(59, StepState.WAITING), (61, StepState.FAILED)], ids=["soon", "late"]
)
def test_unreachable_step_fails_after_an_hour(minutes: int, progress: StepState) -> None:
    after = fail_unreachable(operation(Verb.WAKE), "403: no", NOW + timedelta(minutes=minutes))

    assert after.steps[0].state is progress
    assert after.steps[0].message == ("403: no" if after.is_finished else "")


def test_operation_that_keeps_sending_is_not_failed_as_unreachable() -> None:
    sent = replace(SENT_STEP, sent_at=NOW + timedelta(minutes=30))
    waiting = operation(Verb.WAKE, sent, Step("a/c"))

    assert fail_unreachable(waiting, "the rate limit", NOW + timedelta(minutes=61)) == waiting


@pytest.mark.parametrize(
    ("verb", "seconds", "due"),
    [
        # The Hub lets an account make so many: the others would hear the same.
        pytest.param(Verb.PROVISION, 59, 0, id="a creation waits"),
        pytest.param(Verb.CREATE, 59, 0, id="an empty one as well"),
        pytest.param(Verb.PROVISION, 61, 2, id="it has waited"),
        # Anything else delays its own Space alone.
        pytest.param(Verb.WAKE, 59, 1, id="a restart waits"),
    ],
)
def test_rate_limited_creation_delays_the_other_creations(
    verb: Verb, seconds: int, due: int
) -> None:
    rejected = mark_rejected(
        mark_sent(Step("a/b"), NOW), RateLimited("later", NOW + timedelta(minutes=1)), NOW
    )
    requested = operation(verb, rejected, Step("a/c"))
    existing = () if verb.spec.creates else ("a/b", "a/c")
    listed = {id: Space(id, "SLEEPING") for id in existing}
    _, found = advance(requested, listed, NOW + timedelta(seconds=seconds))
    assert len(found) == due


NOT_LISTED = "the Hub no longer lists it"


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
        # One list that leaves it out says little.
        pytest.param([(1, None)], "", id="left out once"),
        pytest.param([(1, None), (AFTER_PROPAGATION, None)], "", id="not long enough"),
        pytest.param([(1, None), (AFTER_PROPAGATION + 2, None)], NOT_LISTED, id="for long"),
        # There again: it was the list.
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


def test_a_plan_skips_what_another_operation_is_doing() -> None:
    running = operation(Verb.WAKE, Step("a/b", StepState.SENT))

    (step,) = plan(Verb.PAUSE, ["a/b"], fleet("SLEEPING"), busy([running]))

    assert (step.state, step.message) == (StepState.SKIPPED, "busy: wake is still running")
    assert step.skip_reason is SkipReason.BUSY


FLAVOR, HOUR = {"flavour": "t4-small"}, {"seconds": "3600", "time": "1h"}
WITHIN_GRACE, AFTER_GRACE = NEW_SPACE_GRACE.seconds - 1, NEW_SPACE_GRACE.seconds + 1


def test_every_verb_has_a_spec() -> None:
    assert set(VERB_SPECS) == set(Verb)


def space(stage: str, hardware: str = "cpu-basic", sdk: str = "docker", sleep: int = 0) -> Space:
    return Space("a/b", stage, hardware=hardware, sdk=sdk, sleep_after=sleep or None)


@pytest.mark.parametrize(
    ("verb", "args", "found", "note"),
    [
        # What is as it is wanted needs nothing.
        (Verb.HARDWARE, FLAVOR, space("RUNNING", "t4-small"), "already on t4-small"),
        (Verb.HARDWARE, FLAVOR, space("RUNNING"), ""),
        (Verb.SLEEP, HOUR, space("RUNNING", "t4-small", sleep=3600), "already set so"),
        (Verb.SLEEP, {"seconds": "never"}, space("RUNNING_BUILDING", "t4-small"), "already set so"),
        # Of what is not up, the Hub need not tell a time that is set.
        (Verb.SLEEP, {"seconds": "never"}, space("PAUSED", "t4-small"), ""),
        (Verb.SLEEP, {"seconds": "never"}, space("SLEEPING", "t4-small"), ""),
        (Verb.SLEEP, {"seconds": "never"}, space("RUNNING", "t4-small"), "already set so"),
        (Verb.SLEEP, HOUR, space("RUNNING", "t4-small"), ""),
        # Free hardware keeps its two days, in the words of huggingface_hub.
        (
            Verb.SLEEP,
            HOUR,
            space("RUNNING"),
            "on cpu-basic, which sleeps after 48 h: “This value is not configurable”",
        ),
        # A static Space runs on nothing and never sleeps; its files can be changed.
        (Verb.HARDWARE, FLAVOR, space("RUNNING", sdk="static"), "static: it runs on no hardware"),
        (Verb.SLEEP, HOUR, space("RUNNING", sdk="static"), "static: it never sleeps"),
        (Verb.UPLOAD, {}, space("RUNNING", sdk="static"), ""),
        # What is there is not made again; but of a class, what it lacks is added.
        (Verb.CREATE, {}, space("RUNNING"), "there already"),
        (Verb.PROVISION, {}, space("RUNNING"), ""),
        (Verb.PROVISION, {}, space("DELETING"), "it is being deleted"),
    ],
)
def test_plan_skips_spaces_that_need_nothing(
    verb: Verb, args: dict[str, str], found: Space, note: str
) -> None:
    (step,) = plan(verb, ["a/b"], {"a/b": found}, {}, args)

    assert (step.state, step.message) == (StepState.SKIPPED if note else StepState.WAITING, note)


def sent_step(verb: Verb, stage_before: str, *, is_accepted: bool = True) -> Step:
    step = mark_sent(Step("a/b", stage_before=stage_before), NOW)
    return mark_accepted(step, stage_before) if is_accepted else step


def advance_once(verb: Verb, step: Step, seconds: int, stage: str | None) -> Step:
    """Advance by one look; a stage of None: the list does not have it."""
    args = {**FLAVOR, **HOUR}
    listed = fleet(stage) if stage else {}
    current = replace(operation(verb, step), args=args)
    (after,) = advance(current, listed, NOW + timedelta(seconds=seconds))[0].steps
    return after


@pytest.mark.parametrize(
    ("verb", "step", "seconds", "stage", "progress"),
    [
        # A Space that has just been made need not be listed yet; but some day it must.
        (Verb.PROVISION, sent_step(Verb.PROVISION, ""), AFTER_PROPAGATION, None, StepState.SENT),
        (
            Verb.PROVISION,
            sent_step(Verb.PROVISION, ""),
            AFTER_NO_CHANGE_TIMEOUT,
            None,
            StepState.FAILED,
        ),
        # It may show that it has no app file for a moment; then it means it.
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
        # Followed to up, or to its error.
        (Verb.PROVISION, sent_step(Verb.PROVISION, ""), 3, "BUILDING", StepState.SENT),
        (Verb.PROVISION, sent_step(Verb.PROVISION, ""), 3, "RUNNING", StepState.DONE),
        (Verb.PROVISION, sent_step(Verb.PROVISION, ""), 3, "BUILD_ERROR", StepState.FAILED),
        (Verb.PROVISION, sent_step(Verb.PROVISION, ""), 3, "PAUSED", StepState.FAILED),
        # A repair of what sleeps does not wake it; of what is up, it may be too quick to see.
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
        # New hardware restarts what is up, and waits for what is not.
        (Verb.HARDWARE, sent_step(Verb.HARDWARE, "PAUSED"), 1, "PAUSED", StepState.DONE),
        (Verb.HARDWARE, sent_step(Verb.HARDWARE, "RUNNING"), 1, "RUNNING", StepState.SENT),
        (Verb.HARDWARE, sent_step(Verb.HARDWARE, "RUNNING"), 9, "APP_STARTING", StepState.SENT),
        (Verb.HARDWARE, sent_step(Verb.HARDWARE, "RUNNING"), 9, "RUNTIME_ERROR", StepState.FAILED),
        # An upload is followed through its build, with the old version serving or not.
        (Verb.UPLOAD, sent_step(Verb.UPLOAD, "RUNNING"), 9, "RUNNING_BUILDING", StepState.SENT),
        (Verb.UPLOAD, sent_step(Verb.UPLOAD, "RUNNING"), 9, "BUILDING", StepState.SENT),
        (Verb.UPLOAD, sent_step(Verb.UPLOAD, "BUILD_ERROR"), 9, "RUNNING", StepState.DONE),
        (Verb.UPLOAD, sent_step(Verb.UPLOAD, "RUNNING"), 9, "BUILD_ERROR", StepState.FAILED),
        # It need not build anything; what is paused stays so.
        (Verb.UPLOAD, sent_step(Verb.UPLOAD, "RUNNING"), 9, "RUNNING", StepState.SENT),
        (
            Verb.UPLOAD,
            sent_step(Verb.UPLOAD, "RUNNING"),
            AFTER_PROPAGATION,
            "RUNNING",
            StepState.DONE,
        ),
        (Verb.UPLOAD, sent_step(Verb.UPLOAD, "PAUSED"), 1, "PAUSED", StepState.DONE),
        # A build that was under way begins anew in the same stage: that is no silence.
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
        # No answer, and it is there now: it was heard, and is not made again.
        (Verb.PROVISION, "", AFTER_PROPAGATION, "BUILDING", StepState.SENT),
        (Verb.CREATE, "", AFTER_PROPAGATION, "NO_APP_FILE", StepState.DONE),
        # No answer, and it is not there: not yet, or it was lost.
        (Verb.PROVISION, "", 3, None, StepState.SENT),
        (Verb.PROVISION, "", AFTER_PROPAGATION, None, StepState.WAITING),
        (Verb.CREATE, "", AFTER_PROPAGATION, None, StepState.WAITING),
        # That a stage moves does not say that a repair, a sleep time or hardware was heard.
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


def test_created_space_that_disappears_fails() -> None:
    building = advance_once(Verb.PROVISION, sent_step(Verb.PROVISION, ""), 3, "BUILDING")
    missing = advance_once(Verb.PROVISION, building, 6, None)

    assert (missing.state, missing.message) == (StepState.SENT, "")
    assert advance_once(Verb.PROVISION, missing, 7 + AFTER_PROPAGATION, None).message == NOT_LISTED


def test_creation_is_due_although_the_space_is_unlisted() -> None:
    _, (due,) = advance(operation(Verb.PROVISION), {}, NOW)

    assert (due.space, due.stage_before) == ("a/b", "")


@pytest.mark.parametrize(
    ("stage_before", "added", "progress", "note"),
    [
        ("RUNNING", ["KEY"], StepState.SENT, "was there; added KEY"),
        ("RUNNING", [], StepState.SKIPPED, "there already, and nothing is missing"),
        # On its way: it is followed to its end.
        ("BUILDING", [], StepState.SENT, ""),
        # It is ours, from a call whose answer was lost.
        ("", [], StepState.SENT, ""),
    ],
)
def test_repair_follows_only_what_it_changed(
    stage_before: str, added: list[str], progress: StepState, note: str
) -> None:
    after = mark_repaired(mark_sent(Step("a/b", stage_before=stage_before), NOW), added)

    assert (after.state, after.message) == (progress, note)


def test_crash_reason_is_the_last_error_line() -> None:
    error = "Exit code: 1. Reason: Traceback (most recent call last):\n  File a\nKeyError: 'x'"
    crashed = Space("acme/team-a", "RUNTIME_ERROR", error=error)

    assert VERB_SPECS[Verb.WAKE].failure_reason(crashed) == "RUNTIME_ERROR: KeyError: 'x'"
