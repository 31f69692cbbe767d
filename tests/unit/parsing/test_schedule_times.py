from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.errors import UsageError
from bot.parsing import Span, When, WhenKind, split_span, split_when, tokenize

#: A Monday, 12:00 in Vienna.
NOW = datetime(2026, 3, 2, 11, tzinfo=UTC)


MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)
VIENNA = "Europe/Vienna"
WEEKDAYS, EVERY_DAY = (0, 1, 2, 3, 4), (0, 1, 2, 3, 4, 5, 6)


def at(hour: int, minute: int = 0, **more: object) -> When:
    return When(WhenKind.AT, time(hour, minute), **more)  # type: ignore[arg-type]  # test shorthand


@pytest.mark.parametrize(
    ("text", "rest", "expected"),
    [
        # No time: nothing is taken.
        ("all except team-1", "all except team-1", None),
        # A time to come is today, one that has passed is tomorrow. It is noon.
        ("all at 13:50", "all", at(13, 50, on=MONDAY)),
        ("all at 9", "all", at(9, on=TUESDAY)),
        ("all at 12:00", "all", at(12, on=TUESDAY)),
        # Clocks as people write them.
        ("all at 2pm", "all", at(14, on=MONDAY)),
        ("all at 2 p.m.", "all", at(14, on=MONDAY)),
        ("all at 12am", "all", at(0, on=TUESDAY)),
        ("all at 12:30 pm", "all", at(12, 30, on=MONDAY)),
        ("all at 13.50", "all", at(13, 50, on=MONDAY)),
        ("all at 14h30", "all", at(14, 30, on=MONDAY)),
        ("all at 1350", "all", at(13, 50, on=MONDAY)),
        ("all at noon", "all", at(12, on=TUESDAY)),
        ("all at midnight", "all", at(0, on=TUESDAY)),
        # A day, in any order; the present day only while the time is to come.
        ("all tomorrow 9:00", "all", at(9, on=TUESDAY)),
        ("all at 9:00 tomorrow", "all", at(9, on=TUESDAY)),
        ("all today at 15:00", "all", at(15, on=MONDAY)),
        ("all on friday at 9", "all", at(9, on=date(2026, 3, 6))),
        ("all at 13:50 on Mon", "all", at(13, 50, on=MONDAY)),
        ("all on monday at 9", "all", at(9, on=date(2026, 3, 9))),
        # Every one of some days.
        ("all every weekday at 13:50", "all", at(13, 50, days=WEEKDAYS)),
        ("all at 13:50 every weekday", "all", at(13, 50, days=WEEKDAYS)),
        ("all every mon wed at 9", "all", at(9, days=(0, 2))),
        ("all every Wed, Mon and thurs at 9", "all", at(9, days=(0, 2, 3))),
        ("all every mon-fri at 9", "all", at(9, days=WEEKDAYS)),
        ("all every fri..mon 9am", "all", at(9, days=(0, 4, 5, 6))),
        ("all each day at 9", "all", at(9, days=EVERY_DAY)),
        ("all daily at 9", "all", at(9, days=EVERY_DAY)),
        ("all at 9 on weekends", "all", at(9, days=(5, 6))),
        # More days than one, or days in the plural, can only mean all of them.
        ("all on tuesdays at 9", "all", at(9, days=(1,))),
        ("all on tue thu at 9", "all", at(9, days=(1, 3))),
        # To be done by then.
        ("all before 14:00", "all", When(WhenKind.BEFORE, time(14), on=MONDAY)),
        ("all every weekday before 14:00", "all", When(WhenKind.BEFORE, time(14), WEEKDAYS)),
        # From now on.
        ("all in 20 min", "all", at(12, 20, on=MONDAY)),
        ("all in half a day", "all", at(0, on=TUESDAY)),
        # What lasts is left for `span`, and its words are not a time of their own.
        ("all at 13:50 for 2h", "all for 2h", at(13, 50, on=MONDAY)),
        ("all until tomorrow 9:00", "all until tomorrow 9:00", None),
        # A Space's full id is no time, whatever it is called.
        ("acme/at at 13:50", "acme/at", at(13, 50, on=MONDAY)),
    ],
)
def test_time_is_split_from_the_targets(text: str, rest: str, expected: When | None) -> None:
    assert split_when(tokenize(text), NOW, VIENNA) == (tuple(rest.split()), expected)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        # No such time of day.
        ("all at 25:00", "I can't read `25:00` as a time of day"),
        ("all at 13:61", "I can't read `13:61` as a time of day"),
        ("all at 13pm", "I can't read `13pm` as a time of day"),
        ("all at lunch", "I can't read `lunch` as a time of day"),
        ("all at ١٣:٥٠", "as a time of day"),
        # Half the day is missing: an act never runs on a guess.
        ("all at 2", r"Is `2` in the morning or in the afternoon\?"),
        # No clock, no day, too many days.
        ("all tomorrow", "At what time is `tomorrow`"),
        ("all every weekday", "At what time is `every weekday`"),
        ("all at", "At what time is `at`"),
        ("all every at 9", "I can't read `every at 9` as a time"),
        ("all tomorrow fri 9:00", "I can't read `tomorrow fri 9:00` as a time"),
        ("all today tomorrow 9:00", "I can't read `today tomorrow 9:00` as a time"),
        # A day that is gone.
        ("all today at 9", "It's already past 09:00 today"),
        # No length of time.
        ("all in a moment", "I can't read `a moment` as a length of time"),
        ("all every 2 hours", "I can't read `every 2 hours` as a time|as a time of day"),
        # Bounded, and unable to leave its code marks.
        ("all at " + "x" * 5_000, "`" + "x" * 59 + "…`"),
    ],
)
def test_invalid_time_is_rejected(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        split_when(tokenize(text), NOW, VIENNA)


@pytest.mark.parametrize(
    ("text", "rest", "ends"),
    [
        # For a length of time, from now on.
        ("team-a for 2h", "team-a", NOW + timedelta(hours=2)),
        ("team-a for 30 min at 13:50", "team-a at 13:50", NOW + timedelta(minutes=30)),
        # Until a time of day, in the zone of the people.
        ("team-a until 15:00", "team-a", datetime(2026, 3, 2, 14, tzinfo=UTC)),
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

    _, due = split_when(["all", "in", "3h"], night, VIENNA)
    _, muted = split_span(["all", "until", "4:00"], night, VIENNA)

    assert due == at(4, on=date(2026, 3, 29))
    assert muted == Span(timedelta(hours=3), night + timedelta(hours=3))
