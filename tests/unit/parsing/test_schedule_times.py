from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.errors import UsageError
from bot.parsing import Span, parse_moment, split_span, tokenize

#: A Monday, 12:00 in Vienna.
NOW = datetime(2026, 3, 2, 11, tzinfo=UTC)


VIENNA = "Europe/Vienna"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # A future time is today, a past one is tomorrow. It is noon.
        ("at 13:50", "2 13:50"),
        ("at 9", "3 09:00"),
        ("at 12:00", "3 12:00"),
        # Clocks as people write them.
        ("at 2pm", "2 14:00"),
        ("at 2 p.m.", "2 14:00"),
        ("at 12am", "3 00:00"),
        ("at 12:30 pm", "2 12:30"),
        ("at 13.50", "2 13:50"),
        ("at 14h30", "2 14:30"),
        ("at 1350", "2 13:50"),
        ("at noon", "3 12:00"),
        ("at midnight", "3 00:00"),
        # A day, in any order; today only if the time is in the future.
        ("tomorrow 9:00", "3 09:00"),
        ("at 9:00 tomorrow", "3 09:00"),
        ("today at 15:00", "2 15:00"),
        ("on friday at 9", "6 09:00"),
        ("at 13:50 on Mon", "2 13:50"),
        ("on monday at 9", "9 09:00"),
        # A date, with a month's name or in ISO form.
        ("on 24 mar at 9", "24 09:00"),
        ("at 9 Mar 24th", "24 09:00"),
        ("at 9 on 2026-03-24", "24 09:00"),
        # From now on.
        ("in 20 min", "2 12:20"),
        ("in half a day", "3 00:00"),
    ],
)
def test_moment_to_come_is_read(text: str, expected: str) -> None:
    local = parse_moment(tokenize(text), NOW, VIENNA).astimezone(ZoneInfo(VIENNA))

    assert f"{local:%-d %H:%M}" == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        # No such time of day.
        ("at 25:00", "I can't read `25:00` as a time of day"),
        ("at 13:61", "I can't read `13:61` as a time of day"),
        ("at 13pm", "I can't read `13pm` as a time of day"),
        ("at lunch", "I can't read `lunch` as a time of day"),
        ("at ١٣:٥٠", "as a time of day"),
        # Ambiguous half of the day: an act never runs on a guess.
        ("at 9 at 10", "`9 10` is more than one time"),
        ("tomorrow at 9 17", "`9 17` is more than one time"),
        ("at 9 please now", "I can't read `9 please now` as a time of day"),
        ("at 2", r"Is `2` in the morning or in the afternoon\?"),
        # No clock, too many days.
        ("tomorrow", "At what time is `tomorrow`"),
        ("at", "At what time is `at`"),
        ("tomorrow fri 9:00", "I can't read `tomorrow fri 9:00` as a time"),
        ("today tomorrow 9:00", "I can't read `today tomorrow 9:00` as a time"),
        # A past day, or one that doesn't exist.
        ("today at 9", "It's already past 09:00 today"),
        ("on 2026-02-28 at 9", "28 Feb 2026 is in the past"),
        ("on 31 feb at 9", "There's no `31 feb`"),
        ("on 29 feb 2027 at 9", "There's no `29 feb 2027`"),
        # No length of time.
        ("in a moment", "I can't read `a moment` as a length of time"),
        # Bounded, and unable to leave its code marks.
        ("at " + "x" * 5_000, "`" + "x" * 59 + "…`"),
    ],
)
def test_invalid_time_is_rejected(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        parse_moment(tokenize(text), NOW, VIENNA)


@pytest.mark.parametrize(
    ("text", "zone", "now", "expected"),
    [
        # The clock is put forward at 02:00, so there is no 02:30: it is an hour later.
        ("at 2:30", "Europe/Berlin", "2027-03-27T22:00Z", "2027-03-28T01:30Z"),
        ("at 2:30", "America/New_York", "2027-03-14T04:00Z", "2027-03-14T07:30Z"),
        # It is put back at 03:00 or 02:00, so there are two: it is the first.
        ("at 2:30", "Europe/Berlin", "2027-10-30T22:00Z", "2027-10-31T00:30Z"),
        ("at 1:30", "America/New_York", "2027-11-07T04:00Z", "2027-11-07T05:30Z"),
        # A leap day, and the end of a year.
        ("on 29 feb at 9", "UTC", "2027-12-31T22:00Z", "2028-02-29T09:00Z"),
        ("tomorrow at 0:05", "Europe/Berlin", "2026-12-31T21:00Z", "2026-12-31T23:05Z"),
    ],
)
def test_moment_on_a_special_day_is_unambiguous(
    text: str, zone: str, now: str, expected: str
) -> None:
    moment = parse_moment(tokenize(text), datetime.fromisoformat(now), zone)

    assert moment == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    ("text", "rest", "ends"),
    [
        # For a length of time, from now on.
        ("team-a for 2h", "team-a", NOW + timedelta(hours=2)),
        ("team-a for 30 min at 13:50", "team-a at 13:50", NOW + timedelta(minutes=30)),
        # Until a time of day, in the zone of the people.
        ("team-a until 15:00", "team-a", datetime(2026, 3, 2, 14, tzinfo=UTC)),
        ("team-a until 9:00 in America/New_York", "team-a", datetime(2026, 3, 2, 14, tzinfo=UTC)),
        ("team-a until 9:00", "team-a", datetime(2026, 3, 3, 8, tzinfo=UTC)),
        ("team-a till tomorrow 9:00", "team-a", datetime(2026, 3, 3, 8, tzinfo=UTC)),
        # Until a day: until it begins.
        ("team-a until friday", "team-a", datetime(2026, 3, 5, 23, tzinfo=UTC)),
        ("team-a until monday", "team-a", datetime(2026, 3, 8, 23, tzinfo=UTC)),
    ],
)
def test_span_is_split_from_the_targets(text: str, rest: str, ends: datetime) -> None:
    assert split_span(tokenize(text), NOW, VIENNA) == (tuple(rest.split()), Span(ends - NOW, ends))


def test_a_command_without_a_span_is_left_alone() -> None:
    assert split_span(["team-a", "at", "13:50"], NOW, VIENNA) == (("team-a", "at", "13:50"), None)


@pytest.mark.parametrize(
    "text",
    # A repetition never ends; no end; no length; an end that is gone.
    ["x until every monday", "x until", "x until before 9", "x for", "x for ever", "x until today"],
)
def test_invalid_span_is_rejected(text: str) -> None:
    with pytest.raises(UsageError, match=r"Try|Write|Use|For example"):
        split_span(tokenize(text), NOW, VIENNA)


def test_durations_ignore_daylight_saving_changes() -> None:
    night = datetime(2026, 3, 28, 23, tzinfo=UTC)  # 00:00; at 02:00 it becomes 03:00

    _, muted = split_span(["all", "until", "4:00"], night, VIENNA)

    assert parse_moment(["in", "3h"], night, VIENNA) == night + timedelta(hours=3)
    assert muted == Span(timedelta(hours=3), night + timedelta(hours=3))
