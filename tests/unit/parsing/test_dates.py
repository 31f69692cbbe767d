"""Dates as people type them: with and without a year, alone and in ranges."""

from datetime import date

import pytest

from bot.errors import UsageError
from bot.parsing.dates import is_date_start, parse_date, parse_dates, split_dates

TODAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2027-01-31", ["2027-01-31"]),
        ("24 dec", ["2026-12-24"]),
        ("Dec 24th", ["2026-12-24"]),
        ("24. December", ["2026-12-24"]),
        ("27 nov", ["2026-11-27"]),  # today
        ("26 nov", ["2027-11-26"]),  # yesterday: the next one
        ("29 feb", ["2028-02-29"]),
        ("1 jan 2030", ["2030-01-01"]),
        ("dec 24 2026 dec 31", ["2026-12-24", "2026-12-31"]),
        ("24 dec and 31 dec", ["2026-12-24", "2026-12-31"]),
        ("31 dec to 2 jan", ["2026-12-31", "2027-01-01", "2027-01-02"]),
        ("2026-12-30..2026-12-31", ["2026-12-30", "2026-12-31"]),
        ("", []),
    ],
)
def test_dates_are_read(text: str, expected: list[str]) -> None:
    assert [str(day) for day in parse_dates(text.split(), TODAY)] == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("31 feb", "There's no `31 feb`. Check the date."),
        ("2026-13-01", "There's no `2026-13-01`. Check the date."),
        ("soon", "I can't read `soon` as a date."),
        ("24", "I can't read `24` as a date."),
        ("24 dec to", "as a date."),
        ("29 feb 2027", "There's no `29 feb 2027`."),
        ("2026-12-01 to 2029-12-01", "is too long a range. Name each date."),
        ("2026-12-02 to 2026-12-01", "is too long a range. Name each date."),
    ],
)
def test_other_text_is_refused(text: str, message: str) -> None:
    with pytest.raises(UsageError) as error:
        parse_dates(text.split(), TODAY)
    assert message in str(error.value)


def test_one_date_is_one_date() -> None:
    assert parse_date(["24", "dec"], TODAY) == date(2026, 12, 24)
    with pytest.raises(UsageError):
        parse_date(["24", "dec", "25", "dec"], TODAY)


@pytest.mark.parametrize(
    ("word", "expected"), [("24", True), ("dec", True), ("2027-01-31", True), ("team-1", False)]
)
def test_a_date_begins_with_a_number_a_month_or_a_year(word: str, *, expected: bool) -> None:
    assert is_date_start([word]) is expected


def test_dates_in_a_row_are_separated() -> None:
    assert list(split_dates(["24", "dec", "dec", "25", "2027-01-01"])) == [
        ["24", "dec"],
        ["dec", "25"],
        ["2027-01-01"],
    ]
    with pytest.raises(UsageError, match="I can't read `lunch` as a date"):
        list(split_dates(["lunch"]))
