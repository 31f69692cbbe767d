"""Where in a command the name of a secret or a variable stands: `secret set team-1..12 KEY`.

What stands behind the name may be a secret's value. It is cut off before anything else reads
the words, so that no answer can repeat it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import Misunderstood
from bot.parsing.lookup import is_pattern
from bot.parsing.names import Names
from bot.parsing.secrecy import is_token
from bot.parsing.vocabulary import TARGET_WORDS, UP_TO

#: The Hub's own rule: no dash, and no underscore in front.
_KEY = re.compile(r"[a-zA-Z][_a-zA-Z0-9]*")
_LONGEST = 100
#: As nearly everybody writes one. Few Spaces are called so, and those are known.
_SHOUTED = re.compile(r"[A-Z][_A-Z0-9]*")


@dataclass(frozen=True, slots=True)
class Keyed:
    """A command about a key, taken apart: which Spaces, which key, and what stood behind it."""

    targets: tuple[str, ...]
    key: str
    rest: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Keyed({self.targets}, {self.key!r}, …)"


def keyed(words: Sequence[str], names: Names, *, last: bool) -> Keyed:
    """
    Take `<targets> KEY …` apart. *last* says that nothing may stand behind the key, so that one
    in small letters is the last word.

    >>> keyed(["team-a", "MOTTO", "be", "kind"], Names.of([]), last=False).rest
    ('be', 'kind')
    """
    at = _position(words, names, last=last)
    key, equals, value = words[at].partition("=") if at < len(words) else ("", "", "")
    rest = ((value,) if equals else ()) + tuple(words[at + 1 :])
    if at == 0 or is_token(key) or not is_key(key):
        raise Misunderstood(
            "First the Spaces, then the name: `team-a API_KEY`. A name has letters, digits and "
            "underscores, and begins with a letter. Nothing was done. If a secret's value was in "
            "what you typed, it is known now: rotate it."
        )
    return Keyed(tuple(words[:at]), key, rest)


def is_key(word: str) -> bool:
    """
    Say whether the Hub takes *word* as the name of a secret or a variable.

    >>> is_key("HF_TOKEN"), is_key("_TOKEN"), is_key("API-KEY"), is_key("")
    (True, False, False, False)
    """
    return len(word) <= _LONGEST and _KEY.fullmatch(word) is not None


def _position(words: Sequence[str], names: Names, *, last: bool) -> int:
    """Say which word is the key: the first in capitals that is no target, or the likeliest."""
    strange = [n for n, word in enumerate(words) if not _is_target(word, names)]
    shouted = (n for n in strange if _SHOUTED.fullmatch(words[n].partition("=")[0]))
    otherwise = len(words) - 1 if last else next((n for n in strange if n), 0)
    return next(shouted, max(otherwise, 0))


def _is_target(word: str, names: Names) -> bool:
    said = word.casefold()
    return said in TARGET_WORDS | UP_TO or is_pattern(word) or bool(names.find(word))
