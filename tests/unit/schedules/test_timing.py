from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UsageError
from bot.parsing import split_time_clause, tokenize
from bot.schedules import ScheduleKind, Timing, parse_timing

#: A Friday, 22:00 in Berlin.
NOW = datetime(2026, 11, 27, 21, tzinfo=UTC)


def test_a_repetition_has_its_expression_and_first_run() -> None:
    timing = parse_timing(tokenize("every weekday at 13:50"), NOW, "Europe/Berlin")

    assert timing == Timing(
        "every weekday at 13:50",
        "Europe/Berlin",
        datetime(2026, 11, 30, 12, 50, tzinfo=UTC),
        "every weekday at 13:50 in Europe/Berlin",
    )


def test_a_moment_has_no_expression() -> None:
    timing = parse_timing(tokenize("tomorrow at 9"), NOW, "Europe/Berlin")

    assert timing == Timing("tomorrow at 9", "Europe/Berlin", datetime(2026, 11, 28, 8, tzinfo=UTC))


@pytest.mark.parametrize("text", ["at 9 in america/new_york", "every day at 9 in America/New_York"])
def test_a_named_zone_replaces_that_of_the_class(text: str) -> None:
    timing = parse_timing(tokenize(text), NOW, "Europe/Berlin")

    assert timing.zone == "America/New_York"
    assert timing.first == datetime(2026, 11, 28, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("at 9 in Mars/Base", "I don't know the time zone `Mars/Base`"),
        ("every day at 9 in CET", "I don't know the time zone `CET`. Use one like `Europe/Berlin`"),
        ("every day at 9 until 2020-01-01", "has no run to come"),
        ("every 3 minutes", "more often than every 5 minutes"),
        ("before 14:00", "It's already past 14:00 today. Try `tomorrow before 14:00`"),
        ("by 14:00", "It's already past 14:00 today"),
        ("today before 14:00", "It's already past 14:00 today"),
        ("before lunch", "I can't read `lunch` as a time of day"),
        ("before", "At what time is `before`?"),
    ],
)
def test_timing_that_cannot_be_kept_is_refused(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        parse_timing(tokenize(text), NOW, "Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "first", "recurrence"),
    [
        ("before 23:00", "27T22:00", ""),
        ("by 23:00", "27T22:00", ""),
        ("tomorrow before 9", "28T08:00", ""),
        ("before 9 tomorrow", "28T08:00", ""),
        ("before 9:45 on 2026-11-30", "30T08:45", ""),
        ("every mon,wed before 09:45", "30T08:45",
         "every monday, wednesday at 09:45 in Europe/Berlin"),
    ],
)  # fmt: skip
def test_a_deadline_is_the_time_to_be_ready_by(text: str, first: str, recurrence: str) -> None:
    timing = parse_timing(tokenize(text), NOW, "Europe/Berlin")

    assert timing.kind is ScheduleKind.BEFORE
    assert f"{timing.first:%dT%H:%M}" == first
    assert timing.recurrence == recurrence


_WORDS = """
every each daily at on in the of from to except until starting during mon weekday weekends day days
2 31 1st last first other week month year hour hours min 9 13:50 25:00 2pm am noon dec feb 24
2027-01-31 2027-02-30 Europe/Berlin CET today tomorrow before x 0 99999999 ½
"""
words = st.lists(st.sampled_from(_WORDS.split()), min_size=1, max_size=9)


@given(words)
def test_any_words_are_read_or_refused(typed: list[str]) -> None:
    _, time_words = split_time_clause(typed)
    try:
        timing = parse_timing(time_words or ["at"], NOW, "Europe/Berlin")
    except UsageError:
        return
    assert timing.first > NOW
    assert timing.first.second == 0 or "in" in typed
