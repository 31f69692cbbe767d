"""Separation of the words of a time from those of a command, in any order."""

import re
from collections.abc import Sequence

from bot.errors import UsageError
from bot.parsing.dates import date_length, parse_month
from bot.parsing.durations import parse_days
from bot.parsing.text import quote
from bot.parsing.time_zones import is_known_zone, is_zone_word
from bot.parsing.vocabulary import EXCEPT_WORDS, SPAN_WORDS, TIME_WORDS, UNTIL_WORDS

#: Words after which a schedule repeats.
REPEATING_WORDS = frozenset({"every", "each", "daily"})
#: Words before the time by which a command must be finished.
DEADLINE_WORDS = frozenset({"before", "by"})
#: Words that only connect the parts of a time.
LINKING_WORDS = frozenset({"at", "on", "@", "the", "of", "in", *REPEATING_WORDS, *DEADLINE_WORDS})
#: Words before a time of day.
CLOCK_WORDS = frozenset({"at", "@", *DEADLINE_WORDS})
_MODIFIERS = EXCEPT_WORDS | UNTIL_WORDS | {"starting"}
_CONTINUING_WORDS = LINKING_WORDS | {"from", "to", "during"}
_NAMED_WORDS = frozenset(
    {"today", "tomorrow", "noon", "midnight", "am", "pm", "a.m", "p.m", "other", "week", "weeks"}
    | {"month", "months", "year", "years", "days", "hour", "hours", "minute", "minutes", "min"}
    | {
        "mins",
        "sec",
        "secs",
        "seconds",
        "h",
        "hr",
        "hrs",
        "day",
        "first",
        "second",
        "third",
        "fourth",
        "fifth",
        "last",
    }
)
#: Units of a length, which name no day: `sleep all 2 days`.
_DAY_UNITS = frozenset({"day", "days"})
#: `in half an hour` and `in a day`, where a number would be a digit.
_NUMBER_WORDS = frozenset({"a", "an", "half"})
_NUMBER = re.compile(r"[0-9].*")
_TIME_OF_DAY = re.compile(r"[0-9]{1,4}([:.h][0-9]{2})?(h|am|pm|a\.m|p\.m)?|noon|midnight")
#: Right after `every`: `30min`, `2d`.
_COMPACT_INTERVAL = re.compile(
    r"[0-9]{1,5}(s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?|months?|years?)"
)
#: Where free text starts, as in `mute all for 1h because the exam is at 9`.
_FREE_TEXT_WORD = "because"


def split_time_clause(words: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """
    Return the words without those of a time, and the words of the time.

    A span such as `for 2h` or `until 15:00` stays with the command, because it is its own.

    >>> split_time_clause("all tomorrow at 9 except team-1".split())
    (('all', 'except', 'team-1'), ('tomorrow', 'at', '9'))
    >>> split_time_clause("every day at 7 except 24 dec all".split())
    (('all',), ('every', 'day', 'at', '7', 'except', '24', 'dec'))
    """
    lower = [word.casefold() for word in words]
    end = lower.index(_FREE_TEXT_WORD) if _FREE_TEXT_WORD in lower else len(lower)
    positions = _find_time_words(lower[:end])
    if not positions:
        return tuple(words), ()
    positions |= _find_zone(lower[:end], positions)
    rest = tuple(word for n, word in enumerate(words) if n not in positions)
    return rest, tuple(word for n, word in enumerate(words) if n in positions)


def put_time_last(words: Sequence[str]) -> Sequence[str]:
    """
    Return *words* with the time at the end if they begin with it.

    >>> put_time_last(["tomorrow", "at", "9", "wake", "all"])
    ('wake', 'all', 'tomorrow', 'at', '9')

    Raises:
        UsageError: The words are a time alone.

    """
    rest, time_words = split_time_clause(words)
    if not time_words or tuple(words[:1]) != time_words[:1]:
        return words
    if not rest:
        when = " ".join(words)[:60]
        raise UsageError(f"What should I do {quote(when)}? For example `wake all {when}`.")
    return (*rest, *time_words)


def is_time_of_day(word: str) -> bool:
    """Return whether *word* is a time of day, such as `9` or `2pm`."""
    return _TIME_OF_DAY.fullmatch(word) is not None


def is_plural_day(word: str) -> bool:
    """Return whether *word* is `mondays`, `weekdays` or the like, and not the unit `days`."""
    return word not in _DAY_UNITS and bool(parse_days(word)) and word.endswith(("days", "ends"))


def _find_time_words(lower: Sequence[str]) -> set[int]:
    """Return the positions of the words of the time, without a zone."""
    found: set[int] = set()
    n, is_repeating = 0, any(word in REPEATING_WORDS or is_plural_day(word) for word in lower)
    while n < len(lower):
        length = _clause_length(lower[n:], is_repeating=is_repeating)
        if not length and lower[n] in SPAN_WORDS:
            length = _span_length(lower[n:])
        else:
            found.update(range(n, n + length))
        n += length or 1
    return found


def _clause_length(words: Sequence[str], *, is_repeating: bool) -> int:
    """Return how many of the first *words* belong to a time, or 0."""
    length = _start_length(words, is_repeating=is_repeating)
    while length and length < len(words):
        rest = words[length:]
        more = _modifier_length(rest, is_repeating=is_repeating) or _time_length(rest)
        if words[length - 1] in REPEATING_WORDS and _COMPACT_INTERVAL.fullmatch(rest[0]):
            more = 1
        if not more and rest[0] in _CONTINUING_WORDS and len(rest) > 1:
            more = 1 if rest[1] in _CONTINUING_WORDS or _time_length(rest[1:]) else 0
        if not more:
            break
        length += more
    return length


def _start_length(words: Sequence[str], *, is_repeating: bool) -> int:
    """Return how many of *words* start a time; 0 if they don't."""
    first, following = words[0], words[1:2]
    if first in CLOCK_WORDS:  # what follows is meant as a time, even `at lunch`
        return min(2, len(words))
    if first == "in":
        is_length = following and (_NUMBER.fullmatch(words[1]) or words[1] in _NUMBER_WORDS)
        return _duration_length(words) if is_length else 0
    if first in TIME_WORDS:
        return 1 if first != "on" or _time_length(words[1:]) else 0
    if modifier := _modifier_length(words, is_repeating=is_repeating):
        return modifier
    is_day = (first not in _DAY_UNITS and bool(parse_days(first))) or date_length(words)
    before_time = words[1:] and (words[1] in CLOCK_WORDS or is_time_of_day(words[1]))
    return 1 if is_day and (before_time or is_plural_day(first)) else 0


def _duration_length(words: Sequence[str]) -> int:
    """Return how many of *words* are `in` and a length of time."""
    parts = (n for n, word in enumerate(words) if n and not _is_duration_word(word))
    return next(parts, len(words))


def _is_duration_word(word: str) -> bool:
    return word in _NAMED_WORDS | _NUMBER_WORDS or _NUMBER.fullmatch(word) is not None


def _modifier_length(words: Sequence[str], *, is_repeating: bool) -> int:
    """Return how many of *words* are excluded dates or the end of a repetition."""
    if not is_repeating or words[0] not in _MODIFIERS:
        return 0
    length = 1
    while more := date_length(words[length:]):
        length += more
    return length if length > 1 else 0


def _time_length(words: Sequence[str]) -> int:
    """Return how many of the first *words* are part of a time, or 0."""
    if not words:
        return 0
    word = words[0]
    is_part = word in _NAMED_WORDS or parse_days(word) or parse_month(word)
    return date_length(words) or (1 if is_part or _is_number(word) else 0)


def _is_number(word: str) -> bool:
    return is_time_of_day(word) or re.fullmatch(r"[0-9]{1,2}(st|nd|rd|th)", word) is not None


def _span_length(words: Sequence[str]) -> int:
    """Return how many of *words* are a span, which ends where a time starts.

    In `until tomorrow at 9`, the day and the hour end the span, so only a repetition follows it.
    """
    starters = REPEATING_WORDS if words[0] in UNTIL_WORDS else TIME_WORDS
    starts = (n for n in range(1, len(words)) if words[n] in starters)
    return next(starts, len(words))


def _find_zone(lower: Sequence[str], found: set[int]) -> set[int]:
    """Return the positions of `in Europe/Berlin`, also without `in` right after a time."""
    positions: set[int] = set()
    for n in range(1, len(lower)):
        if lower[n - 1] == "in" and is_zone_word(lower[n]):
            positions |= {n - 1, n}
        elif n - 1 in found and is_known_zone(lower[n]):
            positions.add(n)
    return positions - found
