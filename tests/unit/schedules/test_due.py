"""A due run is made once within 15 minutes, and else it is missed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.schedules import Schedule
from bot.schedules.due import DueDecision, decide_due

DUE = datetime(2027, 1, 4, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
HOURLY = Schedule(
    "wake all", "every hour", "UTC", "every 1 hour from 00:00 to 23:59 in UTC",
    DUE, "UTA", "C1", DUE,
)  # fmt: skip
ONCE = replace(HOURLY, timing="at 9", recurrence="")


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


@pytest.mark.parametrize(
    ("late", "expected"),
    [
        (minutes(0), DueDecision(DUE, DUE + HOUR)),
        (minutes(15), DueDecision(DUE, DUE + HOUR)),
        (minutes(15.1), DueDecision(None, DUE + HOUR, 1, DUE, DUE)),
        # Of several runs, the latest one is made up for; the others are missed.
        (minutes(60), DueDecision(DUE + HOUR, DUE + 2 * HOUR, 1, DUE, DUE)),
        (minutes(190), DueDecision(DUE + 3 * HOUR, DUE + 4 * HOUR, 3, DUE, DUE + 2 * HOUR)),
        (minutes(230), DueDecision(None, DUE + 4 * HOUR, 4, DUE, DUE + 3 * HOUR)),
    ],
)
def test_the_latest_run_is_made_up_for_within_15_minutes(
    late: timedelta, expected: DueDecision
) -> None:
    assert decide_due(HOURLY, DUE + late) == expected


@pytest.mark.parametrize(
    ("late", "expected"),
    [
        (minutes(0), DueDecision(DUE, None)),
        (minutes(15), DueDecision(DUE, None)),
        (minutes(16), DueDecision(None, None, 1, DUE, DUE)),
    ],
)
def test_a_single_run_is_made_or_missed(late: timedelta, expected: DueDecision) -> None:
    assert decide_due(ONCE, DUE + late) == expected


def test_a_schedule_with_an_unreadable_recurrence_runs_and_ends() -> None:
    unreadable = replace(HOURLY, recurrence="every full moon")

    assert decide_due(unreadable, DUE) == DueDecision(DUE, None)


def test_a_due_run_that_the_rule_no_longer_has_is_made() -> None:
    """The rules of a zone may change after the time was stored."""
    moved = replace(HOURLY, next_at=DUE + minutes(30))

    assert decide_due(moved, DUE + minutes(31)) == DueDecision(DUE + minutes(30), DUE + HOUR)


def test_the_runs_of_a_long_stop_are_counted_up_to_a_hundred() -> None:
    decision = decide_due(HOURLY, DUE + timedelta(days=90, minutes=5))

    assert decision.run_at == DUE + timedelta(days=90)
    assert decision.missed == 100
