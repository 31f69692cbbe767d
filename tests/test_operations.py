"""What `advance` decides, rule by rule. Pure: stages and times in, steps out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from bot.errors import HubUnavailable, RateLimited, Refused, Unanswered
from bot.model import Fleet, Space
from bot.operations import (
    NEWBORN,
    PATIENCE,
    RULES,
    SETTLE,
    UNMOVED,
    Operation,
    Progress,
    SkipReason,
    Step,
    Verb,
    accepted,
    advance,
    busy,
    claimed,
    plan,
    refused,
    repaired,
    unseen,
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
        # Nobody knows whether that can be woken, or whom it would interrupt.
        (Verb.WAKE, "DREAMING", "docker", "in the unknown stage DREAMING, please look"),
        (Verb.WAKE, "DREAMING", "static", "static: it is always up and cannot be switched"),
    ],
)
def test_skips_what_needs_nothing(verb: Verb, stage: str, sdk: str, note: str) -> None:
    after, due = advance(operation(verb), fleet(stage, sdk=sdk), NOW)

    assert (after.steps[0].progress, after.steps[0].note, due) == (Progress.SKIPPED, note, ())


@pytest.mark.parametrize("stage", ["SLEEPING", "STOPPED", "PAUSED", "RUNTIME_ERROR"])
def test_wakes_what_is_known_to_be_down(stage: str) -> None:
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
        # "At once" is not believed: what was turned away waits for a second at least.
        (SENT, RateLimited("slow down", NOW), Progress.WAITING, 1),
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


@pytest.mark.parametrize(
    ("verb", "was", "seconds", "stage", "progress", "note"),
    [
        # In doubt: why is said for as long as it lasts ...
        (Verb.RESTART, "RUNNING", 3, "RUNNING", Progress.SENT, "500: look first"),
        (Verb.WAKE, "SLEEPING", SETTLED, "SLEEPING", Progress.WAITING, "500: look first"),
        # ... and if nothing comes of it, it is the reason.
        (Verb.RESTART, "RUNNING", SETTLED, "RUNNING", Progress.FAILED, "500: look first"),
        # It has moved: it was done all the same.
        (Verb.RESTART, "RUNNING", 3, "APP_STARTING", Progress.SENT, ""),
        (Verb.RESTART, "RUNTIME_ERROR", 3, "RUNNING", Progress.DONE, ""),
    ],
)
def test_what_left_the_hub_in_doubt_is_said_while_it_lasts(
    verb: Verb, was: str, seconds: int, stage: str, progress: Progress, note: str
) -> None:
    step = refused(claimed(Step("a/b", was=was), NOW), Unanswered("500: look first"), NOW)
    after = look(verb, step, seconds, stage)

    assert (after.progress, after.note) == (progress, note)


def test_a_rate_limit_does_not_use_up_the_tries() -> None:
    assert refused(SENT, RateLimited("slow down", NOW), NOW).tries == 0


def turned_away(verb: Verb, asks_for: timedelta) -> tuple[Step, list[int]]:
    """Send a step again whenever it is due, to a Hub that always wants *asks_for* more time.

    Returns the step as it ends, and at which seconds it was sent.
    """
    step, sent_at = Step("a/b"), []
    for second in range(3 * 3600):
        now = NOW + timedelta(seconds=second)
        shown = {} if verb.rule.makes else fleet("SLEEPING")
        after, due = advance(operation(verb, step), shown, now)
        (step,) = after.steps
        if step.settled:
            break
        for one in due:
            sent_at.append(second)
            limit = RateLimited("“Slow down”", now + asks_for)
            step = refused(claimed(one, now), limit, now, verb.rule.longest_wait)
    return step, sent_at


@pytest.mark.parametrize(
    ("verb", "asks_for", "sent", "ends_within"),
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
def test_what_is_turned_away_again_and_again_ends_within_a_bound(
    verb: Verb, asks_for: timedelta, sent: int, ends_within: timedelta
) -> None:
    step, sent_at = turned_away(verb, asks_for)

    assert step.progress is Progress.FAILED
    assert step.note.startswith("“Slow down” ")
    assert "longer than" in step.note
    assert len(sent_at) <= sent
    assert timedelta(seconds=sent_at[-1]) <= ends_within
    assert all(later - sooner >= 1 for sooner, later in pairwise(sent_at))


def test_a_limit_that_is_not_waited_for_fails_all_that_are_still_to_be_made() -> None:
    until = NOW + timedelta(hours=20)
    told = refused(claimed(Step("a/b"), NOW), RateLimited("“20 hours”", until), NOW)
    after, due = advance(operation(Verb.PROVISION, told, Step("a/c")), {}, NOW)

    assert [step.progress for step in after.steps] == [Progress.FAILED, Progress.FAILED]
    assert after.steps[1].note == told.note
    assert due == ()


def test_the_limit_of_one_restart_fails_no_other() -> None:
    until = NOW + timedelta(hours=20)
    told = refused(claimed(Step("a/b"), NOW), RateLimited("“20 hours”", until), NOW)
    shown = {id: Space(id, "SLEEPING") for id in ("a/b", "a/c")}
    _, due = advance(operation(Verb.WAKE, told, Step("a/c")), shown, NOW)

    assert [step.space for step in due] == ["a/c"]


def test_what_was_heard_in_the_end_forgets_that_it_was_turned_away() -> None:
    told = refused(SENT, RateLimited("slow down", NOW), NOW)

    assert told.limited_since == NOW
    assert accepted(claimed(told, NOW), "BUILDING").limited_since is None


@pytest.mark.parametrize(
    ("minutes", "progress"), [(59, Progress.WAITING), (61, Progress.FAILED)], ids=["soon", "late"]
)
def test_what_nobody_can_see_or_send_is_not_waited_for_for_ever(
    minutes: int, progress: Progress
) -> None:
    after = unseen(operation(Verb.WAKE), "403: no", NOW + timedelta(minutes=minutes))

    assert after.steps[0].progress is progress
    assert after.steps[0].note == ("403: no" if after.finished else "")


def test_an_operation_that_goes_on_sending_is_not_called_unseen() -> None:
    sent = replace(SENT, sent_at=NOW + timedelta(minutes=30))
    waiting = operation(Verb.WAKE, sent, Step("a/c"))

    assert unseen(waiting, "the rate limit", NOW + timedelta(minutes=61)) == waiting


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
def test_who_waits_for_one_that_was_told_to(verb: Verb, seconds: int, due: int) -> None:
    told = refused(claimed(Step("a/b"), NOW), RateLimited("later", NOW + timedelta(minutes=1)), NOW)
    asked = operation(verb, told, Step("a/c"))
    there = () if verb.rule.makes else ("a/b", "a/c")
    shown = {id: Space(id, "SLEEPING") for id in there}
    _, found = advance(asked, shown, NOW + timedelta(seconds=seconds))
    assert len(found) == due


GONE = "the Hub no longer lists it"


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(Step("a/b"), id="yet to be sent"),
        pytest.param(SENT, id="sent"),
        pytest.param(accepted(SENT, "BUILDING"), id="agreed to"),
    ],
)
@pytest.mark.parametrize(
    ("looks", "note"),
    [
        # One list that leaves it out says little.
        pytest.param([(1, None)], "", id="left out once"),
        pytest.param([(1, None), (SETTLED, None)], "", id="not long enough"),
        pytest.param([(1, None), (SETTLED + 2, None)], GONE, id="for long"),
        # There again: it was the list.
        pytest.param([(1, None), (9, "SLEEPING"), (SETTLED + 2, None)], "", id="there again"),
    ],
)
def test_a_space_counts_as_gone_only_after_a_while(
    step: Step, looks: list[tuple[int, str | None]], note: str
) -> None:
    for seconds, stage in looks:
        step = look(Verb.WAKE, step, seconds, stage)

    assert (step.note, step.progress is Progress.FAILED) == (note, bool(note))


def test_nothing_is_sent_to_a_space_that_the_list_leaves_out() -> None:
    after, due = advance(operation(Verb.WAKE, Step("a/b"), Step("a/x")), fleet("PAUSED"), NOW)

    assert after.steps[1].missing_since == NOW
    assert [step.space for step in due] == ["a/b"]


def test_the_same_facts_again_change_nothing() -> None:
    once, _ = advance(operation(Verb.WAKE), fleet("SLEEPING"), NOW)
    twice, _ = advance(once, fleet("SLEEPING"), NOW)

    assert once == twice


def test_a_plan_skips_what_another_operation_is_doing() -> None:
    running = operation(Verb.WAKE, Step("a/b", Progress.SENT))

    (step,) = plan(Verb.PAUSE, ["a/b"], fleet("SLEEPING"), busy([running]))

    assert (step.progress, step.note) == (Progress.SKIPPED, "busy: wake is still running")
    assert step.skip_reason is SkipReason.BUSY


FLAVOUR, HOUR = {"flavour": "t4-small"}, {"seconds": "3600", "time": "1h"}
YOUNG, GROWN = NEWBORN.seconds - 1, NEWBORN.seconds + 1


def test_every_verb_has_a_rule() -> None:
    assert set(RULES) == set(Verb)


def space(stage: str, hardware: str = "cpu-basic", sdk: str = "docker", sleep: int = 0) -> Space:
    return Space("a/b", stage, hardware=hardware, sdk=sdk, sleep_after=sleep or None)


@pytest.mark.parametrize(
    ("verb", "args", "found", "note"),
    [
        # What is as it is wanted needs nothing.
        (Verb.HARDWARE, FLAVOUR, space("RUNNING", "t4-small"), "already on t4-small"),
        (Verb.HARDWARE, FLAVOUR, space("RUNNING"), ""),
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
        (Verb.HARDWARE, FLAVOUR, space("RUNNING", sdk="static"), "static: it runs on no hardware"),
        (Verb.SLEEP, HOUR, space("RUNNING", sdk="static"), "static: it never sleeps"),
        (Verb.UPLOAD, {}, space("RUNNING", sdk="static"), ""),
        # What is there is not made again; but of a class, what it lacks is added.
        (Verb.CREATE, {}, space("RUNNING"), "there already"),
        (Verb.PROVISION, {}, space("RUNNING"), ""),
        (Verb.PROVISION, {}, space("DELETING"), "it is being deleted"),
    ],
)
def test_plans_only_what_is_needed(
    verb: Verb, args: dict[str, str], found: Space, note: str
) -> None:
    (step,) = plan(verb, ["a/b"], {"a/b": found}, {}, args)

    assert (step.progress, step.note) == (Progress.SKIPPED if note else Progress.WAITING, note)


def sent(verb: Verb, was: str, *, yes: bool = True) -> Step:
    step = claimed(Step("a/b", was=was), NOW)
    return accepted(step, was) if yes else step


def look(verb: Verb, step: Step, seconds: int, stage: str | None) -> Step:
    """Advance by one look; a stage of None: the list does not have it."""
    args = {**FLAVOUR, **HOUR}
    found = fleet(stage) if stage else {}
    one = replace(operation(verb, step), args=args)
    (after,) = advance(one, found, NOW + timedelta(seconds=seconds))[0].steps
    return after


@pytest.mark.parametrize(
    ("verb", "step", "seconds", "stage", "progress"),
    [
        # A Space that has just been made need not be listed yet; but some day it must.
        (Verb.PROVISION, sent(Verb.PROVISION, ""), SETTLED, None, Progress.SENT),
        (Verb.PROVISION, sent(Verb.PROVISION, ""), IGNORED, None, Progress.FAILED),
        # It may show that it has no app file for a moment; then it means it.
        (Verb.PROVISION, sent(Verb.PROVISION, ""), YOUNG, "NO_APP_FILE", Progress.SENT),
        (Verb.PROVISION, sent(Verb.PROVISION, ""), GROWN, "NO_APP_FILE", Progress.FAILED),
        # Followed to up, or to its error.
        (Verb.PROVISION, sent(Verb.PROVISION, ""), 3, "BUILDING", Progress.SENT),
        (Verb.PROVISION, sent(Verb.PROVISION, ""), 3, "RUNNING", Progress.DONE),
        (Verb.PROVISION, sent(Verb.PROVISION, ""), 3, "BUILD_ERROR", Progress.FAILED),
        (Verb.PROVISION, sent(Verb.PROVISION, ""), 3, "PAUSED", Progress.FAILED),
        # A repair of what sleeps does not wake it; of what is up, it may be too quick to see.
        (Verb.PROVISION, sent(Verb.PROVISION, "SLEEPING"), 1, "SLEEPING", Progress.DONE),
        (Verb.PROVISION, sent(Verb.PROVISION, "RUNNING"), 1, "RUNNING", Progress.SENT),
        (Verb.PROVISION, sent(Verb.PROVISION, "RUNNING"), SETTLED, "RUNNING", Progress.DONE),
        # An empty Space is done once it is there, and a sleep time once it is set.
        (Verb.CREATE, sent(Verb.CREATE, ""), 1, None, Progress.DONE),
        (Verb.SLEEP, sent(Verb.SLEEP, "RUNNING"), 1, "RUNNING", Progress.DONE),
        # New hardware restarts what is up, and waits for what is not.
        (Verb.HARDWARE, sent(Verb.HARDWARE, "PAUSED"), 1, "PAUSED", Progress.DONE),
        (Verb.HARDWARE, sent(Verb.HARDWARE, "RUNNING"), 1, "RUNNING", Progress.SENT),
        (Verb.HARDWARE, sent(Verb.HARDWARE, "RUNNING"), 9, "APP_STARTING", Progress.SENT),
        (Verb.HARDWARE, sent(Verb.HARDWARE, "RUNNING"), 9, "RUNTIME_ERROR", Progress.FAILED),
        # An upload is followed through its build, with the old version serving or not.
        (Verb.UPLOAD, sent(Verb.UPLOAD, "RUNNING"), 9, "RUNNING_BUILDING", Progress.SENT),
        (Verb.UPLOAD, sent(Verb.UPLOAD, "RUNNING"), 9, "BUILDING", Progress.SENT),
        (Verb.UPLOAD, sent(Verb.UPLOAD, "BUILD_ERROR"), 9, "RUNNING", Progress.DONE),
        (Verb.UPLOAD, sent(Verb.UPLOAD, "RUNNING"), 9, "BUILD_ERROR", Progress.FAILED),
        # It need not build anything; what is paused stays so.
        (Verb.UPLOAD, sent(Verb.UPLOAD, "RUNNING"), 9, "RUNNING", Progress.SENT),
        (Verb.UPLOAD, sent(Verb.UPLOAD, "RUNNING"), SETTLED, "RUNNING", Progress.DONE),
        (Verb.UPLOAD, sent(Verb.UPLOAD, "PAUSED"), 1, "PAUSED", Progress.DONE),
        # A build that was under way begins anew in the same stage: that is no silence.
        (Verb.UPLOAD, sent(Verb.UPLOAD, "BUILDING"), IGNORED, "BUILDING", Progress.SENT),
        (Verb.REBUILD, sent(Verb.REBUILD, "BUILDING"), IGNORED, "BUILDING", Progress.SENT),
        (Verb.REBUILD, sent(Verb.REBUILD, "BUILDING"), LATE, "BUILDING", Progress.FAILED),
        (Verb.PAUSE, sent(Verb.PAUSE, "BUILDING"), IGNORED, "BUILDING", Progress.FAILED),
    ],
)
def test_follows_each_verb_to_its_own_end(
    verb: Verb, step: Step, seconds: int, stage: str | None, progress: Progress
) -> None:
    assert look(verb, step, seconds, stage).progress is progress


@pytest.mark.parametrize(
    ("verb", "was", "seconds", "stage", "progress"),
    [
        # No answer, and it is there now: it was heard, and is not made again.
        (Verb.PROVISION, "", SETTLED, "BUILDING", Progress.SENT),
        (Verb.CREATE, "", SETTLED, "NO_APP_FILE", Progress.DONE),
        # No answer, and it is not there: not yet, or it was lost.
        (Verb.PROVISION, "", 3, None, Progress.SENT),
        (Verb.PROVISION, "", SETTLED, None, Progress.WAITING),
        (Verb.CREATE, "", SETTLED, None, Progress.WAITING),
        # That a stage moves does not say that a repair, a sleep time or hardware was heard.
        (Verb.PROVISION, "RUNNING", SETTLED, "APP_STARTING", Progress.WAITING),
        (Verb.HARDWARE, "RUNNING", SETTLED, "APP_STARTING", Progress.WAITING),
        (Verb.SLEEP, "RUNNING", SETTLED, "RUNNING", Progress.WAITING),
        (Verb.HARDWARE, "RUNNING", 3, "APP_STARTING", Progress.SENT),
    ],
)
def test_a_call_without_an_answer_by_verb(
    verb: Verb, was: str, seconds: int, stage: str | None, progress: Progress
) -> None:
    assert look(verb, sent(verb, was, yes=False), seconds, stage).progress is progress


def test_a_space_that_was_made_and_is_gone_again_has_failed() -> None:
    seen = look(Verb.PROVISION, sent(Verb.PROVISION, ""), 3, "BUILDING")
    missing = look(Verb.PROVISION, seen, 6, None)

    assert (missing.progress, missing.note) == (Progress.SENT, "")
    assert look(Verb.PROVISION, missing, 7 + SETTLED, None).note == GONE


def test_what_is_to_be_made_is_due_although_nobody_lists_it() -> None:
    _, (due,) = advance(operation(Verb.PROVISION), {}, NOW)

    assert (due.space, due.was) == ("a/b", "")


@pytest.mark.parametrize(
    ("was", "added", "progress", "note"),
    [
        ("RUNNING", ["KEY"], Progress.SENT, "was there; added KEY"),
        ("RUNNING", [], Progress.SKIPPED, "there already, and nothing is missing"),
        # On its way: it is followed to its end.
        ("BUILDING", [], Progress.SENT, ""),
        # It is ours, from a call whose answer was lost.
        ("", [], Progress.SENT, ""),
    ],
)
def test_a_repair(was: str, added: list[str], progress: Progress, note: str) -> None:
    after = repaired(claimed(Step("a/b", was=was), NOW), added)

    assert (after.progress, after.note) == (progress, note)


def test_a_crash_is_told_by_what_ended_it_not_by_how_its_log_begins() -> None:
    error = "Exit code: 1. Reason: Traceback (most recent call last):\n  File a\nKeyError: 'x'"
    crashed = Space("acme/team-a", "RUNTIME_ERROR", error=error)

    assert RULES[Verb.WAKE].trouble(crashed) == "RUNTIME_ERROR: KeyError: 'x'"
