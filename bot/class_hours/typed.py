"""Typed class hours: `team-* mon,wed 09:45-12:00 except 24 dec until 31 jan wake`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.class_hours.lessons import MAX_LESSON, WeeklyRule
from bot.errors import UsageError
from bot.parsing import dates, durations
from bot.parsing.text import quote
from bot.parsing.time_zones import split_zone
from bot.parsing.vocabulary import EXCEPT_WORDS, RANGE_WORDS, UNTIL_WORDS

_WAKE_WORDS = frozenset({"wake", "wakes"})
_LINKING_WORDS = frozenset({"on", "every", "each", "from", "at", "and"})
_OFF_WORDS = frozenset({"off", "none", "stop"})


@dataclass(frozen=True, slots=True)
class ParsedHours:
    """The words of `hours`: targets, weekly rules if days were typed, and what happens."""

    targets: tuple[str, ...]
    rules: tuple[WeeklyRule, ...] = ()
    wakes: bool = False
    is_off: bool = False
    zone: str = ""  # of the times; "" without days


def parse_class_hours(words: Sequence[str], today: date, zone: str = "UTC") -> ParsedHours:
    """
    Return the targets and the weekly rules of *words*, in *zone* unless they name another.

    >>> parsed = parse_class_hours(["team-a", "mon", "wed", "9:45..12"], date(2026, 11, 27))
    >>> parsed.targets, parsed.rules[0].days, parsed.rules[0].end
    (('team-a',), (0, 2), datetime.time(12, 0))

    Raises:
        UsageError: Days without times, times without days, or dates that don't exist.

    """
    words, zone = split_zone(words, zone)
    lower = [word.casefold() for word in words]
    start = next((n for n, word in enumerate(lower) if durations.parse_days(word)), None)
    if start is None:
        return _parse_without_days(words, lower)
    targets = tuple(w for w in words[:start] if w.casefold() not in {"on", "every", "each"})
    wakes = not _WAKE_WORDS.isdisjoint(lower[start:])
    rest = [w for w in lower[start:] if w not in _WAKE_WORDS | _LINKING_WORDS]
    return ParsedHours(targets, tuple(_parse_rules(rest, today)), wakes, zone=zone)


def _parse_without_days(words: Sequence[str], lower: Sequence[str]) -> ParsedHours:
    if lower and lower[-1] in _OFF_WORDS:
        return ParsedHours(tuple(words[:-1]), is_off=True)
    if any(":" in word for word in lower):
        raise UsageError("On which days? For example `mon,wed 09:45-12:00` or `weekdays 9am-5pm`.")
    return ParsedHours(tuple(words))


def _parse_rules(words: Sequence[str], today: date) -> Iterator[WeeklyRule]:
    """Yield the rules in lower-case *words*: `mon wed 9-12 fri 14-16 except … until …`."""
    sections = _split_sections(words)
    excluded = dates.parse_dates(sections["except"], today)
    until = dates.parse_date(sections["until"], today) if sections["until"] else None
    if until and until < today:
        raise UsageError(f"{quote(' '.join(sections['until']))} is in the past. Name a later day.")
    for day_words, time_words in _group_days(sections["times"]):
        days = {day for word in day_words for day in durations.parse_days(word)}
        start, end = _parse_times(time_words)
        yield WeeklyRule(tuple(sorted(days)), start, end, excluded, until)


def _split_sections(words: Sequence[str]) -> dict[str, list[str]]:
    """Return the words of the days and times, after `except` and after `until`."""
    sections: dict[str, list[str]] = {"times": [], "except": [], "until": []}
    current = "times"
    for word in words:
        if word in EXCEPT_WORDS:
            current = "except"
        elif word in UNTIL_WORDS:
            current = "until"
        else:
            sections[current].append(word)
    return sections


def _group_days(words: Sequence[str]) -> list[tuple[list[str], list[str]]]:
    """Return days with their times; a day after a time begins the next group."""
    groups: list[tuple[list[str], list[str]]] = []
    for word in words:
        is_day = bool(durations.parse_days(word))
        if is_day and (not groups or groups[-1][1]):
            groups.append(([], []))
        groups[-1][not is_day].append(word)
    return groups


def _parse_times(words: Sequence[str]) -> tuple[time, time]:
    parts = _split_range(words)
    if parts is None:
        raise UsageError("From when until when is class? For example `mon,wed 09:45-12:00`.")
    start, end = (durations.parse_time_of_day(part) for part in parts)
    midnight = datetime(2000, 1, 1)  # noqa: DTZ001 - only the distance of two times of day
    length = datetime.combine(midnight, end) - datetime.combine(midnight, start)
    if not timedelta(0) < length % timedelta(days=1) <= MAX_LESSON:
        raise UsageError(
            f"{quote(' '.join(words))} isn't a lesson of at most 12 hours. Check start and end."
        )
    return start, end


def _split_range(words: Sequence[str]) -> tuple[Sequence[str], Sequence[str]] | None:
    """Return the words before and after the dash, dots or `to`; None without one."""
    spread = [
        part for word in words for part in word.replace("..", "-").replace("-", " to ").split()
    ]
    if sum(word in RANGE_WORDS for word in spread) != 1:
        return None
    middle = next(n for n, word in enumerate(spread) if word in RANGE_WORDS)
    before, after = spread[:middle], spread[middle + 1 :]
    return (before, after) if before and after else None
