"""Runs of a repetition on the days on which a clock is put forward or back, and on rare dates."""

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise

import pytest

from bot.errors import UsageError
from bot.schedules.recurrence import (
    check_interval,
    last_run,
    next_run,
    parse_recurrence,
    runs_after,
)


@pytest.mark.parametrize(
    ("recurrence", "after", "expected"),
    [
        # The clock is put forward, so 02:30 doesn't exist: the run is an hour later, once.
        ("every day at 02:30 in Europe/Berlin", "2027-03-27T12:00Z",
         ["03-28T01:30", "03-29T00:30"]),
        ("every day at 02:30 in America/New_York", "2027-03-13T12:00Z",
         ["03-14T07:30", "03-15T06:30"]),
        # Two local times that are one moment on that day are one run.
        ("every day at 02:30, 03:30 in Europe/Berlin", "2027-03-27T12:00Z",
         ["03-28T01:30", "03-29T00:30", "03-29T01:30"]),
        # It is put back, so 02:30 comes twice: the run is made the first time.
        ("every day at 02:30 in Europe/Berlin", "2027-10-30T12:00Z",
         ["10-31T00:30", "11-01T01:30"]),
        ("every day at 01:30 in America/New_York", "2027-11-06T12:00Z",
         ["11-07T05:30", "11-08T06:30"]),
        # The same hour for the people, another one in UTC.
        ("every weekday at 13:50 in Europe/Berlin", "2027-03-26T00:00Z",
         ["03-26T12:50", "03-29T11:50"]),
        # The end of a year and of a leap year's February.
        ("every day at 23:59 in UTC", "2026-12-31T00:00Z", ["12-31T23:59", "01-01T23:59"]),
        ("every month on the last day at 09:00 in UTC", "2028-02-01T00:00Z",
         ["02-29T09:00", "03-31T09:00"]),
        ("every year on feb 29 at 09:00 in UTC", "2027-01-01T00:00Z",
         ["02-29T09:00", "02-29T09:00"]),
    ],
)  # fmt: skip
def test_each_run_comes_once_on_special_days(
    recurrence: str, after: str, expected: list[str]
) -> None:
    runs = islice(runs_after(recurrence, datetime.fromisoformat(after)), len(expected))

    assert [f"{run:%m-%dT%H:%M}" for run in runs] == expected


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York"])
@pytest.mark.parametrize("minute", [0, 30])
def test_every_day_of_a_year_has_one_run(zone: str, minute: int) -> None:
    start = datetime(2027, 1, 1, 12, tzinfo=UTC)
    for hour in (0, 1, 2, 3):
        recurrence = f"every day at {hour:02}:{minute:02} in {zone}"

        runs = list(islice(runs_after(recurrence, start), 365))

        assert all(b - a < timedelta(hours=25, minutes=1) for a, b in pairwise(runs))
        assert len({run.date() for run in runs}) >= 364
        assert runs[-1] - start < timedelta(days=366)


def test_the_last_run_up_to_a_moment_includes_that_moment() -> None:
    noon = datetime(2027, 1, 4, 12, tzinfo=UTC)

    assert last_run("every day at 12:00 in UTC", noon) == noon
    assert last_run("every day at 12:00 in UTC", noon - timedelta(seconds=1)) == noon - timedelta(
        days=1
    )
    assert next_run("every day at 12:00 in UTC", noon) == noon + timedelta(days=1)
    assert next_run("every day at 12:00 until 2027-01-04 in UTC", noon) is None


@pytest.mark.parametrize(
    "expression",
    [
        "every 1 min from 00:00 to 23:59 in UTC",
        "every 4 min from 09:00 to 10:00 in UTC",
        "every day at 09:00, 09:04 in UTC",
        "every day at 23:58, 00:01 in UTC",
    ],
)
def test_runs_closer_than_five_minutes_are_refused(expression: str) -> None:
    with pytest.raises(UsageError, match="more often than every 5 minutes"):
        check_interval(expression, datetime(2027, 1, 4, tzinfo=UTC))


@pytest.mark.parametrize(
    "expression",
    ["every 5 min from 00:00 to 23:59 in UTC", "every day at 09:00, 09:05 in UTC"],
)
def test_runs_five_minutes_apart_are_allowed(expression: str) -> None:
    check_interval(expression, datetime(2027, 1, 4, tzinfo=UTC))


def test_a_stored_recurrence_that_is_unreadable_has_no_runs() -> None:
    now = datetime(2027, 1, 4, tzinfo=UTC)

    assert next_run("every full moon", now) is None
    assert last_run("every full moon", now) is None


def test_unreadable_expression_is_quoted_as_it_was_typed() -> None:
    with pytest.raises(UsageError, match="I can't read `at the full moon` as a time"):
        parse_recurrence("every full moon", "at the full moon")
