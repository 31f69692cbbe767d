"""What people say around a command: the bot's own name, courtesies, and an emoji at the end."""

import unicodedata
from collections.abc import Callable, Sequence

#: Before a command. None of it changes what is asked for.
_ADDRESS = frozenset({"space", "spaces", "spacebot", "@spacebot"})
_COURTESIES = frozenset(
    {"please", "pls", "plz", "hey", "just", "can", "could", "would", "you", "kindly"}
)
#: Before what is only looked at: asking how a class is must not wake it.
_QUESTIONS = frozenset(
    {"what", "what's", "whats", "how", "how's", "hows", "who", "who's", "which", "where", "where's"}
    | {"is", "are", "show", "list", "me", "the"}
)
#: Among targets, where no Space is called so.
_FILLERS = frozenset(
    {"please", "pls", "plz", "thanks", "thx", "the", "of", "for", "me", "now", "asap", "them", "it"}
    | {"ones", "space", "spaces", "teams", "is", "are", "only", "just"}
)
_SYMBOLS = frozenset({"So", "Sk"})


def is_address(word: str) -> bool:
    """
    Say whether *word* only addresses the bot: `/space` typed once more, `please`, `can you`.

    >>> is_address("/space"), is_address("Please"), is_address("wake")
    (True, True, False)
    """
    said = word.casefold()
    return said.startswith("/") or said in _ADDRESS | _COURTESIES


def is_question(word: str) -> bool:
    return word.casefold() in _QUESTIONS


def is_filler(word: str) -> bool:
    """
    Say whether *word* names nothing: a courtesy, or an emoji, as itself or as Slack spells it.

    >>> is_filler("please"), is_filler("🙏"), is_filler(":pray"), is_filler("team-a")
    (True, True, True, False)
    """
    return word.casefold() in _FILLERS or is_emoji(word)


def is_emoji(word: str) -> bool:
    """Say whether *word* is an emoji, as itself or as Slack spells it."""
    symbols = bool(word) and all(unicodedata.category(char) in _SYMBOLS for char in word)
    return symbols or word.startswith(":")


def trimmed(words: Sequence[str]) -> Sequence[str]:
    """
    Drop the courtesies at the end.

    >>> trimmed(["2", "hours", "please"])
    ['2', 'hours']
    """
    return words[: len(beyond(words[::-1], is_filler))]


def beyond(words: Sequence[str], skips: Callable[[str], bool]) -> Sequence[str]:
    """
    Return *words* from the first one on that is not skipped.

    >>> beyond(["please", "wake", "please"], is_address)
    ['wake', 'please']
    """
    at = next((n for n, word in enumerate(words) if not skips(word)), len(words))
    return words[at:]
