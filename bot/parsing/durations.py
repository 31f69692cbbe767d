"""Parsers of durations, times of day and days of the week."""

import re
from collections.abc import Iterable, Sequence
from datetime import time, timedelta

from bot.errors import UsageError
from bot.parsing.text import quote

#: Characters. Longer text is no time.
_MAX_TEXT_LENGTH = 60
_MAX_DURATION = timedelta(days=366)

_UNIT_WORDS = {
    "seconds": ("s", "sec", "secs", "second", "seconds"),
    "minutes": ("m", "min", "mins", "minute", "minutes"),
    "hours": ("h", "hr", "hrs", "hour", "hours"),
    "days": ("d", "day", "days"),
    "weeks": ("w", "wk", "week", "weeks"),
}
_UNITS_BY_WORD = {word: unit for unit, words in _UNIT_WORDS.items() for word in words}
_NUMBER_AND_UNIT = re.compile(r"([0-9]{1,7}(?:\.[0-9]{1,3})?)\s*([a-z]+)\s*")
_HALF_PREFIX = re.compile(r"\bhalf (?:an? )?")
_ARTICLE = re.compile(r"\ban? ")
_HOURS_AND_MINUTES = re.compile(r"([0-9]h)([0-9]{1,2})(?![0-9a-z])")  # 1h30

_TIME_OF_DAY = re.compile(r"([0-9]{1,2})(?:[:.h]?([0-5][0-9]))?h?(am|pm)?")
_NAMED_TIMES = {"noon": time(12), "midnight": time(0)}

_DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY_GROUPS = {
    "weekday": (0, 1, 2, 3, 4),
    "weekend": (5, 6),
    "day": (0, 1, 2, 3, 4, 5, 6),
    "daily": (0, 1, 2, 3, 4, 5, 6),
}


def parse_duration(words: Sequence[str]) -> timedelta:
    """
    Return the duration that *words* spell.

    >>> (str(parse_duration(["2h"])), str(parse_duration(["1h30"])),
    ...     str(parse_duration(["half", "an", "hour"])))
    ('2:00:00', '1:30:00', '0:30:00')

    Raises:
        UsageError: *words* are no duration, or one of zero or over 366 days.

    """
    text = " ".join(words).casefold()
    parts = _NUMBER_AND_UNIT.findall(_normalize(text)) if len(text) <= _MAX_TEXT_LENGTH else []
    if (
        not parts
        or _NUMBER_AND_UNIT.sub("", _normalize(text))
        or any(u not in _UNITS_BY_WORD for _, u in parts)
    ):
        raise UsageError(
            f"I can't read {quote(text)} as a length of time. Try `30 min`, `2h` or `1 day`."
        )
    total = _sum_parts(parts)
    if not timedelta(0) < total <= _MAX_DURATION:
        raise UsageError(
            f"{quote(text)} is too short or too long. Use a time between `1 min` and `1 year`."
        )
    return total


def _normalize(text: str) -> str:
    text = _HOURS_AND_MINUTES.sub(r"\1 \2m", text)
    return _ARTICLE.sub("1 ", _HALF_PREFIX.sub("0.5 ", text))


def _sum_parts(parts: Iterable[tuple[str, str]]) -> timedelta:
    lengths = (timedelta(**{_UNITS_BY_WORD[unit]: float(number)}) for number, unit in parts)
    return sum(lengths, timedelta(0))


def parse_time_of_day(words: Sequence[str]) -> time:
    """
    Return the time of day that *words* spell.

    >>> parse_time_of_day(["13:50"]), parse_time_of_day(["2", "pm"])
    (datetime.time(13, 50), datetime.time(14, 0))

    Raises:
        UsageError: *words* are no time of day, or `1` to `6` without am or pm.

    """
    text = "".join(words).casefold()
    if text in _NAMED_TIMES:
        return _NAMED_TIMES[text]
    match = _TIME_OF_DAY.fullmatch(re.sub(r"([ap])\.m\.?$", r"\1m", text[:_MAX_TEXT_LENGTH]))
    hour, minute = (int(match[1]), int(match[2] or 0)) if match else (99, 0)
    meridiem = match[3] if match else None
    if hour > 23 or (meridiem and not 1 <= hour <= 12):
        typed = quote(" ".join(words).casefold())
        raise UsageError(f"I can't read {typed} as a time of day. Try `13:50` or `2pm`.")
    if text in ("1", "2", "3", "4", "5", "6"):
        raise UsageError(
            f"Is {quote(text)} in the morning or in the afternoon? Write `{text}am` or `{text}pm`."
        )
    return time(hour % 12 + 12 * (meridiem == "pm") if meridiem else hour, minute)


def parse_days(word: str) -> tuple[int, ...]:
    """
    Return the weekdays that *word* means: Monday is 0, no day is `()`.

    >>> parse_days("mon"), parse_days("Weekdays"), parse_days("fri-sun"), parse_days("monkey")
    ((0,), (0, 1, 2, 3, 4), (4, 5, 6), ())
    """
    name = word.casefold()
    group = _DAY_GROUPS.get(name) or _DAY_GROUPS.get(name.removesuffix("s"))
    if group:
        return group
    first, dash, last = name.replace("..", "-").partition("-")
    start, end = _parse_day(first), _parse_day(last if dash else first)
    if start is None or end is None:
        return ()
    return tuple(sorted((start + n) % 7 for n in range((end - start) % 7 + 1)))


def _parse_day(prefix: str) -> int | None:
    """Return the day that *prefix* begins, singular or plural; it needs three letters."""
    found = (i for i, name in enumerate(_DAY_NAMES) if f"{name}s".startswith(prefix))
    return next(found, None) if len(prefix) >= 3 else None
