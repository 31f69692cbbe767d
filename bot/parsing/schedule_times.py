"""Parsers of a future moment, as in `tomorrow at 9`, and of a mute's span."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.errors import UsageError
from bot.parsing import durations
from bot.parsing.dates import date_length, parse_date
from bot.parsing.filler_words import strip_trailing_fillers
from bot.parsing.text import quote
from bot.parsing.time_clause import (
    CLOCK_WORDS,
    DEADLINE_WORDS,
    LINKING_WORDS,
    REPEATING_WORDS,
    is_time_of_day,
)
from bot.parsing.time_zones import split_zone
from bot.parsing.vocabulary import SPAN_WORDS, TIME_WORDS

_MIDNIGHT = time(0)


@dataclass(frozen=True, slots=True)
class Span:
    """The time from now until `ends_at`, which is in UTC."""

    duration: timedelta
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class _Clause:
    """The parts of one time clause, before they are combined."""

    days: tuple[int, ...]
    on: date | None
    time_of_day: time | None


def parse_moment(time_words: Sequence[str], now: datetime, timezone: str) -> datetime:
    """
    Return the moment that *time_words* spell, in UTC.

    *timezone* is an IANA name, and the words are local to it. A local time that the change to
    summer time skips is as much later as the clock is put forward; of a repeated one, it is the
    first.

    >>> monday = datetime(2026, 3, 2, 12, tzinfo=UTC)
    >>> parse_moment(["tomorrow", "at", "9"], monday, "Europe/Berlin").isoformat()
    '2026-03-03T08:00:00+00:00'

    Raises:
        UsageError: The words are no time to come.

    """
    local_now = now.astimezone(ZoneInfo(timezone))
    if time_words[0].casefold() == "in":
        return now.astimezone(UTC) + durations.parse_duration(time_words[1:])
    clause = _parse_clause(time_words, local_now.date())
    if clause.time_of_day is None:
        raise UsageError(
            f"At what time is {_quote_words(time_words)}? For example `tomorrow at 9:00` or "
            "`every weekday at 13:50`."
        )
    on = _next_date(clause, clause.time_of_day, local_now)
    return datetime.combine(on, clause.time_of_day, local_now.tzinfo).astimezone(UTC)


def split_span(
    words: Sequence[str], now: datetime, timezone: str
) -> tuple[tuple[str, ...], Span | None]:
    """
    Return the words without `for 2h` or `until 15:00`, and that span, or None.

    >>> split_span(
    ...     ["team-a", "for", "2h"], datetime(2026, 3, 2, 12, tzinfo=UTC), "UTC")[1].ends_at.hour
    14

    Raises:
        UsageError: The words after `for` or `until` are no duration or time to come.

    """
    start = _first_index(words, SPAN_WORDS)
    if start is None:
        return tuple(words), None
    words = (*words[: start + 1], *strip_trailing_fillers(words[start + 1 :]))
    utc = now.astimezone(UTC)
    if words[start].casefold() == "for":
        end = _first_index(words, TIME_WORDS, start) or len(words)
        length = durations.parse_duration(words[start + 1 : end])
        return (*words[:start], *words[end:]), Span(length, utc + length)
    time_words, zone = split_zone(words[start + 1 :], timezone)
    ends = _parse_until(time_words, now.astimezone(ZoneInfo(zone))).astimezone(UTC)
    return tuple(words[:start]), Span(ends - utc, ends)


def _first_index(words: Sequence[str], starters: Collection[str], after: int = -1) -> int | None:
    found = (i for i, w in enumerate(words) if i > after and w.casefold() in starters)
    return next(found, None)


def _parse_until(time_words: Sequence[str], local_now: datetime) -> datetime:
    """Return the end of an `until` clause. Without a time of day, it is the day's first moment."""
    clause = _parse_clause(time_words, local_now.date())
    is_other = not {*REPEATING_WORDS, *DEADLINE_WORDS}.isdisjoint(map(str.casefold, time_words))
    if is_other or not (clause.days or clause.on or clause.time_of_day):
        raise _unreadable_error(time_words)
    time_of_day = clause.time_of_day or _MIDNIGHT
    return datetime.combine(
        _next_date(clause, time_of_day, local_now), time_of_day, local_now.tzinfo
    )


def _parse_clause(time_words: Sequence[str], today: date) -> _Clause:
    """Return the parts of one time clause, whose words may be in any order."""
    words = [word.casefold() for word in time_words]
    dates, others = _split_dates(words, today)
    days = sorted({day for word in others for day in durations.parse_days(word)})
    time_of_day_words = [
        w for w in others if w not in LINKING_WORDS and not durations.parse_days(w)
    ]
    if len(dates) + len(days) > 1:
        raise _unreadable_error(time_words)
    return _Clause(tuple(days), next(iter(dates), None), _parse_time_of_day(time_of_day_words))


def _split_dates(words: Sequence[str], today: date) -> tuple[list[date], list[str]]:
    """Return the dates in *words*, and the other words."""
    named = {"today": today, "tomorrow": today + timedelta(days=1)}
    dates, others, n = [], [], 0
    while n < len(words):
        is_time = n > 0 and words[n - 1] in CLOCK_WORDS  # `at 9 dec 24` is at 9
        length = 0 if is_time else date_length(words[n:])
        if length or words[n] in named:
            dates.append(named.get(words[n]) or parse_date(words[n : n + length], today))
        else:
            others.append(words[n])
        n += length or 1
    return dates, others


def _parse_time_of_day(time_of_day_words: Sequence[str]) -> time | None:
    if sum(map(is_time_of_day, time_of_day_words)) > 1:
        raise UsageError(
            f"{_quote_words(time_of_day_words)} is more than one time. Write one, such as `9:30`, "
            "or repeat it: `every day at 9 and 17`."
        )
    return durations.parse_time_of_day(time_of_day_words) if time_of_day_words else None


def _next_date(clause: _Clause, time_of_day: time, local_now: datetime) -> date:
    """Return the next date that *clause* allows; today only if *time_of_day* is not past."""
    today, is_past = local_now.date(), time_of_day <= local_now.time()
    if clause.on == today and is_past:
        raise UsageError(
            f"It's already past {time_of_day:%H:%M} today. Try `tomorrow at "
            f"{time_of_day:%H:%M}` or another time."
        )
    if clause.on and clause.on < today:
        raise UsageError(f"{clause.on:%d %b %Y} is in the past. Use a day to come.")
    if clause.on:
        return clause.on
    days_ahead = (clause.days[0] - today.weekday()) % 7 if clause.days else 0
    week = 7 if clause.days else 1
    return today + timedelta(days=week if not days_ahead and is_past else days_ahead)


def _unreadable_error(time_words: Sequence[str]) -> UsageError:
    return UsageError(
        f"I can't read {_quote_words(time_words)} as a time. Try `at 13:50`, `tomorrow at "
        "9:00`, `every weekday at 13:50` or `in 20 min`."
    )


def _quote_words(words: Sequence[str]) -> str:
    return quote(" ".join(words[:20]))
