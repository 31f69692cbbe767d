"""Class time: during a lesson and shortly before it, in the class's time zone."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.class_hours import (
    LEAD_TIME,
    ClassHours,
    Lesson,
    WeeklyRule,
    is_class_time,
    next_lesson,
    silent_spaces,
)

RULE = WeeklyRule((0, 2), time(9, 45), time(12))
MONDAY = date(2026, 11, 30)


def hours(
    *rules: WeeklyRule, zone: str = "Europe/Berlin", listed: tuple[Lesson, ...] = ()
) -> ClassHours:
    return ClassHours(("all",), zone, "U1", rules, listed)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+01:00").astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-30 09:24:59", False),
        ("2026-11-30 09:25:00", True),  # 20 minutes before
        ("2026-11-30 09:45:00", True),
        ("2026-11-30 11:59:59", True),
        ("2026-11-30 12:00:00", False),
        ("2026-12-01 10:00:00", False),  # a Tuesday
        ("2026-12-02 10:00:00", True),
    ],
)
def test_class_time_begins_before_the_lesson_and_ends_with_it(
    moment: str, *, expected: bool
) -> None:
    assert is_class_time(hours(RULE), at(moment)) is expected


def test_an_excluded_day_and_the_days_after_the_end_have_no_class() -> None:
    rule = WeeklyRule((0, 2), time(9, 45), time(12), (MONDAY,), until=date(2026, 12, 2))
    assert not is_class_time(hours(rule), at("2026-11-30 10:00"))
    assert is_class_time(hours(rule), at("2026-12-02 10:00"))
    assert not is_class_time(hours(rule), at("2026-12-07 10:00"))


def test_a_lesson_past_midnight_lasts_into_the_next_day() -> None:
    rule = WeeklyRule((0,), time(22), time(1))
    assert is_class_time(hours(rule), at("2026-12-01 00:30"))
    assert not is_class_time(hours(rule), at("2026-12-01 01:00"))


@pytest.mark.parametrize(
    ("zone", "before", "after"),
    [
        ("Europe/Berlin", datetime(2026, 10, 23, 7, 45, tzinfo=UTC), timedelta(hours=73)),
        ("America/New_York", datetime(2026, 10, 30, 13, 45, tzinfo=UTC), timedelta(hours=73)),
        ("Europe/Berlin", datetime(2027, 3, 26, 8, 45, tzinfo=UTC), timedelta(hours=71)),
        ("America/New_York", datetime(2027, 3, 12, 14, 45, tzinfo=UTC), timedelta(hours=71)),
    ],
)
def test_lessons_keep_their_local_time_when_the_clocks_change(
    zone: str, before: datetime, after: timedelta
) -> None:
    friday_and_monday = hours(WeeklyRule((0, 4), time(9, 45), time(12)), zone=zone)
    first = next_lesson(friday_and_monday, before)
    assert first is not None
    assert first.starts_at == before
    second = next_lesson(friday_and_monday, first.ends_at)
    assert second is not None
    assert second.starts_at - before == after


def test_the_next_lesson_is_the_current_one_until_it_ends() -> None:
    both = hours(RULE, WeeklyRule((0,), time(14), time(16)))
    starts = [next_lesson(both, at(f"2026-11-30 {clock}")) for clock in ("10:00", "12:00", "16:00")]
    assert [one.starts_at if one else None for one in starts] == [
        at("2026-11-30 09:45"),
        at("2026-11-30 14:00"),
        at("2026-12-02 09:45"),
    ]


def test_hours_that_are_over_have_no_next_lesson() -> None:
    over = hours(WeeklyRule((0,), time(9), time(10), until=MONDAY))
    assert next_lesson(over, at("2026-11-30 10:00")) is None
    assert next_lesson(hours(), at("2026-11-30 10:00")) is None


def test_listed_lessons_of_a_calendar_count_like_typed_ones() -> None:
    lesson = Lesson(at("2026-11-30 09:00"), at("2026-11-30 10:00"))
    assert is_class_time(hours(listed=(lesson,)), lesson.starts_at - LEAD_TIME)
    assert not is_class_time(hours(listed=(lesson,)), lesson.ends_at)


def test_a_space_is_silent_only_if_none_of_its_classes_meets() -> None:
    mornings, evenings = hours(RULE), hours(WeeklyRule((0,), time(18), time(20)))
    resolved = [(mornings, ["a", "b"]), (evenings, ["b", "c"])]
    assert silent_spaces(resolved, at("2026-11-30 10:00")) == {"c"}
    assert silent_spaces(resolved, at("2026-11-30 18:00")) == {"a"}
    assert silent_spaces(resolved, at("2026-11-30 15:00")) == {"a", "b", "c"}
    assert silent_spaces([], at("2026-11-30 15:00")) == frozenset()
