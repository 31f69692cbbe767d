"""How people say a time of day, a length of time and days of the week."""

import re
from collections.abc import Iterable, Sequence
from datetime import time, timedelta

from bot.errors import Misunderstood
from bot.parsing.sentences import echo

#: Longer text is no time at all.
_LONGEST_TEXT = 60
_LONGEST = timedelta(days=366)

_UNITS = {
    "seconds": ("s", "sec", "secs", "second", "seconds"),
    "minutes": ("m", "min", "mins", "minute", "minutes"),
    "hours": ("h", "hr", "hrs", "hour", "hours"),
    "days": ("d", "day", "days"),
    "weeks": ("w", "wk", "week", "weeks"),
}
_UNIT = {word: unit for unit, words in _UNITS.items() for word in words}
_PART = re.compile(r"([0-9]{1,7}(?:\.[0-9]{1,3})?)\s*([a-z]+)\s*")
_HALF = re.compile(r"\bhalf (?:an? )?")
_ONE = re.compile(r"\ban? ")
_MINUTES_AFTER = re.compile(r"([0-9]h)([0-9]{1,2})(?![0-9a-z])")  # 1h30

_CLOCK = re.compile(r"([0-9]{1,2})(?:[:.h]?([0-5][0-9]))?h?(am|pm)?")
_NAMED_CLOCKS = {"noon": time(12), "midnight": time(0)}

_DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY_GROUPS = {
    "weekday": (0, 1, 2, 3, 4),
    "weekend": (5, 6),
    "day": (0, 1, 2, 3, 4, 5, 6),
    "daily": (0, 1, 2, 3, 4, 5, 6),
}


def duration(words: Sequence[str]) -> timedelta:
    """
    Read a length of time.

    >>> str(duration(["2h"])), str(duration(["1h30"])), str(duration(["half", "an", "hour"]))
    ('2:00:00', '1:30:00', '0:30:00')
    """
    text = " ".join(words).casefold()
    parts = _PART.findall(_spaced(text)) if len(text) <= _LONGEST_TEXT else []
    if not parts or _PART.sub("", _spaced(text)) or any(u not in _UNIT for _, u in parts):
        raise Misunderstood(
            f"I cannot read {echo(text)} as a length of time, so nothing was done. "
            "Say `30 min`, `2h` or `1 day`."
        )
    length = _total(parts)
    if not timedelta(0) < length <= _LONGEST:
        raise Misunderstood(
            f"{echo(text)} is no length of time that I can keep, so nothing was done. "
            "Say something between `1 min` and `1 year`."
        )
    return length


def _spaced(text: str) -> str:
    text = _MINUTES_AFTER.sub(r"\1 \2m", text)
    return _ONE.sub("1 ", _HALF.sub("0.5 ", text))


def _total(parts: Iterable[tuple[str, str]]) -> timedelta:
    lengths = (timedelta(**{_UNIT[unit]: float(number)}) for number, unit in parts)
    return sum(lengths, timedelta(0))


def clock(words: Sequence[str]) -> time:
    """
    Read a time of day.

    >>> clock(["13:50"]), clock(["2", "pm"])
    (datetime.time(13, 50), datetime.time(14, 0))
    """
    text = "".join(words).casefold()
    if text in _NAMED_CLOCKS:
        return _NAMED_CLOCKS[text]
    read = _CLOCK.fullmatch(re.sub(r"([ap])\.m\.?$", r"\1m", text[:_LONGEST_TEXT]))
    hour, minute = (int(read[1]), int(read[2] or 0)) if read else (99, 0)
    half = read[3] if read else None
    if hour > 23 or (half and not 1 <= hour <= 12):
        raise Misunderstood(
            f"I cannot read {echo(text)} as a time of day, so nothing was done. "
            "Say `13:50` or `2pm`."
        )
    if text in ("1", "2", "3", "4", "5", "6"):
        raise Misunderstood(
            f"Is {echo(text)} in the morning or in the afternoon? Nothing was done. "
            f"Say `{text}am` or `{text}pm`."
        )
    return time(hour % 12 + 12 * (half == "pm") if half else hour, minute)


def days(word: str) -> tuple[int, ...]:
    """
    Read days of the week, Monday being 0. No day: nothing.

    >>> days("mon"), days("Weekdays"), days("fri-sun"), days("monkey")
    ((0,), (0, 1, 2, 3, 4), (4, 5, 6), ())
    """
    said = word.casefold()
    group = _DAY_GROUPS.get(said) or _DAY_GROUPS.get(said.removesuffix("s"))
    if group:
        return group
    first, dash, last = said.replace("..", "-").partition("-")
    start, end = _day(first), _day(last if dash else first)
    if start is None or end is None:
        return ()
    return tuple(sorted((start + n) % 7 for n in range((end - start) % 7 + 1)))


def _day(said: str) -> int | None:
    """Read one day from at least its first three letters, in one number or the other."""
    found = (i for i, name in enumerate(_DAY_NAMES) if f"{name}s".startswith(said))
    return next(found, None) if len(said) >= 3 else None
