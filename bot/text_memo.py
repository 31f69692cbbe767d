"""Memos of texts: the results of a function, remembered up to a number of characters."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")

_MISSING: Any = object()
# A text with more than this part of all characters would displace too many others.
_LONGEST_SHARE = 1 / 100


class TextMemo(Generic[T]):
    """A function of a text that remembers its results for *max_characters* of recent texts.

    `functools.lru_cache` bounds just the number of texts, and people choose how long theirs are.
    Any thread may call it: at worst a result is computed twice.
    """

    def __init__(self, function: Callable[[str], T], max_characters: int) -> None:
        self._function, self._max_characters = function, max_characters
        self._recent: dict[str, T] = {}
        self._earlier: dict[str, T] = {}
        self._recent_characters = 0

    def __call__(self, text: str) -> T:
        """Return the result for *text*."""
        known: T = self._recent.get(text, _MISSING)
        if known is not _MISSING:
            return known
        known = self._earlier.get(text, _MISSING)
        result = self._function(text) if known is _MISSING else known
        self._remember(text, result)
        return result

    def _remember(self, text: str, result: T) -> None:
        """Remember *result*; forget the earlier half of all texts if there are too many."""
        if len(text) > self._max_characters * _LONGEST_SHARE:
            return
        if self._recent_characters + len(text) > self._max_characters / 2:
            self._earlier, self._recent, self._recent_characters = self._recent, {}, 0
        self._recent[text] = result
        self._recent_characters += len(text)
