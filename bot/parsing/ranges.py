"""Ranges: `team-1..12`, `team-a..f`, and the ways phones and people write them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.errors import Misunderstood
from bot.parsing.quoting import quote

#: A larger one is a slip of the thumb.
MAX_RANGE_SIZE = 10_000

_DOTS = re.compile(r"\.{2,}")
_DIGITS = "0123456789"


@dataclass(frozen=True, slots=True)
class Range:
    """Names that share a stem and end in a number, or in one letter, between two others."""

    text: str
    stem: str
    first: int
    last: int
    is_lettered: bool
    width: int = 1  # digits that leading zeros ask for

    def __contains__(self, name: str) -> bool:
        """Say whether *name*, in lower case, is one of them; 07 and 7 are the same number."""
        stem, index = _split_index(name)
        return (
            stem == self.stem
            and _is_index(index)
            and index.isalpha() == self.is_lettered
            and self.first <= _ordinal(index) <= self.last
        )

    def names(self) -> Iterator[str]:
        """
        Give each of them, numbers as wide as the first one was written.

        >>> list(parse_range("team-08..10").names())
        ['team-08', 'team-09', 'team-10']
        """
        for number in range(self.first, self.last + 1):
            yield self.stem + (chr(number) if self.is_lettered else f"{number:0{self.width}d}")


def is_range(word: str) -> bool:
    return bool(_DOTS.search(word))


def parse_range(word: str) -> Range:
    """
    Read a range, either way round.

    >>> "team-07" in parse_range("team-12..1"), "team-13" in parse_range("team-1..team-12")
    (True, False)
    """
    left, right = _DOTS.split(word.casefold(), maxsplit=1)
    (stem, start), (end_stem, end) = _split_index(left), _split_index(right)
    is_consistent = end_stem in ("", stem) and start.isalpha() == end.isalpha()
    if not (is_consistent and _is_index(start) and _is_index(end)):
        raise Misunderstood(
            f"I cannot read the range {quote(word)}. Write it like `team-1..12` or `team-a..f`."
        )
    first, last = sorted((_ordinal(start), _ordinal(end)))
    if last - first >= MAX_RANGE_SIZE:
        raise Misunderstood(
            f"The range {quote(word)} spans more than {MAX_RANGE_SIZE:,} names, so nothing "
            "was done. "
            "Write a smaller one, or `*` for any ending."
        )
    return Range(word, stem, first, last, start.isalpha(), _width(start, end))


def split_hyphenated_range(word: str) -> tuple[str, str] | None:
    """
    Return both ends of what may be a range with a hyphen for its dots.

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
    Return what stands before the last number or letter of *name*; None where it ends in neither.

    >>> stem_of("team-12"), stem_of("12"), stem_of("b"), stem_of("alpha")
    ('team-', '', '', None)
    """
    stem, index = _split_index(name.casefold())
    return stem if _is_index(index) else None


def _split_index(name: str) -> tuple[str, str]:
    """Cut a name before its last number or its last letter: ("team-", "12"), ("team-", "a")."""
    stem = name.rstrip(_DIGITS)
    if stem == name and name[-1:].isalpha() and not name[-2:-1].isalnum():
        stem = name[:-1]
    return stem, name[len(stem) :]


def _width(start: str, end: str) -> int:
    """Return how many digits leading zeros ask for: 3 of `001`, and of `1..012`."""
    return max((len(index) for index in (start, end) if index.startswith("0")), default=1)


def _is_index(index: str) -> bool:
    return bool(index) and index.isascii() and (index.isdigit() or len(index) == 1)


def _ordinal(index: str) -> int:
    """Give letters and numbers an order. Beyond twelve digits all numbers are too large."""
    return ord(index) if index.isalpha() else int(index.lstrip("0")[:13] or "0")
