"""Words → verb: the first word, or the first two; without one it is `status`."""

from collections.abc import Collection, Sequence

from bot.errors import Misunderstood
from bot.parsing.guesses import closest, offer
from bot.parsing.lookup import is_pattern
from bot.parsing.manners import beyond, is_address, is_emoji, is_filler, is_question
from bot.parsing.names import Names
from bot.parsing.sentences import echo, listed
from bot.parsing.spoken import singular, spoken
from bot.parsing.text import apart, named
from bot.parsing.vocabulary import EXCEPT, TARGET_WORDS

DEFAULT = "status"

#: What people say elsewhere, where the nearest spelling would be the wrong verb.
_MEANT = {
    "start": "wake",
    "boot": "wake",
    "unpause": "wake",
    "resume": "wake",
    "turn on": "wake",
    "switch on": "wake",
    "turn off": "pause",
    "switch off": "pause",
    "shut down": "pause",
    "shutdown": "pause",
    "acknowledge": "ack",
    "hi": "help",
    "reboot": "restart",
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
    "secrets": "secret list",
    "variables": "variable list",
}


def verb(words: Sequence[str], verbs: Collection[str], names: Names) -> tuple[str, tuple[str, ...]]:
    """
    Return the verb and the words after it. A verb may have two words: `secret set`.

    >>> verb(["Wake", "all"], {"status", "wake"}, Names.of([]))
    ('wake', ('all',))
    >>> verb(["sleeping"], {"status", "wake"}, Names.of([]))
    ('status', ('sleeping',))
    """
    known = {name.casefold(): name for name in sorted(verbs)}
    words = _unaddressed(beyond(words, is_emoji) or words, known, names)
    if not words:
        return DEFAULT, ()
    if found := begun_with(words, verbs):
        name, rest = found
        return name, _without_up(name, rest)
    asked = beyond(words, lambda word: is_question(word) and not names.find(word))
    asked = spoken(singular(asked, names), names)
    if asked and _is_target(asked[0], names):
        return DEFAULT, _verb_first(asked, known, names)
    return _nearly(words, known, names)


def begun_with(words: Sequence[str], verbs: Collection[str]) -> tuple[str, tuple[str, ...]] | None:
    """Return the verb that the words begin with, letter for letter, and the words after it."""
    known = {name.casefold(): name for name in verbs}
    for size in (2, 1):
        said = " ".join(words[:size]).casefold()
        if said in known and len(words) >= size:
            return known[said], tuple(words[size:])
    return None


def sounds_like_a_verb(word: str, verbs: Collection[str]) -> bool:
    """Say whether *word* is a verb of one word, nearly or in other people's words."""
    singles = [name.casefold() for name in verbs if " " not in name]
    return _MEANT.get(word.casefold()) in singles or bool(closest(word, singles, cutoff=0.7))


def _unaddressed(words: Sequence[str], known: Collection[str], names: Names) -> Sequence[str]:
    """Drop what only addresses the bot, and the slash of `/wake`, said where none is needed."""
    begins = {name.split()[0] for name in known}

    def skips(word: str) -> bool:
        is_ours = word.casefold().lstrip("/") in begins or bool(names.find(word))
        return is_address(word) and not is_ours

    left = beyond(words, skips)
    return [left[0].lstrip("/") or left[0], *left[1:]] if left else left


def _without_up(verb: str, rest: Sequence[str]) -> tuple[str, ...]:
    """Drop the `up` of "wake up all" and "wake them up": it names no Spaces that are up."""
    if verb == "wake" and rest and rest[0].casefold() == "up":
        rest = rest[1:]
    if verb == "wake" and len(rest) > 1 and rest[-1].casefold() == "up":
        rest = rest if rest[-2].casefold() in EXCEPT else rest[:-1]
    return tuple(rest)


def _verb_first(words: Sequence[str], known: Collection[str], names: Names) -> tuple[str, ...]:
    """Return targets whose status is asked for; offer the command where the verb came last."""
    last = words[-1].casefold()
    if len(words) == 1 or last not in known or names.find(words[-1]):
        return tuple(words)
    if last == DEFAULT:
        return tuple(words[:-1])
    raise Misunderstood(
        f"The command comes first. Nothing was done. Did you mean `{last}`?",
        offer((last, *words[:-1])),
    )


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
    known = word.casefold() in TARGET_WORDS or is_pattern(word)
    return known or any(names.find(part) for part in apart(named(word)))


def _nearly(
    words: Sequence[str], known: Collection[str], names: Names
) -> tuple[str, tuple[str, ...]]:
    """Say what was probably meant: a verb, or a Space whose status is asked for."""
    _check_second(words, known)
    said, found, rest = _meant(words, known, names)
    if found:
        raise Misunderstood(
            f"I know no command {echo(said)}. Did you mean `{found}`?", _corrected(found, rest)
        )
    name = named(words[0])
    begun = [names.short(id) for id in names.starting(name)]
    if len(begun) == 1:
        return DEFAULT, tuple(words)
    if begun:
        raise _several(name, begun)
    nearest = closest(name, map(names.short, names.ids))
    if nearest and all(is_filler(word) or _is_target(word, names) for word in words[1:]):
        raise Misunderstood(
            f"I know no command and no Space {echo(name)}. Did you mean {echo(nearest)}?",
            offer((DEFAULT, nearest, *words[1:])),
        )
    raise Misunderstood(
        f"I know no command and no Space {echo(name)}. Say `help` to see what I can do.",
        "help",
    )


def _several(name: str, begun: Sequence[str]) -> Misunderstood:
    """Ask which of the Spaces is meant whose names begin so; all of them can be looked at."""
    return Misunderstood(
        f"Which Space? {echo(name)} begins the names of {listed(begun, 'and')}.",
        offer((DEFAULT, f"{name}*")),
    )


def _meant(
    words: Sequence[str], known: Collection[str], names: Names
) -> tuple[str, str | None, Sequence[str]]:
    """Return what was said for a verb, the verb that was probably meant, and what follows it."""
    if inner := _hidden(words, known, names):
        return (words[0], *inner)
    found, size = _closest_verb(words, known)
    return " ".join(words[:size]), found, words[size:]


def _hidden(
    words: Sequence[str], known: Collection[str], names: Names
) -> tuple[str, Sequence[str]] | None:
    """Find the verb behind "show logs team-a", or in "wake-all", and the words that follow it."""
    asked = beyond(words, is_question)
    for size in (2, 1):
        pair = " ".join(asked[:size]).casefold()
        if len(asked) < len(words) and pair in known:
            return pair, asked[size:]
    first = words[0].casefold()
    for name in known:
        rest = first.removeprefix(name).strip("-_:")
        if rest and rest != first and _is_target(rest, names):
            return name, (rest, *words[1:])
    return None


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
    for size, said in ((2, " ".join(pair)), (1, first)):
        if _MEANT.get(said) in known:
            return _MEANT[said], size
    if len(pair) == 2 and (double := closest(" ".join(pair), doubles, cutoff=0.8)):
        return double, 2
    return closest(first, [name for name in known if " " not in name]), 1


def _corrected(found: str, rest: Sequence[str]) -> str | None:
    """Spell the corrected command. What was typed after `secret` may be one: it is not kept."""
    return None if found.startswith("secret") else offer((*found.split(), *rest))
