"""Each lesson of class hours that wake their Spaces is a deadline, across the clock changes."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.class_hours import ClassHours, Lesson, WeeklyRule
from bot.operations.deadline import DEADLINE_LEAD
from bot.schedules.due import run_text
from bot.schedules.lessons import lesson_schedule, next_lesson_start

NOW = datetime(2027, 3, 26, 21, tzinfo=UTC)  # a Friday, before clocks go forward
HOURS = ClassHours(
    ("team-*",), "Europe/Berlin", "UTA",
    (WeeklyRule((0, 2), time(9, 45), time(12), (date(2027, 3, 31),)),), wakes=True,
)  # fmt: skip


def test_the_schedule_of_lessons_begins_before_the_next_one() -> None:
    schedule = lesson_schedule(HOURS, "C1", None, NOW)

    assert schedule is not None
    assert (schedule.command, schedule.owner, schedule.zone) == (
        "wake team-*",
        "UTA",
        "Europe/Berlin",
    )
    assert schedule.next_time == datetime(2027, 3, 29, 7, 45, tzinfo=UTC)
    assert schedule.is_recurring
    assert schedule.next_at is not None
    text = run_text(schedule, schedule.next_at)
    assert text == "wake team-* on 2027-03-29 before 09:45 in Europe/Berlin"


@pytest.mark.parametrize(
    ("after", "lesson"),
    [
        ("2027-03-29T07:44Z", "2027-03-29T07:45Z"),
        ("2027-03-29T07:45Z", "2027-04-05T07:45Z"),  # it is on; Wednesday is a holiday
        ("2027-03-30T12:00Z", "2027-04-05T07:45Z"),
    ],
)
def test_each_lesson_follows_the_one_before(after: str, lesson: str) -> None:
    schedule = lesson_schedule(HOURS, "C1", None, NOW)
    assert schedule is not None
    begin = next_lesson_start(schedule, HOURS, datetime.fromisoformat(after) - DEADLINE_LEAD)

    assert begin == datetime.fromisoformat(lesson) - DEADLINE_LEAD


def test_a_lesson_that_is_near_still_counts_and_one_that_began_does_not() -> None:
    soon = Lesson(NOW + timedelta(minutes=5), NOW + timedelta(hours=1))
    listed = ClassHours(("team-a",), "UTC", "UTA", listed=(soon,), wakes=True)
    schedule = lesson_schedule(listed, "C1", None, NOW)

    assert schedule is not None
    assert schedule.next_time == soon.starts_at
    assert lesson_schedule(listed, "C1", None, soon.starts_at) is None
