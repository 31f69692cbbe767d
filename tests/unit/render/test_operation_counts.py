"""Counts of an operation's steps: every step is counted once, in words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.operations import Operation, SkipReason, Step, StepState, Verb, skip
from bot.render import operation_counts as counts

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
NOT_NEEDED = skip(Step("a/0", stage="RUNNING"), SkipReason.ALREADY_UP)
UNKNOWN = skip(Step("a/1", stage="DREAMING"), SkipReason.UNKNOWN_STAGE)
BUSY = skip(Step("a/2"), SkipReason.BUSY, Verb.RESTART)
STOPPED = skip(Step("a/3"), SkipReason.STOPPED)
WAITING, SENT = Step("a/4"), Step("a/5", StepState.SENT)
IDLE = "Wake: nothing was done"
DONE, FAILED = Step("a/6", StepState.DONE), Step("a/7", StepState.FAILED)


def operation(*steps: Step, verb: Verb = Verb.WAKE, **values: object) -> Operation:
    found = Operation(verb, steps, "U1", "C1", NOW - timedelta(minutes=4))
    return replace(found, **values)  # type: ignore[arg-type]  # a test names fields


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ((WAITING, SENT), "Waking 2 Spaces"),
        # What needs nothing is no part of the work.
        ((WAITING, NOT_NEEDED, BUSY), "Waking 1 Space"),
    ],
)
def test_running_headline_counts_the_work(steps: tuple[Step, ...], expected: str) -> None:
    assert counts.running_head(operation(*steps)) == expected


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ((DONE, DONE), "Wake: 2 of 2 up after 4 min"),
        ((DONE, FAILED, NOT_NEEDED), "Wake: 1 of 2 up after 4 min · 1 problem · 1 needed nothing"),
        (
            (NOT_NEEDED, BUSY, UNKNOWN),
            f"{IDLE} · 1 needed nothing · 1 busy and left alone · 1 in an unknown stage",
        ),
    ],
)
def test_final_headline_counts_every_step_once(steps: tuple[Step, ...], expected: str) -> None:
    assert counts.ended_head(operation(*steps), NOW) == expected


def test_stopped_headline_counts_what_was_not_sent() -> None:
    stopped = operation(DONE, SENT, FAILED, STOPPED, STOPPED, stopped_by="U2", stopped_at=NOW)

    expected = "Wake stopped: 1 done, 1 in progress, 1 failed, 2 not sent"
    assert counts.running_head(stopped) == counts.ended_head(stopped, NOW) == expected
    assert counts.stopped_by(stopped) == "stopped by <@U2>"


def test_tally_counts_steps_by_state() -> None:
    every = operation(DONE, SENT, WAITING, FAILED, NOT_NEEDED)

    assert counts.tally(every) == "1 up · 1 on the way · 1 waiting · 1 failed · 1 needed nothing"


def test_steps_in_an_unknown_stage_are_counted_separately() -> None:
    assert counts.unknown_steps(operation(UNKNOWN, NOT_NEEDED)) == (UNKNOWN,)


def test_the_word_for_done_has_the_arguments_of_the_operation() -> None:
    change = operation(DONE, verb=Verb.HARDWARE, args={"flavor": "t4-small"})

    assert counts.done_word(change) == "on t4-small"
