"""A due run is made once within 15 minutes, and else it is missed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.operations.deadline import DEADLINE_LEAD
from bot.parsing import split_time_clause, tokenize
from bot.schedules import Schedule, ScheduleKind, parse_timing
from bot.schedules.due import DueDecision, decide_due, run_text

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


BEFORE = replace(
    HOURLY, kind=ScheduleKind.BEFORE, timing="every day before 9",
    recurrence="every day at 09:00 in UTC", next_at=DUE - DEADLINE_LEAD,
)  # fmt: skip
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (-DEADLINE_LEAD, DueDecision(DUE - DEADLINE_LEAD, DUE + DAY - DEADLINE_LEAD)),
        # As long as some of them can be ready, a late run is better than none.
        (-minutes(1), DueDecision(DUE - DEADLINE_LEAD, DUE + DAY - DEADLINE_LEAD)),
        (
            minutes(1),
            DueDecision(
                None, DUE + DAY - DEADLINE_LEAD, 1, DUE - DEADLINE_LEAD, DUE - DEADLINE_LEAD
            ),
        ),
    ],
)
def test_a_deadline_begins_early_and_is_made_up_for_until_its_time(
    at: timedelta, expected: DueDecision
) -> None:
    assert decide_due(BEFORE, DUE + at) == expected


@pytest.mark.parametrize(
    ("zone", "time", "text"),
    [
        ("UTC", DUE, "wake all on 2027-01-04 before 09:00 in UTC"),
        ("Europe/Berlin", DUE, "wake all on 2027-01-04 before 10:00 in Europe/Berlin"),
    ],
)
def test_the_run_of_a_deadline_names_its_time(zone: str, time: datetime, text: str) -> None:
    run_at = time - DEADLINE_LEAD

    assert run_text(replace(BEFORE, zone=zone), run_at) == text
    assert run_text(HOURLY, run_at) == "wake all"


@pytest.mark.parametrize(
    ("zone", "deadline"),
    [
        # 02:30 doesn't exist on one of these days, and comes twice on the other.
        ("Europe/Berlin", "2027-03-28T01:30+00:00"),
        ("Europe/Berlin", "2027-10-31T00:30+00:00"),
        ("America/New_York", "2027-03-14T07:30+00:00"),
        ("America/New_York", "2027-11-07T05:30+00:00"),
    ],
)
def test_a_run_on_a_day_of_a_clock_change_keeps_its_deadline(zone: str, deadline: str) -> None:
    time = datetime.fromisoformat(deadline)
    begin = time - DEADLINE_LEAD
    _, clause = split_time_clause(tokenize(run_text(replace(BEFORE, zone=zone), begin)))

    assert parse_timing(clause, begin, "UTC").first == time


def test_the_runs_of_a_long_stop_are_counted_up_to_a_hundred() -> None:
    decision = decide_due(HOURLY, DUE + timedelta(days=90, minutes=5))

    assert decision.run_at == DUE + timedelta(days=90)
    assert decision.missed == 100
