"""
Calendar files: the lessons of a term from an `.ics` file (RFC 5545).

A timed event is a lesson. An all-day event whose name says so is a holiday, on which no lesson
takes place; other all-day events, such as due dates, mean nothing here.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.class_hours.lessons import MAX_LESSON, Lesson
from bot.errors import UsageError
from bot.parsing.text import quote
from bot.redaction import redact_secrets

#: Bytes. A term of lessons has a few hundred kilobytes at most.
MAX_FILE_BYTES = 1_000_000
#: Recurring events of a file, which bounds the time to expand them.
_MAX_RECURRING = 100
#: Occurrences that a file may have in the time that is read.
_MAX_OCCURRENCES = 5_000
_READ_AHEAD = timedelta(days=400)
_CONTENT_LINE = re.compile(r"[A-Za-z0-9-]+[;:]")
_SEVERAL_A_DAY = re.compile(
    r"FREQ=(?:SECONDLY|MINUTELY|HOURLY)|BY(?:HOUR|MINUTE|SECOND)=[0-9]+,", re.IGNORECASE
)
#: Python reads `+0` and `0_0` as zero too, and the library would follow such a rule forever.
_INTERVAL = re.compile(r"INTERVAL *=([^;]*)", re.IGNORECASE)
_POSITIVE = re.compile(r" *0*[1-9][0-9]{0,5} *")
#: Days of a daily or weekly rule that may never come. The library searches for them until 9999.
_BY_DATE = re.compile(
    r"BY(?:MONTHDAY|YEARDAY|WEEKNO|SETPOS)=|BYMONTH=(?!(?:0?[1-9]|1[0-2])(?:[,;]|$))", re.IGNORECASE
)
_OFTEN = re.compile(r"FREQ=(?:DAILY|WEEKLY)", re.IGNORECASE)
_LINE_END = re.compile(r"\r?\n")
_HOLIDAY = re.compile(
    r"\b(?:holidays?|break|recess|vacation|closed|no (?:class|classes|lecture|lectures|school)"
    r"|reading week|ferien|feiertag|vacances|vacaciones)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Timetable:
    """The lessons of a calendar file in order, and the names of its holidays."""

    lessons: tuple[Lesson, ...]
    holidays: tuple[str, ...] = ()
    ignored_count: int = 0  # occurrences that are neither


def parse_calendar(content: bytes, zone: str, now: datetime) -> Timetable:
    """
    Return the lessons that *content* has in the 400 days from *now*.

    Times without a time zone are local to *zone*, an IANA name.

    Raises:
        UsageError: It isn't a calendar, is too large, has a line that can't be read or no lesson
            to come. The message names the line.
        ModuleNotFoundError: The extra `calendar` isn't installed.

    """
    if len(content) > MAX_FILE_BYTES:
        raise UsageError("The calendar is over 1 MB. Export one term, without attachments.")
    text = content.decode("utf-8-sig", errors="replace")
    lines = list(_unfold(text))
    _check_lines(lines)
    _check_recurrence(lines)
    occurrences = _occurrences(_load(text, lines), now)
    timetable = _timetable(occurrences, ZoneInfo(zone))
    if not timetable.lessons:
        raise UsageError("The calendar has no lesson from now on. Export this term's calendar.")
    return timetable


def _unfold(text: str) -> Iterator[tuple[int, str]]:
    """Yield the content lines with the number of their first line. A space continues a line.

    Only a line feed ends a line, because descriptions contain other separators of Unicode.
    """
    number, parts = 0, [""]
    for n, line in enumerate(_LINE_END.split(text), 1):
        if line[:1] in (" ", "\t"):
            parts.append(line[1:])
            continue
        if parts != [""]:
            yield number, "".join(parts)
        number, parts = n, [line]
    if parts != [""]:
        yield number, "".join(parts)


def _check_lines(lines: Sequence[tuple[int, str]]) -> None:
    """Raise UsageError for the first line that is invalid or repeats too often."""
    open_components: list[str] = []
    for number, line in lines:
        name, value = line.partition(":")[0].upper(), line.partition(":")[2].strip().upper()
        if not _CONTENT_LINE.match(line) or (not open_components and name != "BEGIN"):
            raise _line_error(number, line)
        if name == "BEGIN":
            open_components.append(value)
        elif name == "END" and open_components.pop() != value:
            raise _line_error(number, line)
    if open_components or not lines:
        missing = f"END:{open_components[-1]}" if open_components else "BEGIN:VCALENDAR"
        raise UsageError(f"The calendar ends without {quote(missing)}. Export it again.")


def _check_recurrence(lines: Sequence[tuple[int, str]]) -> None:
    """Raise UsageError if the recurring events are too many, or too frequent for lessons."""
    rules = [(number, line) for number, line in lines if line[:5].upper() == "RRULE"]
    for number, line in rules:
        if not all(map(_POSITIVE.fullmatch, _INTERVAL.findall(line))):
            raise _line_error(number, line)
        if _SEVERAL_A_DAY.search(line):
            raise UsageError(
                f"Line {number} repeats several times a day, so it's no lesson. Remove that event."
            )
        if _OFTEN.search(line) and _BY_DATE.search(line):
            raise UsageError(
                f"Line {number} repeats on dates and not on weekdays, so it's no lesson. Remove "
                "that event."
            )
    if len(rules) > _MAX_RECURRING:
        raise UsageError("The calendar has over 100 recurring events. Export one course.")


def _load(text: str, lines: Sequence[tuple[int, str]]) -> Any:
    """Return the library's calendar, in which each event has its own errors."""
    from icalendar import Calendar  # noqa: PLC0415 - an extra

    try:
        calendar = Calendar.from_ical(text)
        events = zip(calendar.walk("VEVENT"), _split_events(lines), strict=True)
        for event, its_lines in list(events):
            _check_event(event, its_lines)
    except ValueError as error:
        raise UsageError("That isn't a calendar file. Choose an `.ics` file.") from error
    return calendar


def _split_events(lines: Iterable[tuple[int, str]]) -> list[dict[str, tuple[int, str]]]:
    """Return the numbered lines of each event by the name of their property."""
    events: list[dict[str, tuple[int, str]]] = []
    for number, line in lines:
        name, value = re.split("[;:]", line, maxsplit=1)
        if name.upper() == "BEGIN" and value.strip().upper() == "VEVENT":
            events.append({})
        if events:
            events[-1].setdefault(name.upper(), (number, line))
    return events


def _check_event(event: Any, lines: Mapping[str, tuple[int, str]]) -> None:
    """Raise UsageError unless each property of *event* can be read, and it starts once."""
    for name, _ in event.errors:
        raise _line_error(*lines.get(str(name).upper(), lines["BEGIN"]))
    start = event.get("DTSTART")
    if start is None or isinstance(start, list):
        raise UsageError(
            f"The event on line {lines['BEGIN'][0]} has no start, or several. Export the calendar "
            "again."
        )
    is_local = isinstance(start.dt, datetime) and start.dt.tzinfo is None
    if is_local and start.params.get("TZID"):
        number, line = lines["DTSTART"]
        raise UsageError(
            f"I don't know the time zone in line {number} of the calendar: {_quote_line(line)}. "
            "Choose another one, and export it again."
        )


def _line_error(number: int, line: str) -> UsageError:
    return UsageError(
        f"I can't read line {number} of the calendar: {_quote_line(line)}. Export it again."
    )


def _quote_line(line: str) -> str:
    return quote(redact_secrets(line))


def _occurrences(calendar: Any, now: datetime) -> list[Any]:
    from recurring_ical_events import of  # noqa: PLC0415 - an extra

    try:
        found = list(of(calendar).between(now - MAX_LESSON, now + _READ_AHEAD))
    except (ValueError, ArithmeticError, LookupError, TypeError, AttributeError) as error:
        raise UsageError("A recurring event can't be read. Export the calendar again.") from error
    if len(found) > _MAX_OCCURRENCES:
        raise UsageError("The calendar has over 5,000 events in a year. Export one course.")
    return found


def _timetable(events: Iterable[Any], local: ZoneInfo) -> Timetable:
    lessons: set[Lesson] = set()
    holidays: set[date] = set()
    names: dict[str, None] = {}
    ignored = 0
    for event in events:
        lesson = _lesson(event, local)
        days = () if lesson else _holidays(event)
        if lesson:
            lessons.add(lesson)
        elif days:
            holidays.update(days)
            names[str(event.get("SUMMARY"))] = None
        else:
            ignored += 1
    kept = (one for one in lessons if one.starts_at.astimezone(local).date() not in holidays)
    return Timetable(tuple(sorted(kept)), tuple(names), ignored)


def _lesson(event: Any, local: ZoneInfo) -> Lesson | None:
    """Return the lesson of a timed event; None for other events and cancelled ones."""
    start, end = event["DTSTART"].dt, event["DTEND"].dt
    if not isinstance(start, datetime) or str(event.get("STATUS")).upper() == "CANCELLED":
        return None
    lesson = Lesson(_to_utc(start, local), _to_utc(end, local))
    is_lesson = timedelta(0) < lesson.ends_at - lesson.starts_at <= MAX_LESSON
    return lesson if is_lesson else None


def _holidays(event: Any) -> tuple[date, ...]:
    """Return the days of an all-day event that is a holiday by its name."""
    start, end = event["DTSTART"].dt, event["DTEND"].dt
    is_all_day = not isinstance(start, datetime)
    if not is_all_day or not _HOLIDAY.search(str(event.get("SUMMARY", ""))):
        return ()
    length = max(1, (_day(end) - start).days)
    return tuple(start + timedelta(days=n) for n in range(min(length, _READ_AHEAD.days)))


def _to_utc(moment: datetime | date, local: ZoneInfo) -> datetime:
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(0))
    return (moment if moment.tzinfo else moment.replace(tzinfo=local)).astimezone(UTC)


def _day(moment: datetime | date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
