"""Where in a command the name of a secret or a variable stands: `secret set team-1..12 KEY`.

What stands behind the name may be a secret's value. It is cut off before anything else reads
the words, so that no answer can repeat it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import Misunderstood
from bot.parsing.lookup import Lookup, is_target
from bot.parsing.names import Names
from bot.redaction import is_like_token, looks_generated

#: The Hub's own rule: no dash, and no underscore in front.
_KEY = re.compile(r"[a-zA-Z][_a-zA-Z0-9]*")
_LONGEST = 100
#: As nearly everybody writes one. Few Spaces are called so, and those are known.
_SHOUTED = re.compile(r"[A-Z][_A-Z0-9]*")

#: The advice to whoever may have typed a value.
ROTATE = (
    "If a secret's value was in it, Slack knows it now: rotate it. Make a new one where you got "
    "it, and delete the old one there."
)
_TYPED = (
    "A secret's value is never typed in a command. Nothing was done, and I have kept nothing of "
    "it; but Slack has. Rotate it: make a new one where you got it, and delete the old one there. "
    "Then send the command up to the name, and a form asks for the value."
)
_ORDER = "First the Spaces, then the name, in capitals: `team-a API_KEY`."
_NO_KEY = (
    f"{_ORDER} A name has letters, digits and underscores, begins with a letter, and nothing "
    f"stands behind it. Nothing was done, and I have kept nothing of what you typed. {ROTATE}"
)


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
    if at == 0 or is_like_token(key) or not is_key(key):
        raise Misunderstood(
            "First the Spaces, then the name: `team-a API_KEY`. A name has letters, digits and "
            "underscores, and begins with a letter. Nothing was done. If a secret's value was in "
            "what you typed, it is known now: rotate it."
        )
    return Keyed(tuple(words[:at]), key, rest)


def secret_key(words: Sequence[str], names: Names) -> Keyed:
    """
    Take `<targets> KEY` apart, where KEY is a secret's. It is in capitals and ends the command:
    whatever else stands there may be the value, and is refused unrepeated.

    >>> secret_key(["team-a", "API_KEY"], Names.of([])).key
    'API_KEY'
    """
    if all(map(Lookup({}, names, acting=True).knows, words)):
        raise Misunderstood(f"{_ORDER} Nothing was done.")
    at = next((n for n, word in enumerate(words) if _is_shouted(word, names)), 0)
    key, equals, _ = words[at].partition("=")
    if not _is_shouted(key, names):
        raise Misunderstood(_NO_KEY)
    if equals or at + 1 < len(words):
        raise Misunderstood(_TYPED)
    if at == 0 or looks_generated(key) or not is_key(key):
        raise Misunderstood(_NO_KEY)
    return Keyed(tuple(words[:at]), key)


def is_key(word: str) -> bool:
    """
    Say whether the Hub takes *word* as the name of a secret or a variable.

    >>> is_key("HF_TOKEN"), is_key("_TOKEN"), is_key("API-KEY"), is_key("")
    (True, False, False, False)
    """
    return len(word) <= _LONGEST and _KEY.fullmatch(word) is not None


def _position(words: Sequence[str], names: Names, *, last: bool) -> int:
    """Say which word is the key: the first in capitals that is no target, or the likeliest."""
    strange = [n for n, word in enumerate(words) if not is_target(word, names)]
    shouted = (n for n in strange if _is_shouted(words[n], names))
    otherwise = len(words) - 1 if last else next((n for n in strange if n), 0)
    return next(shouted, max(otherwise, 0))


def _is_shouted(word: str, names: Names) -> bool:
    shouted = _SHOUTED.fullmatch(word.partition("=")[0]) is not None
    return shouted and not is_target(word, names)
