"""Time zones as people type them: `in Europe/Berlin`, `in UTC`."""

from collections.abc import Sequence
from functools import cache
from zoneinfo import available_timezones

from bot.errors import UsageError
from bot.parsing.text import quote

#: Zones without an area. Of these only UTC is unambiguous, so the others are refused by name.
_ZONE_WORDS = frozenset(
    {"utc", "gmt", "cet", "cest", "bst", "est", "edt", "cst", "cdt", "mst", "mdt", "pst", "pdt"}
)


def is_zone_word(word: str) -> bool:
    """
    Return whether *word* has the form of a time zone's name.

    >>> is_zone_word("Europe/Berlin"), is_zone_word("utc"), is_zone_word("section-1")
    (True, True, False)
    """
    return "/" in word or word.casefold() in _ZONE_WORDS


def is_known_zone(word: str) -> bool:
    """Return whether *word* names a time zone, so that it needs no `in`."""
    return word.casefold() in _zones()


def split_zone(words: Sequence[str], timezone: str) -> tuple[Sequence[str], str]:
    """
    Return the words without `in Europe/Berlin`, and that zone, or else *timezone*.

    >>> split_zone(["until", "15:00", "in", "america/new_york"], "UTC")
    (['until', '15:00'], 'America/New_York')

    Raises:
        UsageError: There is no such zone.

    """
    for n in range(1, len(words)):
        has_in = words[n - 1].casefold() == "in"
        if (has_in and is_zone_word(words[n])) or is_known_zone(words[n]):
            return [*words[: n - has_in], *words[n + 1 :]], _find_zone(words[n])
    return words, timezone


def _find_zone(typed: str) -> str:
    if zone := _zones().get(typed.casefold()):
        return zone
    raise UsageError(f"I don't know the time zone {quote(typed)}. Use one like `Europe/Berlin`.")


@cache
def _zones() -> dict[str, str]:
    """Return the names of all zones by their casefolded form."""
    named = {name.casefold(): name for name in available_timezones() if "/" in name}
    return {**named, "utc": "UTC", "gmt": "UTC"}
