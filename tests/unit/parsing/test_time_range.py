"""Time ranges in the past, as people type them."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import UsageError
from bot.parsing import TimeRange, split_time_range, tokenize

#: A Monday, 12:00 in Vienna.
NOW = datetime(2026, 3, 2, 11, tzinfo=UTC)


def local(day: int, hour: int = 0, minute: int = 0, month: int = 3) -> datetime:
    """Return a moment on Vienna's clock, which is an hour ahead in winter."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=1)


def last(**parts: float) -> TimeRange:
    return TimeRange(NOW - timedelta(**parts), duration=timedelta(**parts))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # A duration, in any wording.
        ("7d", last(days=7)),
        ("2 hours", last(hours=2)),
        ("since 2h", last(hours=2)),
        ("week", last(days=7)),
        # A day, up to its end.
        ("today", TimeRange(local(2))),
        ("yesterday", TimeRange(local(1), local(2))),
        ("Monday", TimeRange(local(2))),
        ("sunday", TimeRange(local(1), local(2))),
        ("tue", TimeRange(local(24, month=2), local(25, month=2))),
        ("2026-02-27", TimeRange(local(27, month=2), local(28, month=2))),
        # Since a day.
        ("since yesterday", TimeRange(local(1))),
        ("from tuesday", TimeRange(local(24, month=2))),
        ("since 2026-02-27", TimeRange(local(27, month=2))),
        # Since a time of day: the last time that it was so.
        ("since 10:00", TimeRange(local(2, 10))),
        ("10:00", TimeRange(local(2, 10))),
        ("since 9am", TimeRange(local(2, 9))),
        ("after 9 am", TimeRange(local(2, 9))),
        ("since 10", TimeRange(local(2, 10))),
        ("since noon", TimeRange(local(2, 12))),
        ("since 12:01", TimeRange(local(1, 12, 1))),
        # Both.
        ("since yesterday 18:30", TimeRange(local(1, 18, 30))),
        ("today 9:00", TimeRange(local(2, 9))),
        ("9:00 yesterday", TimeRange(local(1, 9))),
        ("since monday 9am", TimeRange(local(2, 9))),
        ("since monday 15:00", TimeRange(local(23, 15, month=2))),
        ("since sunday 15:00", TimeRange(local(1, 15))),
        # None.
        ("", None),
        ("since", None),
    ],
)
def test_time_range_is_split_from_the_targets(text: str, found: TimeRange | None) -> None:
    assert split_time_range(tokenize(f"team-a {text} all"), NOW, "Europe/Vienna") == (
        ("team-a", "all"),
        found,
    )


def test_day_length_follows_daylight_saving() -> None:
    monday = datetime(2026, 3, 30, 10, tzinfo=UTC)

    _, found = split_time_range(["yesterday"], monday, "Europe/Vienna")

    assert found is not None
    assert found.until is not None
    assert found.until - found.since == timedelta(hours=23)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        # It is in the future, or has an end.
        ("tomorrow", "as a time in the past"),
        ("since today 15:00", "as a time in the past"),
        ("2026-03-03", "as a time in the past"),
        ("until 10:00", "`until 10:00`"),
        ("10:00 to 11:00", "as a time in the past"),
        # Two days, or none that there is.
        ("monday tuesday", "as a time in the past"),
        ("2026-02-30", "`2026-02-30`"),
        # No time of day, no length.
        ("since 25:00", "as a time of day"),
        ("since 3", "in the morning or in the afternoon"),
        ("today 7d", "as a time of day"),
        ("3", "as a length of time"),
        ("400 days", "too short or too long"),
    ],
)
def test_invalid_time_range_is_rejected(text: str, part: str) -> None:
    with pytest.raises(UsageError) as caught:
        split_time_range(tokenize(text), NOW, "Europe/Vienna")

    assert part in str(caught.value)
    assert "`" in str(caught.value)


@pytest.mark.parametrize("name", ["team-a", "7up", "team-7d", "daily", "weekend", "acme/today"])
def test_name_is_not_read_as_a_time(name: str) -> None:
    assert split_time_range([name], NOW, "UTC") == ((name,), None)
