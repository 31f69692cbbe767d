"""Counts of an operation's steps: every step is counted once, in words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.operations import Operation, SkipReason, Step, StepState, Verb, skip
from bot.operations.step import DEADLINE_ARGUMENT
from bot.parsing import NameIndex
from bot.render import operation_summary as counts

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
NOT_NEEDED = skip(Step("a/0", stage="RUNNING"), SkipReason.ALREADY_UP)
UNKNOWN = skip(Step("a/1", stage="DREAMING"), SkipReason.UNKNOWN_STAGE)
BUSY = skip(Step("a/2"), SkipReason.BUSY, Verb.RESTART)
STOPPED = skip(Step("a/3"), SkipReason.STOPPED)
WAITING, SENT = Step("a/4"), Step("a/5", StepState.SENT)
NAMES = NameIndex.of([f"a/{n}" for n in range(10)])
DONE, FAILED = Step("a/6", StepState.DONE), Step("a/7", StepState.FAILED)

PAUSED = Step("a/8", stage="PAUSED")
WAS_PAUSED = Step("a/9", StepState.SENT, stage_before="PAUSED", sent_at=NOW, stage="BUILDING")


def done(step: Step) -> Step:
    return replace(step, state=StepState.DONE)


def operation(*steps: Step, verb: Verb = Verb.WAKE, **values: object) -> Operation:
    found = Operation(verb, steps, "U1", "C1", NOW - timedelta(minutes=4))
    return replace(found, **values)  # type: ignore[arg-type]  # a test names fields


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ((WAITING, SENT), "Waking 4 and 5"),
        ((WAITING,) * 4, "Waking 4 Spaces"),
        # What needs nothing is no part of the work.
        ((WAITING, NOT_NEEDED, BUSY), "Waking 4"),
        ((WAITING, PAUSED, WAS_PAUSED), "Waking 4, 8 and 9 · 2 paused before"),
    ],
)
def test_running_headline_names_or_counts_the_work(steps: tuple[Step, ...], expected: str) -> None:
    assert counts.running_head(operation(*steps), NAMES) == expected


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ((DONE,), "6 is ready"),
        ((DONE, DONE), "6 and 6 are ready"),
        ((DONE,) * 4, "4 Spaces are ready"),
        ((DONE, FAILED, NOT_NEEDED), "1 of 2 are ready · 1 failed · 1 already running"),
        ((FAILED,), "Couldn't wake 7"),
    ],
)
def test_ended_headline_for_a_deadline_counts_what_is_ready_not_what_was_woken(
    steps: tuple[Step, ...], expected: str
) -> None:
    planned = operation(*steps, args={DEADLINE_ARGUMENT: NOW.isoformat()})
    assert counts.ended_head(planned, NAMES, NOW) == expected


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ((DONE,), "6 is ready (4 min)"),
        ((FAILED,), "Couldn't wake 7"),
        ((DONE, DONE), "Woke 6 and 6 in 4 min"),
        ((DONE,) * 4, "Woke 4 Spaces in 4 min"),
        ((DONE, FAILED, NOT_NEEDED), "Woke 1 of 2 in 4 min · 1 failed · 1 already running"),
        ((DONE, done(WAS_PAUSED)), "Woke 6 and 9 in 4 min · 1 was paused before"),
        (
            (NOT_NEEDED, BUSY, UNKNOWN),
            "Nothing to wake · 1 busy · 1 already running · 1 in an unknown stage",
        ),
    ],
)
def test_final_headline_counts_every_step_once(steps: tuple[Step, ...], expected: str) -> None:
    assert counts.ended_head(operation(*steps), NAMES, NOW) == expected


@pytest.mark.parametrize(
    ("verb", "expected"),
    [
        (Verb.RESTART, "Restarted 6 (4 min)"),
        (Verb.PAUSE, "Paused 6 (4 min)"),
        (Verb.CREATE, "Created 6 (4 min)"),
        (Verb.HARDWARE, "Moved 6 to t4-small (4 min)"),
        (Verb.SLEEP, "Set the sleep time of 6 to 1h (4 min)"),
    ],
)
def test_final_headline_says_what_was_done_to_a_single_space(verb: Verb, expected: str) -> None:
    done_alone = operation(DONE, verb=verb, args={"flavor": "t4-small", "time": "1h"})

    assert counts.ended_head(done_alone, NAMES, NOW) == expected


def test_no_time_is_named_within_the_first_second() -> None:
    at_once = operation(DONE, verb=Verb.CREATE, requested_at=NOW)

    assert counts.ended_head(at_once, NAMES, NOW) == "Created 6"


def test_stopped_headline_counts_what_was_not_sent() -> None:
    stopped = operation(DONE, SENT, FAILED, STOPPED, STOPPED, stopped_by="U2", stopped_at=NOW)

    expected = "Wake stopped: 1 ready, 1 starting, 1 failed, 2 not sent"
    assert counts.running_head(stopped, NAMES) == counts.ended_head(stopped, NAMES, NOW) == expected
    assert counts.stopped_by(stopped) == "stopped by <@U2>"


def test_tally_counts_steps_by_state() -> None:
    every = operation(DONE, SENT, WAITING, FAILED, NOT_NEEDED)

    assert counts.count_steps(every) == (
        "1 ready · 1 starting · 1 waiting · 1 failed · 1 already running"
    )


def test_steps_in_an_unknown_stage_are_counted_separately() -> None:
    assert counts.unknown_steps(operation(UNKNOWN, NOT_NEEDED)) == (UNKNOWN,)


def test_the_word_for_done_has_the_arguments_of_the_operation() -> None:
    change = operation(DONE, verb=Verb.HARDWARE, args={"flavor": "t4-small"})

    assert counts.done_word(change) == "on t4-small"
