"""The expression of a recurrence in hron's grammar, from the words that people type.

People leave out what hron requires (`at 7`, `every hour`, `24 dec`), and type in any order.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, time

from bot.errors import UsageError
from bot.parsing import durations, quote
from bot.parsing.dates import (
    date_length,
    is_iso_date,
    parse_date,
    parse_month,
    parse_month_and_day,
    split_dates,
)
from bot.parsing.time_clause import CLOCK_WORDS, REPEATING_WORDS, is_plural_day
from bot.schedules.clause_parts import MERIDIEMS, ClauseParts, split_parts

_DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY_GROUPS: Mapping[tuple[int, ...], str] = {
    (0, 1, 2, 3, 4): "weekday",
    (5, 6): "weekend",
    (0, 1, 2, 3, 4, 5, 6): "day",
}
_UNITS = {
    **dict.fromkeys(("s", "sec", "secs", "seconds"), "seconds"),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), "min"),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), "hours"),
    **dict.fromkeys(("d", "day", "days"), "days"),
    **dict.fromkeys(("w", "week", "weeks"), "weeks"),
    **dict.fromkeys(("month", "months"), "months"),
    **dict.fromkeys(("year", "years"), "years"),
}
_ORDINAL_WORDS = frozenset({"first", "second", "third", "fourth", "fifth", "last"})
_ORDINAL_NUMBER = re.compile(r"([0-9]{1,2})(st|nd|rd|th)")
_COMPACT_INTERVAL = re.compile(r"([0-9]{1,4})([a-z]+)")
# The order of the clauses about dates that hron requires.
_SECTION_ORDER = ("except", "until", "starting", "during")


def is_repeating(words: Sequence[str]) -> bool:
    """
    Return whether a time clause means more than one run.

    >>> [is_repeating(text.split()) for text in ("every day at 9", "on mondays at 9", "mon at 9")]
    [True, True, False]
    """
    lower = [word.casefold() for word in words]
    if lower[:1] == ["in"]:  # the days of `in 2 days` are a length
        return False
    days = {day for word in lower for day in durations.parse_days(word)}
    return any(map(is_plural_day, lower)) or len(days) > 1 or not REPEATING_WORDS.isdisjoint(lower)


def to_expression(words: Sequence[str], timezone: str, today: date) -> str:
    """
    Return the hron expression of a repeating time clause, in *timezone* unless it names one.

    >>> to_expression("every day at 7 except 24 dec".split(), "UTC", date(2026, 11, 27))
    'every day at 07:00 except dec 24 in UTC'

    Raises:
        UsageError: The words are no repeating time.

    """
    parts = split_parts([word.casefold() for word in words])
    sections = [name for name in _SECTION_ORDER if name in parts.sections]
    dates = [_dates_clause(name, parts.sections[name], today) for name in sections]
    return " ".join(["every", _repeat(parts, words), *dates, f"in {parts.zone or timezone}"])


def _repeat(parts: ClauseParts, typed: Sequence[str]) -> str:
    """Return the days and times of the expression, or its interval."""
    words = [part for word in parts.repeat for part in _split_compact(word)]
    if words[:1] == ["daily"]:
        words = words[1:]
    days = sorted({day for word in words for day in durations.parse_days(word)})
    number, unit, others = _split_interval(words)
    if unit == "seconds":
        raise UsageError("Use minutes or hours. The shortest time between two runs is 5 minutes.")
    if unit in ("min", "hours"):
        _check_no_time(typed)
        return f"{number} {unit} {_window(parts)}{_on_days(others)}"
    if unit in ("weeks", "months", "years") or (unit == "days" and number > 1):
        repeated = _long_interval(number, unit, others, typed)
    elif words and not all(map(durations.parse_days, words)):
        repeated = _calendar_repeat(words, typed)
    else:
        repeated = _name_days(days) if days else "day"
    return f"{repeated} at {_times(parts, typed)}"


def _check_no_time(typed: Sequence[str]) -> None:
    """Check that an interval of minutes or hours has no time of day.

    Raises:
        UsageError: It has one.
    """
    if not CLOCK_WORDS.isdisjoint(map(str.casefold, typed)):
        raise UsageError(
            f"{quote(' '.join(typed))} has an interval and a time of day. Use one of them: `every "
            "2 hours from 8:00 to 18:00` or `every day at 9`."
        )


def _split_compact(word: str) -> Sequence[str]:
    """Return the number and the unit of `30min` as two words."""
    compact = _COMPACT_INTERVAL.fullmatch(word)
    return [compact[1], compact[2]] if compact and compact[2] in _UNITS else [word]


def _split_interval(words: Sequence[str]) -> tuple[int, str, Sequence[str]]:
    """Return the number, the unit and the rest of *words*. "" is no unit."""
    if words[:1] == ["other"] and _UNITS.get("".join(words[1:2])):
        return 2, _UNITS[words[1]], words[2:]
    if len(words) > 1 and words[0].isdecimal() and words[1] in _UNITS:
        return int(words[0][:6]), _UNITS[words[1]], words[2:]
    if words and words[0] in _UNITS:
        return 1, _UNITS[words[0]], words[1:]
    return 1, "", words


def _window(parts: ClauseParts) -> str:
    """Return the hours of a day in which an interval runs, by default all."""
    if not parts.window:
        return "from 00:00 to 23:59"
    start, _, end = " ".join(parts.window).partition(" to ")
    return f"from {_format_time(start.split())} to {_format_time(end.split()) if end else '23:59'}"


def _on_days(words: Sequence[str]) -> str:
    days = sorted({day for word in words for day in durations.parse_days(word)})
    return f" on {_name_days(days)}" if days else ""


def _long_interval(number: int, unit: str, others: Sequence[str], typed: Sequence[str]) -> str:
    """Return an interval of days, weeks, months or years, with the days in it."""
    if unit == "days":
        return f"{number} days"
    named = " ".join(others)
    if unit == "weeks":
        days = sorted({day for word in others for day in durations.parse_days(word)})
        names = ", ".join(_DAY_NAMES[day] for day in days)
        if not days:
            raise UsageError(f"On which day? For example `{' '.join(typed)} on monday`.")
        return names if number == 1 else f"{number} weeks on {names}"
    every = unit.removesuffix("s") if number == 1 else f"{number} {unit}"
    if unit == "years" and date_length(others):
        return f"{every} on {_month_and_day(others)}"
    ordinals = [word for word in others if _ORDINAL_NUMBER.fullmatch(word)]
    if not named:
        raise UsageError(f"On which day? For example `{' '.join(typed)} on the 1st`.")
    return f"{every} on the {', '.join(ordinals) or named}"


def _calendar_repeat(words: Sequence[str], typed: Sequence[str]) -> str:
    """Return `every 24 dec`, `every 1st` or `every last friday` in hron's words."""
    if date_length(words):
        return f"year on {_month_and_day(words)}"
    others = [word for word in words if word not in ("month", "months")]
    if all(map(_ORDINAL_NUMBER.fullmatch, others)) or others[0] in _ORDINAL_WORDS:
        return _long_interval(1, "months", others, typed)
    raise UsageError(
        f"I can't read {quote(' '.join(typed))} as a time. Try `every weekday at 13:50`, `every "
        "mon,wed at 8:00 until 31 jan` or `every 2 hours`."
    )


def _month_and_day(words: Sequence[str]) -> str:
    month, day = parse_month_and_day(words)
    return f"{date(2028, month, 1):%b} {day}".lower()


def _name_days(days: Sequence[int]) -> str:
    return _DAY_GROUPS.get(tuple(days)) or ", ".join(_DAY_NAMES[day] for day in days)


def _times(parts: ClauseParts, typed: Sequence[str]) -> str:
    """Return the times of day; each but `am` and `pm` starts another one."""
    groups: list[list[str]] = []
    for word in parts.times:
        if word in MERIDIEMS and groups:
            groups[-1].append(word)
        else:
            groups.append([word])
    if not groups:
        raise UsageError(
            f"At what time is {quote(' '.join(typed))}? For example `tomorrow at 9:00` or `every "
            "weekday at 13:50`."
        )
    return ", ".join(dict.fromkeys(map(_format_time, groups)))


def _format_time(words: Sequence[str]) -> str:
    parsed: time = durations.parse_time_of_day(words)
    return f"{parsed:%H:%M}"


def _dates_clause(name: str, words: Sequence[str], today: date) -> str:
    """Return the exceptions, the end or the start of a repetition."""
    if name == "during":
        months = [f"{date(2028, parse_month(w) or 1, 1):%b}".lower() for w in words]
        return f"during {', '.join(months)}"
    found = list(split_dates(words))
    if name != "except":
        return f"{name} {parse_date(found[0], today):%Y-%m-%d}"
    return f"except {', '.join(_excepted(each, today) for each in found)}"


def _excepted(words: Sequence[str], today: date) -> str:
    """Return an excepted date; one without a year is excepted in every year."""
    if is_iso_date(words[0]) or len(words) > 2:
        return f"{parse_date(words, today):%Y-%m-%d}"
    return _month_and_day(words)
