"""Ranges of names: `team-1..12`, `team-a..f`."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.errors import UsageError
from bot.parsing.text import quote

#: Names. A larger range is a typing error.
MAX_RANGE_SIZE = 10_000

_DOTS = re.compile(r"\.{2,}")
_DIGITS = "0123456789"
_MIN_COMPRESSED = 3  # names
# Of a number that a range can hold.
_MAX_DIGITS = 13


@dataclass(frozen=True, slots=True)
class Range:
    """Names with one stem, and a number or letter from `first` to `last`."""

    text: str
    stem: str
    first: int
    last: int
    is_lettered: bool
    width: int = 1  # digits, with leading zeros

    def __contains__(self, name: str) -> bool:
        """Return whether the range holds *name*, in lower case. 07 and 7 are the same number."""
        stem, index = _split_index(name)
        return (
            stem == self.stem
            and _is_index(index)
            and index.isalpha() == self.is_lettered
            and self.first <= _ordinal(index) <= self.last
        )

    def names(self) -> Iterator[str]:
        """
        Yield each name, its number padded to `width` digits.

        >>> list(parse_range("team-08..10").names())
        ['team-08', 'team-09', 'team-10']
        """
        for number in range(self.first, self.last + 1):
            yield self.stem + (chr(number) if self.is_lettered else f"{number:0{self.width}d}")


def is_range(word: str) -> bool:
    """Return whether *word* holds the dots of a range, even of an invalid one."""
    return bool(_DOTS.search(word))


def parse_range(word: str) -> Range:
    """
    Return the range that *word* spells; its ends may be in either order.

    >>> "team-07" in parse_range("team-12..1"), "team-13" in parse_range("team-1..team-12")
    (True, False)

    Raises:
        UsageError: The ends don't match, or the range exceeds `MAX_RANGE_SIZE`.

    """
    left, right = _DOTS.split(word.casefold(), maxsplit=1)
    (stem, start), (end_stem, end) = _split_index(left), _split_index(right)
    is_consistent = end_stem in ("", stem) and start.isalpha() == end.isalpha()
    if not (is_consistent and _is_index(start) and _is_index(end)):
        raise UsageError(
            f"I can't read the range {quote(word)}. Write it like `team-1..12` or `team-a..f`."
        )
    first, last = sorted((_ordinal(start), _ordinal(end)))
    if last - first >= MAX_RANGE_SIZE:
        raise UsageError(
            f"The range {quote(word)} spans more than {MAX_RANGE_SIZE:,} names. Use a smaller "
            "one, or `*` for any ending."
        )
    return Range(word, stem, first, last, start.isalpha(), _width(start, end))


def split_hyphenated_range(word: str) -> tuple[str, str] | None:
    """
    Return both ends of a range with a hyphen instead of dots, or None.

    >>> (split_hyphenated_range("team-1-12"), split_hyphenated_range("team-a-f"),
    ...     split_hyphenated_range("team-alpha"))
    (('team-1', 'team-12'), ('team-a', 'team-f'), None)
    """
    left, _, end = word.casefold().rpartition("-")
    stem, start = _split_index(left)
    if _is_index(start) and _is_index(end) and start.isalpha() == end.isalpha():
        return left, stem + end
    return None


def stem_of(name: str) -> str | None:
    """
    Return *name* without its final number or single letter; None if it has neither.

    >>> stem_of("team-12"), stem_of("12"), stem_of("b"), stem_of("alpha")
    ('team-', '', '', None)
    """
    stem, index = _split_index(name.casefold())
    return stem if _is_index(index) else None


def example_range(names: Sequence[str]) -> str:
    """
    Return the range of the *names* with the most common stem; "" without one.

    >>> example_range(["demo", "team-1", "team-2", "team-9"])
    'team-1..9'
    """
    indexes: dict[tuple[str, bool], list[str]] = {}
    for name in names:
        stem, index = _split_index(name.casefold())
        if stem and _is_index(index):
            indexes.setdefault((stem, index.isalpha()), []).append(index)
    if not indexes:
        return ""
    (stem, _), found = max(indexes.items(), key=lambda item: len(item[1]))
    return f"{stem}{found[0]}..{found[-1]}" if len(found) > 1 else ""


def compress_ranges(names: Sequence[str]) -> list[str]:
    """Return *names* with each run of three or more consecutive numbers as a range.

    Leading zeros stay: the numbers of a range are as wide as its first one.

    >>> compress_ranges(["team-1", "team-2", "team-3", "team-7", "team-b"])
    ['team-1..3', 'team-7', 'team-b']
    """
    runs: list[tuple[str, list[str]]] = []
    for name in names:
        stem, number = _split_number(name)
        if runs and runs[-1][0] == stem and _follows(runs[-1][1], number):
            runs[-1][1].append(number)
        else:
            runs.append((stem, [number] if number else []))
    return [piece for stem, numbers in runs for piece in _format_run(stem, numbers)]


def _split_index(name: str) -> tuple[str, str]:
    """Return the stem and the final number or letter: ("team-", "12"), ("team-", "a")."""
    stem = name.rstrip(_DIGITS)
    if stem == name and name[-1:].isalpha() and not name[-2:-1].isalnum():
        stem = name[:-1]
    return stem, name[len(stem) :]


def _width(start: str, end: str) -> int:
    """Return the digits that leading zeros require: 3 for `001` and for `1..012`."""
    return max((len(index) for index in (start, end) if index.startswith("0")), default=1)


def _is_index(index: str) -> bool:
    return bool(index) and index.isascii() and (index.isdigit() or len(index) == 1)


def _ordinal(index: str) -> int:
    """Return the sort position of a letter or number.

    Reads at most `_MAX_DIGITS`, because a longer number is too large for any range.
    """
    return ord(index) if index.isalpha() else int(index.lstrip("0")[:_MAX_DIGITS] or "0")


def _split_number(name: str) -> tuple[str, str]:
    """Return the stem and the final number of *name*; "" for none.

    >>> _split_number("team-07"), _split_number("team-b")
    (('team-', '07'), ('team-b', ''))
    """
    stem = name.rstrip(_DIGITS)
    number = name[len(stem) :]
    return (stem, number) if len(number) <= _MAX_DIGITS else (name, "")


def _follows(run: Sequence[str], number: str) -> bool:
    """Return whether *number* is the next one of a *run*, as wide as that requires."""
    if not run or not number:
        return False
    return number == f"{int(run[-1]) + 1:0{_width(run[0], run[0])}d}"


def _format_run(stem: str, numbers: Sequence[str]) -> list[str]:
    if len(numbers) < _MIN_COMPRESSED:
        return [f"{stem}{number}" for number in numbers] or [stem]
    return [f"{stem}{numbers[0]}..{numbers[-1]}"]
