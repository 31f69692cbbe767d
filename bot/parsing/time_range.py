"""Parser of past time ranges: a duration, a start, or a day."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.errors import UsageError
from bot.parsing import durations
from bot.parsing.text import quote

_SINCE_WORDS = frozenset({"since", "from", "after"})
#: Words for an end or a future time, which no range supports.
_UNSUPPORTED_WORDS = frozenset({"until", "till", "before", "between", "to", "tomorrow"})
_DAYS_AGO = {"today": 0, "yesterday": 1}
_UNIT_WORD = re.compile(r"(s|sec|m|min|minute|h|hr|hour|d|day|w|wk|week)s?")
_TIME_OF_DAY = re.compile(r"[0-9]{1,2}[:.][0-9]{2}(am|pm)?|[0-9]{1,2}(am|pm)|am|pm|noon|midnight")
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MIDNIGHT = time(0)


@dataclass(frozen=True, slots=True)
class TimeRange:
    """The time from `since` to `until`, in UTC; None means now."""

    since: datetime
    until: datetime | None = None
    duration: timedelta | None = None  # as typed; None if a start was typed


def split_time_range(
    words: Sequence[str], now: datetime, timezone: str
) -> tuple[tuple[str, ...], TimeRange | None]:
    """
    Return the words without their past time range, and that range, or None.

    *timezone* is an IANA name, in which days and times of day are read.

    >>> split_time_range(
    ...     ["team-a", "yesterday"], datetime(2026, 3, 2, 12, tzinfo=UTC), "UTC")[1].since.day
    1

    Raises:
        UsageError: The time words are unreadable, or mean a future time.

    """
    time_words = [word.casefold() for word in words if _is_time_word(word.casefold())]
    rest = tuple(word for word in words if not _is_time_word(word.casefold()))
    if _SINCE_WORDS.issuperset(time_words):
        return rest, None
    if not _UNSUPPORTED_WORDS.isdisjoint(time_words):
        raise _unreadable_error(time_words)
    return rest, _parse(time_words, now, timezone)


def _parse(time_words: Sequence[str], now: datetime, timezone: str) -> TimeRange:
    """Return the range that *time_words* spell, in any order."""
    day_words = [word for word in time_words if _is_day(word)]
    time_of_day_words = [
        word for word in time_words if word not in day_words and word not in _SINCE_WORDS
    ]
    is_since = not _SINCE_WORDS.isdisjoint(time_words)
    if not day_words and not _is_time_of_day(time_of_day_words, allow_number=is_since):
        length = durations.parse_duration(
            ["1", *time_of_day_words] if time_of_day_words[0].isalpha() else time_of_day_words
        )
        return TimeRange(now - length, duration=length)
    time_of_day = durations.parse_time_of_day(time_of_day_words) if time_of_day_words else None
    start = _start(
        day_words[0] if day_words else "", time_of_day, now.astimezone(ZoneInfo(timezone))
    )
    if start > now or len(day_words) > 1:
        raise _unreadable_error(time_words)
    is_whole_day = time_of_day is None and not is_since
    return TimeRange(start.astimezone(UTC), _end(start, now) if is_whole_day else None)


def _is_time_word(word: str) -> bool:
    """Return whether *word* is part of a time: `24h`, `2` or `days`."""
    if (
        word in _SINCE_WORDS
        or word in _UNSUPPORTED_WORDS
        or _is_day(word)
        or _is_time_of_day([word], allow_number=True)
    ):
        return True
    if _UNIT_WORD.fullmatch(word):
        return True
    try:
        durations.parse_duration([word])
    except UsageError:
        return False
    return True


def _is_day(word: str) -> bool:
    return word in _DAYS_AGO or _weekday(word) is not None or bool(_ISO_DATE.fullmatch(word))


def _weekday(word: str) -> int | None:
    found = durations.parse_days(word)
    return found[0] if len(found) == 1 else None


def _is_time_of_day(words: Sequence[str], *, allow_number: bool) -> bool:
    """Return whether *words* are a time of day; *allow_number* accepts a bare number."""
    if any(_TIME_OF_DAY.fullmatch(word) for word in words):
        return True
    return allow_number and all(word.isdecimal() for word in words)


def _start(day: str, time_of_day: time | None, local_now: datetime) -> datetime:
    """Return the latest past *time_of_day* on *day*, or on any day if *day* is empty.

    `today` and an ISO date are one day, so their time may be in the future.
    """
    start_date = _date(day, local_now.date())
    start = datetime.combine(start_date, time_of_day or _MIDNIGHT, local_now.tzinfo)
    if start <= local_now or day in _DAYS_AGO or _ISO_DATE.fullmatch(day):
        return start
    offset = timedelta(days=7 if day else 1)
    return datetime.combine(start_date - offset, time_of_day or _MIDNIGHT, local_now.tzinfo)


def _date(day: str, today: date) -> date:
    if _ISO_DATE.fullmatch(day):
        try:
            return date.fromisoformat(day)
        except ValueError as error:
            raise _unreadable_error([day]) from error
    weekday = _weekday(day)
    ago = _DAYS_AGO.get(day, 0) if weekday is None else (today.weekday() - weekday) % 7
    return today - timedelta(days=ago)


def _end(start: datetime, now: datetime) -> datetime | None:
    """Return the end of *start*'s day in UTC, or None if not past."""
    end = datetime.combine(start.date() + timedelta(days=1), _MIDNIGHT, start.tzinfo)
    return end.astimezone(UTC) if end <= now else None


def _unreadable_error(time_words: Sequence[str]) -> UsageError:
    return UsageError(
        f"I can't read {quote(' '.join(time_words))} as a time in the past. Try `7d`, "
        "`today`, `yesterday`, `since 10:00` or `since monday`."
    )
