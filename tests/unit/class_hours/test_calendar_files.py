"""
Calendar files as Google, Outlook, Canvas and others export them, against an independent oracle.

The oracle walks through every day of a year and knows each term as a person would describe it. It
uses neither a calendar library nor the code under test.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.class_hours.calendar_files import parse_calendar
from bot.errors import UsageError

CALENDARS = Path(__file__).parent / "calendars"
START = datetime(2026, 8, 30, tzinfo=UTC)
BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")


def google(day: date) -> Iterator[tuple[datetime, datetime]]:
    """Mondays and Wednesdays, one of them moved to a Tuesday, with an exam and a winter break."""
    if date(2026, 12, 21) <= day <= date(2027, 1, 3):
        return
    is_moved = day == date(2026, 9, 28)
    is_excluded = day in (date(2026, 10, 5), date(2026, 11, 11))
    is_term = date(2026, 9, 7) <= day <= date(2027, 6, 30)
    if is_term and day.weekday() in (0, 2) and not is_moved and not is_excluded:
        yield local(day, time(9, 45), BERLIN), local(day, time(12), BERLIN)
    if day == date(2026, 9, 29):
        yield local(day, time(14), BERLIN), local(day, time(16, 15), BERLIN)
    if day == date(2027, 1, 14):
        yield local(day, time(13), UTC), local(day, time(15), UTC)


def outlook(day: date) -> Iterator[tuple[datetime, datetime]]:
    """Tuesdays and Thursdays of every second week that begins on a Sunday."""
    skipped = (date(2026, 11, 24), date(2026, 11, 26), date(2026, 10, 13))
    weeks = (day - date(2026, 8, 30)).days // 7
    is_term = date(2026, 9, 1) <= day <= date(2027, 6, 11)
    if is_term and day.weekday() in (1, 3) and weeks % 2 == 0 and day not in skipped:
        yield local(day, time(9), NEW_YORK), local(day, time(10, 15), NEW_YORK)


def canvas(day: date) -> Iterator[tuple[datetime, datetime]]:
    """Two single meetings; the third is on a holiday, and assignments are no lessons."""
    if day == date(2026, 9, 8):
        yield local(day, time(16), UTC), local(day, time(17, 30), UTC)
    if day == date(2026, 11, 10):
        yield local(day, time(17), UTC), local(day, time(18, 30), UTC)


def floating(day: date) -> Iterator[tuple[datetime, datetime]]:
    """Forty Fridays in the time zone of the class, one of them excluded, and one Saturday."""
    number = (day - date(2026, 9, 4)).days
    if number >= 0 and number % 7 == 0 and number // 7 < 40 and day != date(2026, 10, 30):
        yield local(day, time(13, 15), BERLIN), local(day, time(14, 45), BERLIN)
    if day == date(2026, 12, 5):
        yield local(day, time(10), BERLIN), local(day, time(11, 30), BERLIN)


def monthly(day: date) -> Iterator[tuple[datetime, datetime]]:
    """The last Friday of each month past midnight, and a daily one across the end of DST."""
    is_last_friday = day.weekday() == 4 and (day + timedelta(days=7)).month != day.month
    if is_last_friday and day >= date(2026, 9, 25):
        next_day = day + timedelta(days=1)
        yield local(day, time(18), NEW_YORK), local(next_day, time(0, 30), NEW_YORK)
    if date(2026, 10, 29) <= day <= date(2026, 11, 6) and day != date(2026, 11, 1):
        yield local(day, time(8), NEW_YORK), local(day, time(8, 45), NEW_YORK)


def local(day: date, at: time, zone: tzinfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)


@pytest.mark.parametrize("oracle", [google, outlook, canvas, floating, monthly])
def test_a_year_of_lessons_equals_the_oracle(
    oracle: Callable[[date], Iterator[tuple[datetime, datetime]]],
) -> None:
    content = (CALENDARS / f"{oracle.__name__}.ics").read_bytes()
    days = [START.date() + timedelta(days=n) for n in range(365)]
    found = parse_calendar(content, "Europe/Berlin", START).lessons
    expected = sorted(lesson for day in days for lesson in oracle(day))
    year_end = START + timedelta(days=365)
    assert [(one.starts_at, one.ends_at) for one in found if one.starts_at < year_end] == expected


def test_a_holiday_is_named_and_a_due_date_is_ignored() -> None:
    found = parse_calendar((CALENDARS / "canvas.ics").read_bytes(), "UTC", START)
    assert found.holidays == ("No class: Thanksgiving recess",)
    assert found.ignored_count == 2  # the assignments


EVENT = "BEGIN:VEVENT\nUID:a\nDTSTAMP:20260101T000000Z\nDTSTART:20260907T094500\nDURATION:PT1H\n"
HEAD = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n"
DAILY = [f"{EVENT}RRULE:FREQ=DAILY\nEND:VEVENT\n".replace("UID:a", f"UID:{n}") for n in range(13)]
END = "END:VEVENT\nEND:VCALENDAR\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "The calendar ends without `BEGIN:VCALENDAR`. Export it again."),
        ("<html>sign in</html>", "I can't read line 1 of the calendar: `<html>sign in</html>`"),
        (HEAD + EVENT, "The calendar ends without `END:VEVENT`. Export it again."),
        (HEAD + EVENT + "not a property\n" + END, "I can't read line 9 of the calendar:"),
        (HEAD + EVENT + "RRULE:FREQ=WEEKLY;BYDAY=XX\n" + END, "I can't read line 9 of"),
        (HEAD + EVENT.replace("0907T", "9907T") + END, "I can't read line 7 of the calendar:"),
        (HEAD + EVENT + "END:VCALENDAR\n" + END, "I can't read line 9 of the calendar:"),
        (HEAD + EVENT + "RRULE:FREQ=SECONDLY\n" + END, "Line 9 repeats several times a day"),
        (HEAD + EVENT + "RRULE:FREQ=DAILY;BYMINUTE=1,2\n" + END, "Line 9 repeats several times"),
        (
            HEAD + (EVENT + "RRULE:FREQ=DAILY\nEND:VEVENT\n") * 101 + "END:VCALENDAR\n",
            "over 100 re",
        ),
        (HEAD + "".join(DAILY) + "END:VCALENDAR\n", "over 5,000 events in a year"),
        (HEAD + EVENT + "RRULE:FREQ=WEEKLY;INTERVAL=0\n" + END, "I can't read line 9 of"),
        (
            HEAD + EVENT + "RRULE:FREQ=MONTHLY;BYDAY=99MO\n" + END,
            "A recurring event can't be read.",
        ),
        (HEAD + EVENT.replace("DTSTART", "X-START") + END, "The event on line 4 has no start"),
        (HEAD + EVENT + "DTSTART:20260908T094500\n" + END, "The event on line 4 has no start, or"),
        (
            HEAD + EVENT.replace("DTSTART:", "DTSTART;TZID=Mars/Base:") + END,
            "I don't know the time zone in line 7 of the calendar: `DTSTART;TZID=Mars/Base:2026",
        ),
        (HEAD + EVENT.replace("2026", "2020") + END, "The calendar has no lesson from now on."),
        ("x" * 1_000_001, "The calendar is over 1 MB."),
    ],
    ids=[
        *("empty", "a web page", "cut off", "no property", "an unknown day", "an unknown date"),
        *("crossed ends", "every second", "several a day", "101 series", "5,200 events"),
        *("no interval", "no such day", "no start", "two starts", "an unknown zone"),
        *("a past term", "too large"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_line(text: str, message: str) -> None:
    with pytest.raises(UsageError) as error:
        parse_calendar(text.encode(), "Europe/Berlin", START)
    assert message in str(error.value)


@pytest.mark.parametrize(
    "interval", ["+0", "-0", " 0", "00", "0_0", "\N{FULLWIDTH DIGIT ZERO}", "-1"]
)
def test_an_interval_that_python_reads_as_zero_is_refused_too(interval: str) -> None:
    """The library would follow such a rule forever."""
    text = HEAD + EVENT + f"RRULE:FREQ=WEEKLY;INTERVAL={interval}\n" + END
    with pytest.raises(UsageError, match="I can't read line 9 of"):
        parse_calendar(text.encode(), "Europe/Berlin", START)


@pytest.mark.parametrize(
    "days", ["BYMONTH=2;BYMONTHDAY=30", "BYYEARDAY=366;BYMONTH=1", "BYSETPOS=2", "BYMONTH=13"]
)
def test_a_rule_whose_days_may_never_come_is_refused(days: str) -> None:
    """The library would search all days until the year 9999 for one."""
    text = HEAD + EVENT + f"RRULE:FREQ=DAILY;{days}\n" + END
    with pytest.raises(UsageError, match="Line 9 repeats on dates"):
        parse_calendar(text.encode(), "Europe/Berlin", START)


def test_a_description_may_contain_separators_that_end_no_line() -> None:
    """Slides and documents put them into pasted text."""
    separators = "\x0b, \x0c, \x1c, \x85, \u2028 and \u2029"
    text = HEAD + EVENT + f"DESCRIPTION:Bring {separators}\n" + END
    assert parse_calendar(text.encode(), "Europe/Berlin", START).lessons


def test_a_series_that_began_long_ago_is_read_from_now_on() -> None:
    old = (HEAD + EVENT + "RRULE:FREQ=WEEKLY\n" + END).replace("20260907", "20100906")
    lessons = parse_calendar(old.encode(), "UTC", START).lessons
    assert lessons[0].starts_at == datetime(2026, 8, 31, 9, 45, tzinfo=UTC)
    assert len(lessons) == 57
