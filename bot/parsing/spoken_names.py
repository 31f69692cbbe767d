"""Names as people dictate or type them: `team a`, `team-1 and 2`, `team-1/team-2`."""

from collections.abc import Iterator, Sequence

from bot.parsing.names import NameIndex
from bot.parsing.ranges import stem_of
from bot.parsing.resolver import is_pattern, is_target
from bot.parsing.vocabulary import ALL_WORDS, EXCEPT_WORDS

_SEPARATORS = ("-", "_", "", ".")

#: A question that begins with one of these is about the Spaces that it names.
_INTERROGATIVES = frozenset(
    {"what", "what's", "whats", "how", "how's", "hows", "where", "where's", "is", "are", "does"}
)


def join_spoken_names(typed: Sequence[str], names: NameIndex) -> tuple[str, ...]:
    """
    Return *typed*, with words that only together name a Space joined into one.

    >>> join_spoken_names(["team", "a", "b"], NameIndex.of(["acme/team-a", "acme/team-b"]))
    ('team-a', 'team-b')
    """
    return tuple(_join(list(typed), names))


def singular(typed: Sequence[str], names: NameIndex) -> tuple[str, ...]:
    """Return *typed* with `team a` for `teams a`, if a Space has that name.

    >>> singular(["teams", "a", "b"], NameIndex.of(["acme/team-a", "acme/team-b"]))
    ('team', 'a', 'b')
    """
    following = (*typed, "")[1:]
    return tuple(
        _without_s(word, after, names) for word, after in zip(typed, following, strict=True)
    )


def _without_s(word: str, following: str, names: NameIndex) -> str:
    singular_word = word[:-1]
    is_plural = word[-1:] in ("s", "S") and not is_target(word, names)
    return singular_word if is_plural and _join_pair(singular_word, following, names) else word


def _join(remaining: list[str], names: NameIndex) -> Iterator[str]:
    previous = ""
    while remaining:
        word = remaining.pop(0)
        if is_target(word, names):
            previous = word
            yield word
        elif remaining and (name := _join_pair(word, remaining[0], names)):
            remaining.pop(0)
            previous = name
            yield name
        elif name := _complete_from_previous(previous, word, names):
            yield name
        else:
            yield from _split_listed(word, names)


def _join_pair(word: str, following: str, names: NameIndex) -> str:
    """Return `team-a` for `team a`, or `team-1..12` for `team 1..12`, if the Space exists."""
    first, dots, rest = following.partition("..")
    candidates = (_unique_name(f"{word}{joint}{first}", names) for joint in _SEPARATORS)
    return next((f"{name}{dots}{rest}" for name in candidates if name), "")


def _complete_from_previous(previous: str, word: str, names: NameIndex) -> str:
    """Return `team-2` for the `2` of `team-1 and 2`."""
    stem = stem_of(previous)
    return _unique_name(f"{stem}{word}", names) if stem and stem_of(word) == "" else ""


def _unique_name(word: str, names: NameIndex) -> str:
    """Return the short name of the only Space called *word*, in any case, or `""`."""
    found = names.find(word)
    return names.short_name(found[0]) if len(found) == 1 else ""


def _split_listed(word: str, names: NameIndex) -> Sequence[str]:
    """Return the parts of `team-1/team-2` if each is a Space, or else *word* alone."""
    parts = word.split("/")
    return parts if all(len(names.find(part)) == 1 for part in parts) else [word]


def find_asked_spaces(words: Sequence[str], names: NameIndex) -> tuple[str, ...]:
    """
    Return the names of Spaces in a question; () for other words or selections.

    >>> find_asked_spaces(["whats", "wrong", "with", "team-i"], NameIndex.of(["acme/team-i"]))
    ('team-i',)
    """
    is_interrogative = bool(words) and words[0].casefold() in _INTERROGATIVES
    selects = any(w.casefold() in ALL_WORDS | EXCEPT_WORDS or is_pattern(w) for w in words)
    if not is_interrogative or selects or names.find(words[0]):
        return ()
    return tuple(word for word in words if names.find(word))
