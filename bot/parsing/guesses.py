"""Did you mean: the nearest word, and the error that offers it as a button."""

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from heapq import nlargest

from bot.errors import Misunderstood
from bot.parsing.text import spell
from bot.slack_limits import BUTTON_VALUE_LENGTH

_LONGEST_WORD = 60
_MOST_LIKELY = 30


class Guess(Misunderstood):
    """
    Targets that only nearly name Spaces, with the ones that were probably meant.

    `targets` are words, as typed but corrected. `suggestion` spells them without a verb,
    which reads as `status` of them; `command("wake")` is the button for an acting verb.
    """

    def __init__(self, message: str, targets: Sequence[str]) -> None:
        super().__init__(message, offer(targets))
        self.targets = tuple(targets)

    def command(self, verb: str, tail: Sequence[str] = ()) -> str | None:
        """
        Return the command to offer; *tail* is what followed the targets, a time for one.

        >>> Guess("…", ["team-alpha"]).command("wake", ["at", "13:50"])
        'wake team-alpha at 13:50'
        """
        return offer((*verb.split(), *self.targets, *tail))


def offer(words: Iterable[str]) -> str | None:
    """Spell a command for a button, or None where it is too long for one."""
    text = spell(words)
    return text if len(text) <= BUTTON_VALUE_LENGTH else None


def closest(word: str, pool: Iterable[str], cutoff: float = 0.6) -> str | None:
    """
    Return the nearest of *pool*, the first of equals, if any is near enough.

    >>> closest("wak", ["pause", "wake"])
    'wake'
    """
    typed = word.casefold()[:_LONGEST_WORD]
    best, near = cutoff, None
    for name in _likely(typed, pool):
        ratio = SequenceMatcher(None, name.casefold(), typed, autojunk=False).ratio()
        if ratio > best or (near is None and ratio == best):
            best, near = ratio, name
    return near


def _likely(typed: str, pool: Iterable[str]) -> list[str]:
    """Return the names with most letters and pairs of letters in common: matching is slow."""
    pieces = {*typed, *(typed[i : i + 2] for i in range(len(typed) - 1))}

    def in_common(name: str) -> float:
        lower = name.casefold()
        return sum(piece in lower for piece in pieces) / (len(typed) + len(name) + 1)

    return nlargest(_MOST_LIKELY, pool, key=in_common)
