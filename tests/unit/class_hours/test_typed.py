"""Typed class hours: days, times, excluded days and the last day."""

from datetime import date, time

import pytest

from bot.class_hours import WeeklyRule
from bot.class_hours.typed import parse_class_hours
from bot.errors import UsageError
from bot.parsing import tokenize

TODAY = date(2026, 11, 27)
MORNING = (time(9, 45), time(12))


@pytest.mark.parametrize(
    ("text", "targets", "rules"),
    [
        ("section-1 mon,wed 09:45-12:00", ("section-1",), [((0, 2), *MORNING)]),
        ("team-* Mon and Wed 9:45–12", ("team-*",), [((0, 2), *MORNING)]),
        ("all every weekday from 9am to 5 pm", ("all",), [((0, 1, 2, 3, 4), time(9), time(17))]),
        ("all except team-3 tue 9:45..12", ("all", "except", "team-3"), [((1,), *MORNING)]),
        ("lab on fri 22:00 - 1am", ("lab",), [((4,), time(22), time(1))]),
        (
            "lab mon 9-10 and thu-fri 14:00-15:30",
            ("lab",),
            [((0,), time(9), time(10)), ((3, 4), time(14), time(15, 30))],
        ),
    ],
)
def test_days_and_times_are_read_as_people_type_them(
    text: str, targets: tuple[str, ...], rules: list[tuple[tuple[int, ...], time, time]]
) -> None:
    parsed = parse_class_hours(tokenize(text), TODAY)
    assert parsed.targets == targets
    assert parsed.rules == tuple(WeeklyRule(*rule) for rule in rules)


def test_excluded_days_the_last_day_and_wake_apply_to_all_times() -> None:
    text = "lab mon 9-10 wed 14-15 except 24 dec, 31 dec until 2027-01-31 wake"
    parsed = parse_class_hours(tokenize(text), TODAY)
    assert parsed.wakes
    assert [(rule.excluded, rule.until) for rule in parsed.rules] == [
        ((date(2026, 12, 24), date(2026, 12, 31)), date(2027, 1, 31))
    ] * 2


def test_targets_alone_ask_for_the_form_and_off_ends_the_hours() -> None:
    assert parse_class_hours(("lab",), TODAY).rules == ()
    parsed = parse_class_hours(("lab", "off"), TODAY)
    assert (parsed.targets, parsed.is_off) == (("lab",), True)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("lab mon", "From when until when is class?"),
        ("lab mon 9", "From when until when is class?"),
        ("lab mon 9-10-11", "From when until when is class?"),
        ("lab mon 9-9", "`9-9` isn't a lesson of at most 12 hours."),
        ("lab mon 9-8", "`9-8` isn't a lesson of at most 12 hours."),
        ("lab mon 25:00-26:00", "I can't read `25:00` as a time of day."),
        ("lab mon 2-4", "Is `2` in the morning or in the afternoon?"),
        ("lab 9:00-10:00", "On which days?"),
        ("lab mon 9-10 except 31 feb", "There's no `31 feb`."),
        ("lab mon 9-10 except tomorrow", "I can't read `tomorrow` as a date."),
        ("lab mon 9-10 until 2020-01-01", "`2020-01-01` is in the past."),
        ("lab mon 9-10 until 24 dec 31 dec", "I can't read `24 dec 31 dec` as a date."),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_fact(text: str, message: str) -> None:
    with pytest.raises(UsageError) as error:
        parse_class_hours(tokenize(text), TODAY)
    assert message in str(error.value)
