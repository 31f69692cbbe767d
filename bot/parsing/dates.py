"""Parser of dates: `24 dec`, `dec 24 2026`, `2027-01-31`, and ranges of them."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from bot.errors import UsageError
from bot.parsing.text import quote

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DAY_NUMBER = re.compile(r"(\d{1,2})(?:st|nd|rd|th|\.)?")
_RANGE_WORDS = frozenset({"to", "through", "..", "-"})
_YEAR = re.compile(r"20[0-9]{2}")
#: A longer range is a mistyped year.
_MAX_RANGE = timedelta(days=200)


def parse_dates(words: Sequence[str], today: date) -> tuple[date, ...]:
    """
    Return the dates that *words* spell, sorted. A date without a year is the next one.

    >>> [str(day) for day in parse_dates(["24", "dec", "31", "dec"], date(2026, 11, 27))]
    ['2026-12-24', '2026-12-31']
    >>> len(parse_dates(["21", "dec", "to", "jan", "3"], date(2026, 11, 27)))
    14

    Raises:
        UsageError: *words* hold something else, a date that doesn't exist, or a range of over
            200 days.

    """
    rest = _split_ranges(words)
    found: set[date] = set()
    while rest:
        first, rest = _parse_date(rest, today)
        last = first
        if rest and rest[0] in _RANGE_WORDS:
            last, rest = _parse_date(rest[1:], first)
        if last - first > _MAX_RANGE or last < first:
            raise UsageError(f"{quote(' '.join(words))} is too long a range. Name each date.")
        found.update(first + timedelta(days=n) for n in range((last - first).days + 1))
    return tuple(sorted(found))


def parse_date(words: Sequence[str], today: date) -> date:
    """Return the one date that *words* spell.

    Raises:
        UsageError: They are no date, or more than one.
    """
    found, rest = _parse_date(_split_ranges(words), today)
    if rest:
        raise _unreadable_error(words)
    return found


def parse_month(prefix: str) -> int | None:
    """Return the month from 1 to 12 that *prefix* begins; it needs three letters."""
    start = prefix.casefold().rstrip(".")
    found = (n for n, name in enumerate(_MONTHS, 1) if name.startswith(start))
    return next(found, None) if len(prefix) >= 3 else None


def date_length(words: Sequence[str]) -> int:
    """
    Return how many of the first *words* are one date; 0 if they are none.

    >>> [date_length(text.split()) for text in ("24 dec at 9", "dec 24th 2026", "2027-01-31", "9")]
    [2, 3, 1, 0]
    """
    first, second, third = (*map(str.casefold, words[:3]), "", "", "")[:3]
    if is_iso_date(first):
        return 1
    is_month_first = parse_month(first) and _DAY_NUMBER.fullmatch(second)
    is_day_first = _DAY_NUMBER.fullmatch(first) and parse_month(second)
    if not (is_month_first or is_day_first):
        return 0
    return 3 if _YEAR.fullmatch(third) else 2


def split_dates(words: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield the words of each date in *words*.

    Raises:
        UsageError: A word belongs to no date.
    """
    while words:
        length = date_length(words)
        if not length:
            raise _unreadable_error(words)
        yield words[:length]
        words = words[length:]


def parse_month_and_day(words: Sequence[str]) -> tuple[int, int]:
    """
    Return month and day of a date with a month's name; some year has it.

    >>> parse_month_and_day(["24", "dec"]), parse_month_and_day(["feb", "29th"])
    ((12, 24), (2, 29))

    Raises:
        UsageError: No year has this date.
    """
    leap_year_start = date(2028, 1, 1)  # every date of a leap year exists
    found, _ = _parse_date(list(map(str.casefold, words[:2])), leap_year_start)
    return found.month, found.day


def is_iso_date(word: str) -> bool:
    """Return whether *word* has the form of an ISO date, such as `2027-01-31`."""
    return _ISO_DATE.fullmatch(word) is not None


def is_date_start(words: Sequence[str]) -> bool:
    """Return whether a date may begin with the first of *words*."""
    text = words[0].casefold() if words else ""
    return bool(_ISO_DATE.fullmatch(text) or _DAY_NUMBER.fullmatch(text) or parse_month(text))


def _split_ranges(words: Sequence[str]) -> list[str]:
    """Return lower-case words in which `21..24` is three words."""
    return list(_spread(word.casefold() for word in words if word.casefold() != "and"))


def _spread(words: Iterator[str]) -> Iterator[str]:
    for word in words:
        first, dots, last = word.partition("..")
        yield from filter(None, (first, dots, last))


def _parse_date(words: Sequence[str], today: date) -> tuple[date, list[str]]:
    """Return the date at the start of *words*, and the words after it."""
    if words and (iso := _ISO_DATE.fullmatch(words[0])):
        return _make_date(int(iso[1]), int(iso[2]), int(iso[3]), words[:1]), list(words[1:])
    pair = words[:2]
    months = [month for word in pair if (month := parse_month(word))]
    days = [int(match[1]) for word in pair if (match := _DAY_NUMBER.fullmatch(word))]
    if len(months) != 1 or len(days) != 1:
        raise _unreadable_error(words)
    if date_length(words) == 3:
        return _make_date(int(words[2]), months[0], days[0], words[:3]), list(words[3:])
    return _next_date(months[0], days[0], today, pair), list(words[2:])


def _next_date(month: int, day: int, today: date, words: Sequence[str]) -> date:
    """Return the next such date; 29 February may be years ahead."""
    for year in range(today.year, today.year + 9):
        if (month, day) == (2, 29) and (year % 4 or (not year % 100 and year % 400)):
            continue
        found = _make_date(year, month, day, words)
        if found >= today:
            return found
    raise _unreadable_error(words)


def _make_date(year: int, month: int, day: int, words: Sequence[str]) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise UsageError(f"There's no {quote(' '.join(words))}. Check the date.") from None


def _unreadable_error(words: Sequence[str]) -> UsageError:
    return UsageError(
        f"I can't read {quote(' '.join(words[:6]))} as a date. Try `24 dec` or `2027-01-31`."
    )
