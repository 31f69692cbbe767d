"""Parser of commands about a secret or a variable: `secret set team-1..12 KEY`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import UsageError
from bot.parsing.names import NameIndex
from bot.parsing.resolver import TargetResolver, is_target
from bot.redaction import is_generated, is_like_token

#: The Hub's rule for the key of a secret or variable: no dash, no leading underscore.
_KEY_PATTERN = re.compile(r"[a-zA-Z][_a-zA-Z0-9]*")
_MAX_KEY_LENGTH = 100
#: The usual spelling of a key. Few Spaces have such a name, and `NameIndex` knows those.
_UPPERCASE_KEY = re.compile(r"[A-Z][_A-Z0-9]*")

#: Advice to a user who may have typed a secret's value.
ROTATION_ADVICE = (
    "If it held a secret's value, Slack has a copy. Rotate it: create a new one where you "
    "got it, then revoke the old one."
)
_VALUE_TYPED_MESSAGE = (
    "Don't put secret values in a command. I've discarded it, but Slack has a copy. Rotate "
    "it: create a new one where you got it, then revoke the old one. Then send the command "
    "without the value and enter it in the form."
)
_ORDER_HINT = "Name the Spaces first, then the key in capitals: `team-a API_KEY`."
_NO_KEY_MESSAGE = (
    f"{_ORDER_HINT} A key has letters, digits and underscores, starts with a letter and comes "
    f"last. Nothing was done, and I've discarded what you typed. {ROTATION_ADVICE}"
)


@dataclass(frozen=True, slots=True)
class KeyArguments:
    """The arguments of a command about a key: targets, key, and the words after it."""

    targets: tuple[str, ...]
    key: str
    rest: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"KeyArguments({self.targets}, {self.key!r}, …)"


def split_key(words: Sequence[str], names: NameIndex, *, key_is_last: bool) -> KeyArguments:
    """
    Return the targets, the key and the rest of `<targets> KEY …`.

    With *key_is_last*, no word may follow the key, so a lower-case key is the last word.

    >>> split_key(["team-a", "MOTTO", "be", "kind"], NameIndex.of([]), key_is_last=False).rest
    ('be', 'kind')

    Raises:
        UsageError: No target precedes the key, or no word can be a key.

    """
    index = _find_key(words, names, key_is_last=key_is_last)
    key, equals, value = words[index].partition("=") if index < len(words) else ("", "", "")
    rest = ((value,) if equals else ()) + tuple(words[index + 1 :])
    if index == 0 or is_like_token(key) or not is_key(key):
        raise UsageError(
            "Name the Spaces first, then the key: `team-a API_KEY`. A key has letters, "
            "digits and underscores, and starts with a letter. If you typed a secret's "
            "value, Slack has a copy, so rotate it."
        )
    return KeyArguments(tuple(words[:index]), key, rest)


def split_secret_key(words: Sequence[str], names: NameIndex) -> KeyArguments:
    """
    Return the targets and the key of `<targets> KEY`, where KEY names a secret.

    The key must be in capitals and end the command. Any other word may be the secret's value,
    so no error message repeats one.

    >>> split_secret_key(["team-a", "API_KEY"], NameIndex.of([])).key
    'API_KEY'

    Raises:
        UsageError: The key is missing, comes first, or is followed by a word.

    """
    if all(map(TargetResolver({}, names, acting=True).recognizes, words)):
        raise UsageError(f"{_ORDER_HINT} Nothing was done.")
    index = next((n for n, word in enumerate(words) if _is_uppercase_key(word, names)), 0)
    key, equals, _ = words[index].partition("=")
    if not _is_uppercase_key(key, names):
        raise UsageError(_NO_KEY_MESSAGE)
    if equals or index + 1 < len(words):
        raise UsageError(_VALUE_TYPED_MESSAGE)
    if index == 0 or is_generated(key) or not is_key(key):
        raise UsageError(_NO_KEY_MESSAGE)
    return KeyArguments(tuple(words[:index]), key)


def is_key(word: str) -> bool:
    """
    Return whether the Hub accepts *word* as the key of a secret or a variable.

    >>> is_key("HF_TOKEN"), is_key("_TOKEN"), is_key("API-KEY"), is_key("")
    (True, False, False, False)
    """
    return len(word) <= _MAX_KEY_LENGTH and _KEY_PATTERN.fullmatch(word) is not None


def _find_key(words: Sequence[str], names: NameIndex, *, key_is_last: bool) -> int:
    """Return the index of the key: the first word in capitals that is no target.

    Without one it is the last word (*key_is_last*), or else the first unknown word that follows
    another word.
    """
    unknown = [n for n, word in enumerate(words) if not is_target(word, names)]
    uppercase = (n for n in unknown if _is_uppercase_key(words[n], names))
    fallback = len(words) - 1 if key_is_last else next((n for n in unknown if n), 0)
    return next(uppercase, max(fallback, 0))


def _is_uppercase_key(word: str, names: NameIndex) -> bool:
    is_uppercase = _UPPERCASE_KEY.fullmatch(word.partition("=")[0]) is not None
    return is_uppercase and not is_target(word, names)
