"""Where in a command the name of a secret or a variable stands: `secret set team-1..12 KEY`.

What stands behind the name may be a secret's value. It is cut off before anything else reads
the words, so that no answer can repeat it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import Misunderstood
from bot.parsing.names import NameIndex
from bot.parsing.resolver import TargetResolver, is_target
from bot.redaction import is_generated, is_like_token

#: The Hub's own rule: no dash, and no underscore in front.
_KEY_PATTERN = re.compile(r"[a-zA-Z][_a-zA-Z0-9]*")
_MAX_KEY_LENGTH = 100
#: As nearly everybody writes one. Few Spaces are called so, and those are known.
_UPPERCASE_KEY = re.compile(r"[A-Z][_A-Z0-9]*")

#: The advice to whoever may have typed a value.
ROTATION_ADVICE = (
    "If a secret's value was in it, Slack knows it now: rotate it. Make a new one where you got "
    "it, and delete the old one there."
)
_VALUE_TYPED_MESSAGE = (
    "A secret's value is never typed in a command. Nothing was done, and I have kept nothing of "
    "it; but Slack has. Rotate it: make a new one where you got it, and delete the old one there. "
    "Then send the command up to the name, and a form asks for the value."
)
_ORDER_HINT = "First the Spaces, then the name, in capitals: `team-a API_KEY`."
_NO_KEY_MESSAGE = (
    f"{_ORDER_HINT} A name has letters, digits and underscores, begins with a letter, and nothing "
    "stands behind it. Nothing was done, and I have kept nothing of what you typed. "
    f"{ROTATION_ADVICE}"
)


@dataclass(frozen=True, slots=True)
class KeyArguments:
    """A command about a key, taken apart: which Spaces, which key, and what stood behind it."""

    targets: tuple[str, ...]
    key: str
    rest: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"KeyArguments({self.targets}, {self.key!r}, …)"


def split_key(words: Sequence[str], names: NameIndex, *, key_is_last: bool) -> KeyArguments:
    """
    Take `<targets> KEY …` apart. *key_is_last* says that nothing may stand behind the key, so
    that one
    in small letters is the last word.

    >>> split_key(["team-a", "MOTTO", "be", "kind"], NameIndex.of([]), key_is_last=False).rest
    ('be', 'kind')
    """
    index = _find_key(words, names, key_is_last=key_is_last)
    key, equals, value = words[index].partition("=") if index < len(words) else ("", "", "")
    rest = ((value,) if equals else ()) + tuple(words[index + 1 :])
    if index == 0 or is_like_token(key) or not is_key(key):
        raise Misunderstood(
            "First the Spaces, then the name: `team-a API_KEY`. A name has letters, digits and "
            "underscores, and begins with a letter. Nothing was done. If a secret's value was in "
            "what you typed, it is known now: rotate it."
        )
    return KeyArguments(tuple(words[:index]), key, rest)


def split_secret_key(words: Sequence[str], names: NameIndex) -> KeyArguments:
    """
    Take `<targets> KEY` apart, where KEY is a secret's. It is in capitals and ends the command:
    whatever else stands there may be the value, and is refused unrepeated.

    >>> split_secret_key(["team-a", "API_KEY"], NameIndex.of([])).key
    'API_KEY'
    """
    if all(map(TargetResolver({}, names, acting=True).recognizes, words)):
        raise Misunderstood(f"{_ORDER_HINT} Nothing was done.")
    index = next((n for n, word in enumerate(words) if _is_uppercase_key(word, names)), 0)
    key, equals, _ = words[index].partition("=")
    if not _is_uppercase_key(key, names):
        raise Misunderstood(_NO_KEY_MESSAGE)
    if equals or index + 1 < len(words):
        raise Misunderstood(_VALUE_TYPED_MESSAGE)
    if index == 0 or is_generated(key) or not is_key(key):
        raise Misunderstood(_NO_KEY_MESSAGE)
    return KeyArguments(tuple(words[:index]), key)


def is_key(word: str) -> bool:
    """
    Say whether the Hub takes *word* as the name of a secret or a variable.

    >>> is_key("HF_TOKEN"), is_key("_TOKEN"), is_key("API-KEY"), is_key("")
    (True, False, False, False)
    """
    return len(word) <= _MAX_KEY_LENGTH and _KEY_PATTERN.fullmatch(word) is not None


def _find_key(words: Sequence[str], names: NameIndex, *, key_is_last: bool) -> int:
    """Say which word is the key: the first in capitals that is no target, or the likeliest."""
    unknown = [n for n, word in enumerate(words) if not is_target(word, names)]
    uppercase = (n for n in unknown if _is_uppercase_key(words[n], names))
    fallback = len(words) - 1 if key_is_last else next((n for n in unknown if n), 0)
    return next(uppercase, max(fallback, 0))


def _is_uppercase_key(word: str, names: NameIndex) -> bool:
    is_uppercase = _UPPERCASE_KEY.fullmatch(word.partition("=")[0]) is not None
    return is_uppercase and not is_target(word, names)
