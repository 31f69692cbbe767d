"""Words → verb: the first word, or the first two; without one it is `status`."""

from collections.abc import Collection, Sequence

from bot.errors import Misunderstood
from bot.parsing.guesses import closest, offer
from bot.parsing.lookup import is_pattern
from bot.parsing.names import Names
from bot.parsing.sentences import echo, listed
from bot.parsing.vocabulary import TARGET_WORDS

DEFAULT = "status"

#: What people say elsewhere, where the nearest spelling would be the wrong verb.
_MEANT = {
    "start": "wake",
    "boot": "wake",
    "reboot": "restart",
    "stop": "pause",
    "list": "status",
    "ls": "status",
    "show": "status",
    "link": "url",
    "log": "logs",
    "new": "create",
    "make": "create",
    "copy": "provision",
    "duplicate": "provision",
    "prices": "hardware",
    "rm": "delete",
    "remove": "delete",
    "silence": "mute",
}


def verb(words: Sequence[str], verbs: Collection[str], names: Names) -> tuple[str, tuple[str, ...]]:
    """
    Return the verb and the words after it. A verb may have two words: `secret set`.

    >>> verb(["Wake", "all"], {"status", "wake"}, Names.of([]))
    ('wake', ('all',))
    >>> verb(["sleeping"], {"status", "wake"}, Names.of([]))
    ('status', ('sleeping',))
    """
    if not words:
        return DEFAULT, ()
    known = {name.casefold(): name for name in sorted(verbs)}
    for size in (2, 1):
        said = " ".join(words[:size]).casefold()
        if said in known and len(words) >= size:
            return known[said], tuple(words[size:])
    if _is_target(words[0], names):
        return DEFAULT, tuple(words)
    return _nearly(words, known, names)


def nearest(words: Sequence[str], verbs: Collection[str]) -> str | None:
    """
    Return the verb that *words* nearly begin with, if any.

    >>> nearest(["wke", "all"], {"status", "wake"})
    'wake'
    """
    known = {name.casefold(): name for name in sorted(verbs)}
    found, _ = _closest_verb(words, known) if words else (None, 0)
    return known[found] if found else None


def _is_target(word: str, names: Names) -> bool:
    known = word.casefold() in TARGET_WORDS or bool(names.find(word))
    return known or is_pattern(word)


def _nearly(
    words: Sequence[str], known: Collection[str], names: Names
) -> tuple[str, tuple[str, ...]]:
    """Say what was probably meant: a verb, or a Space whose status is asked for."""
    _check_second(words, known)
    found, size = _closest_verb(words, known)
    if found:
        raise Misunderstood(
            f"I know no command {echo(' '.join(words[:size]))}. Did you mean `{found}`?",
            _corrected(found, words[size:]),
        )
    if len(names.starting(words[0])) == 1:
        return DEFAULT, tuple(words)
    if nearest := closest(words[0], map(names.short, names.ids)):
        raise Misunderstood(
            f"I know no command and no Space {echo(words[0])}. Did you mean {echo(nearest)}?",
            offer((DEFAULT, nearest, *words[1:])),
        )
    raise Misunderstood(
        f"I know no command and no Space {echo(words[0])}. Say `help` to see what I can do.",
        "help",
    )


def _check_second(words: Sequence[str], known: Collection[str]) -> None:
    """Ask for the second word where only the first was said: `secret`, of `secret set`."""
    first = words[0].casefold()
    family = [name for name in known if name.startswith(f"{first} ")]
    pair = " ".join(words[:2]).casefold()
    if family and not (len(words) > 1 and closest(pair, family, cutoff=0.85)):
        raise Misunderstood(f"{echo(first)} needs one more word: {listed(family)}.")


def _closest_verb(words: Sequence[str], known: Collection[str]) -> tuple[str | None, int]:
    """Return the verb that was probably meant, and how many words were typed for it."""
    first, pair = words[0].casefold(), [word.casefold() for word in words[:2]]
    doubles = [name for name in known if " " in name]
    if " ".join(reversed(pair)) in doubles:  # "set secret"
        return " ".join(reversed(pair)), 2
    if _MEANT.get(first) in known:
        return _MEANT[first], 1
    if len(pair) == 2 and (double := closest(" ".join(pair), doubles, cutoff=0.8)):
        return double, 2
    return closest(first, [name for name in known if " " not in name]), 1


def _corrected(found: str, rest: Sequence[str]) -> str | None:
    """Spell the corrected command. What was typed after `secret` may be one: it is not kept."""
    return None if found.startswith("secret") else offer((*found.split(), *rest))
