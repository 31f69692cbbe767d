"""Words around a command that carry no meaning: the bot's name, courtesies and emoji."""

import unicodedata
from collections.abc import Callable, Sequence

#: Allowed before a command; none of them changes its meaning.
_BOT_NAMES = frozenset({"space", "spaces", "spacebot", "@spacebot"})
_GREETINGS = frozenset({"hello", "hi", "hey"})
_COURTESIES = _GREETINGS | {
    *("please", "pls", "plz", "just", "can", "could", "would", "you", "kindly", "there"),
}
#: Allowed before a read only, because a question must not start Spaces.
_QUESTION_WORDS = frozenset(
    {"what", "what's", "whats", "how", "how's", "hows", "who", "who's", "which", "where", "where's"}
    | {"is", "are", "show", "list", "me", "the"}
)
#: Ignored among targets, except where a Space has that name.
_FILLER_WORDS = frozenset(
    {"please", "pls", "plz", "thanks", "thx", "the", "of", "for", "me", "now", "asap", "them", "it"}
    | {"ones", "space", "spaces", "teams", "is", "are", "only", "just"}
)
_DASHES = frozenset("-–—")
_EMOJI_CATEGORIES = frozenset({"So", "Sk"})


def is_addressing(word: str) -> bool:
    """
    Return whether *word* only addresses the bot: a second `/space`, `please`, `can`.

    >>> is_addressing("/space"), is_addressing("Please"), is_addressing("wake")
    (True, True, False)
    """
    lower = word.casefold()
    return lower.startswith("/") or lower in _BOT_NAMES | _COURTESIES


def is_greeting(word: str) -> bool:
    """Return whether *word* is a greeting, such as `hello`."""
    return word.casefold() in _GREETINGS


def is_dash(word: str) -> bool:
    """
    Return whether *word* consists of dashes.

    >>> is_dash("-"), is_dash("--"), is_dash("-h")
    (True, True, False)
    """
    return bool(word) and _DASHES.issuperset(word)


def is_question_word(word: str) -> bool:
    """Return whether *word* may begin a question, such as `how` or `show`."""
    return word.casefold() in _QUESTION_WORDS


def is_filler(word: str) -> bool:
    """
    Return whether *word* is no target: a filler word or an emoji.

    >>> is_filler("please"), is_filler("🙏"), is_filler(":pray"), is_filler("team-a")
    (True, True, True, False)
    """
    return word.casefold() in _FILLER_WORDS or is_emoji(word)


def is_emoji(word: str) -> bool:
    """Return whether *word* is an emoji, as a character or in Slack's `:pray:` notation."""
    is_symbol = bool(word) and all(unicodedata.category(char) in _EMOJI_CATEGORIES for char in word)
    return is_symbol or word.startswith(":")


def strip_trailing_fillers(words: Sequence[str]) -> Sequence[str]:
    """
    Return *words* without the filler words at the end.

    >>> strip_trailing_fillers(["2", "hours", "please"])
    ['2', 'hours']
    """
    return words[: len(skip_leading(words[::-1], is_filler))]


def skip_leading(words: Sequence[str], is_skipped: Callable[[str], bool]) -> Sequence[str]:
    """
    Return *words* from the first one that *is_skipped* rejects.

    >>> skip_leading(["please", "wake", "please"], is_addressing)
    ['wake', 'please']
    """
    index = next((n for n, word in enumerate(words) if not is_skipped(word)), len(words))
    return words[index:]
