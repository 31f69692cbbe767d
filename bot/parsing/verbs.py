"""Parser of the verb: the first one or two words, or else `status`."""

from collections.abc import Collection, Sequence

from bot.errors import UsageError
from bot.parsing.filler_words import (
    is_addressing,
    is_dash,
    is_emoji,
    is_filler,
    is_greeting,
    is_question_word,
    skip_leading,
)
from bot.parsing.names import NameIndex
from bot.parsing.resolver import is_pattern
from bot.parsing.spoken_names import find_asked_spaces, join_spoken_names, singular
from bot.parsing.suggestions import button_command, closest_match
from bot.parsing.text import join_quoted, label_or_id, quote, split_joined
from bot.parsing.vocabulary import ALIASES, EXCEPT_WORDS, HELP_OPTIONS, SYNONYMS, TARGET_WORDS

DEFAULT_VERB = "status"


def parse_verb(
    words: Sequence[str], verbs: Collection[str], names: NameIndex
) -> tuple[str, tuple[str, ...]]:
    """
    Return the verb and the words after it. A verb may have two words: `secret set`.

    >>> parse_verb(["Wake", "all"], {"status", "wake"}, NameIndex.of([]))
    ('wake', ('all',))
    >>> parse_verb(["sleeping"], {"status", "wake"}, NameIndex.of([]))
    ('status', ('sleeping',))

    Raises:
        UsageError: The words start with neither a verb nor a target.

    """
    known = {name.casefold(): name for name in sorted(verbs)}
    typed = skip_leading(words, is_emoji) or words
    words = _strip_addressing(typed, known, names)
    if not words:
        return "help" if any(map(is_greeting, typed)) else DEFAULT_VERB, ()
    if found := match_verb(words, verbs) or _match_alias(words, verbs, names):
        name, rest = found
        if [*map(str.casefold, rest)] in HELP_OPTIONS:
            return "help", tuple(name.split())
        return name, _strip_up(name, skip_leading(rest, is_dash))
    if asked := find_asked_spaces(words, names):
        return DEFAULT_VERB, asked
    remaining = skip_leading(words, lambda word: is_question_word(word) and not names.find(word))
    remaining = join_spoken_names(singular(remaining, names), names)
    if remaining and _is_target(remaining[0], names):
        return DEFAULT_VERB, _check_trailing_verb(remaining, known, names)
    return _suggest(words, known, names)


def match_verb(words: Sequence[str], verbs: Collection[str]) -> tuple[str, tuple[str, ...]] | None:
    """Return the verb that starts *words*, spelled exactly, and the words after it, or None."""
    known = {name.casefold(): name for name in verbs}
    for size in (2, 1):
        candidate = " ".join(words[:size]).casefold()
        if candidate in known and len(words) >= size:
            return known[candidate], tuple(words[size:])
    return None


def _match_alias(
    words: Sequence[str], verbs: Collection[str], names: NameIndex
) -> tuple[str, tuple[str, ...]] | None:
    """Return the verb of the alias that starts *words*, and the rest; or None.

    It's no alias if a Space has its name, or if a verb follows, as in "list variables".
    """
    first_words = {name.split()[0].casefold() for name in verbs}
    for size in (2, 1):
        verb = ALIASES.get(" ".join(words[:size]).casefold(), "")
        following = "".join(words[size : size + 1]).casefold()
        if verb in verbs and not names.find(words[0]) and following not in first_words:
            return verb, tuple(words[size:])
    return None


def is_like_verb(word: str, verbs: Collection[str]) -> bool:
    """Return whether *word* is a synonym or a misspelling of a one-word verb."""
    one_word_verbs = [name.casefold() for name in verbs if " " not in name]
    lower = word.casefold()
    return (ALIASES.get(lower) or SYNONYMS.get(lower)) in one_word_verbs or bool(
        closest_match(word, one_word_verbs, cutoff=0.7)
    )


def _strip_addressing(
    words: Sequence[str], known: Collection[str], names: NameIndex
) -> Sequence[str]:
    """Return *words* without leading words that address the bot, and without a leading slash."""
    first_words = {name.split()[0] for name in known}

    def is_skipped(word: str) -> bool:
        is_command_or_space = word.casefold().lstrip("/") in first_words or bool(names.find(word))
        return is_dash(word) or (is_addressing(word) and not is_command_or_space)

    remaining = skip_leading(words, is_skipped)
    return [remaining[0].lstrip("/") or remaining[0], *remaining[1:]] if remaining else remaining


def _strip_up(verb: str, rest: Sequence[str]) -> tuple[str, ...]:
    """Return *rest* without the `up` of "wake up all" and "wake them up"."""
    if verb == "wake" and rest and rest[0].casefold() == "up":
        rest = rest[1:]
    if verb == "wake" and len(rest) > 1 and rest[-1].casefold() == "up":
        rest = rest if rest[-2].casefold() in EXCEPT_WORDS else rest[:-1]
    return tuple(rest)


def _check_trailing_verb(
    words: Sequence[str], known: Collection[str], names: NameIndex
) -> tuple[str, ...]:
    """Return the targets of a `status`, and refuse words whose verb comes last.

    Raises:
        UsageError: The last word is another verb; the error offers the command.

    """
    last = words[-1].casefold()
    if len(words) == 1 or last not in known or names.find(words[-1]):
        return tuple(words)
    if last == DEFAULT_VERB:
        return tuple(words[:-1])
    raise UsageError(
        f"The command comes first. Did you mean `{last}`?",
        button_command((last, *words[:-1])),
    )


def closest_verb(words: Sequence[str], verbs: Collection[str]) -> str | None:
    """
    Return the verb most similar to the first of *words*, or None.

    >>> closest_verb(["wke", "all"], {"status", "wake"})
    'wake'
    """
    known = {name.casefold(): name for name in sorted(verbs)}
    found, _ = _guess_verb(words, known) if words else (None, 0)
    return known[found] if found else None


def _is_target(word: str, names: NameIndex) -> bool:
    known = word.casefold() in TARGET_WORDS or is_pattern(word)
    return known or any(names.find(part) for part in split_joined(label_or_id(word)))


def _suggest(
    words: Sequence[str], known: Collection[str], names: NameIndex
) -> tuple[str, tuple[str, ...]]:
    """Return a `status` for a unique prefix of a name, and refuse all other words.

    Raises:
        UsageError: The words are unknown; the error offers the most similar verb or Space.

    """
    _require_second_word(words, known)
    if words[0].startswith(("@U", "@W")):
        raise UsageError("The command comes first, people after it. Try `help`.", "help")
    typed, found, rest = _intended_verb(words, known, names)
    if found:
        raise UsageError(
            f"I don't know {quote(typed)}. Did you mean `{found}`?",
            _corrected_command(found, rest),
        )
    name = label_or_id(words[0])
    prefix_matches = [names.short_name(id) for id in names.starting_with(name)]
    if len(prefix_matches) == 1:
        return DEFAULT_VERB, tuple(words)
    if prefix_matches:
        raise _ambiguous_prefix_error(name, prefix_matches)
    closest_name = closest_match(name, map(names.short_name, names.ids))
    if closest_name and all(is_filler(word) or _is_target(word, names) for word in words[1:]):
        raise UsageError(
            f"{quote(name)} isn't a command or a Space. Did you mean {quote(closest_name)}?",
            button_command((DEFAULT_VERB, closest_name, *words[1:])),
        )
    raise UsageError(
        f"{quote(name)} isn't a command or a Space. Try `help`.",
        "help",
    )


def _ambiguous_prefix_error(name: str, prefix_matches: Sequence[str]) -> UsageError:
    """Return the error for a prefix of several names. It offers the status of them all."""
    return UsageError(
        f"Which Space? {quote(name)} begins the names of {join_quoted(prefix_matches, 'and')}.",
        button_command((DEFAULT_VERB, f"{name}*")),
    )


def _intended_verb(
    words: Sequence[str], known: Collection[str], names: NameIndex
) -> tuple[str, str | None, Sequence[str]]:
    """Return the typed verb, the verb that was probably meant, and the words after it."""
    if inner := _find_embedded_verb(words, known, names):
        return (words[0], *inner)
    found, size = _guess_verb(words, known)
    return " ".join(words[:size]), found, words[size:]


def _find_embedded_verb(
    words: Sequence[str], known: Collection[str], names: NameIndex
) -> tuple[str, Sequence[str]] | None:
    """Return the verb in "show logs team-a" or "wake-all", and the words after it."""
    remaining = skip_leading(words, is_question_word)
    for size in (2, 1):
        pair = " ".join(remaining[:size]).casefold()
        if len(remaining) < len(words) and pair in known:
            return pair, remaining[size:]
    first = words[0].casefold()
    for name in known:
        rest = first.removeprefix(name).strip("-_:")
        if rest and rest != first and _is_target(rest, names):
            return name, (rest, *words[1:])
    return None


def _require_second_word(words: Sequence[str], known: Collection[str]) -> None:
    """Refuse the first word of a two-word verb alone, such as `secret` for `secret set`.

    Raises:
        UsageError: The second word is missing or unknown.

    """
    first = words[0].casefold()
    family = [name for name in known if name.startswith(f"{first} ")]
    pair = " ".join(words[:2]).casefold()
    if family and not (len(words) > 1 and closest_match(pair, family, cutoff=0.85)):
        raise UsageError(f"{quote(first)} needs one more word. Choose {join_quoted(family, 'or')}.")


def _guess_verb(words: Sequence[str], known: Collection[str]) -> tuple[str | None, int]:
    """Return the verb that was probably meant, and the number of words typed for it."""
    first, pair = words[0].casefold(), [word.casefold() for word in words[:2]]
    two_word_verbs = [name for name in known if " " in name]
    if " ".join(reversed(pair)) in two_word_verbs:  # "set secret"
        return " ".join(reversed(pair)), 2
    for size, typed in ((2, " ".join(pair)), (1, first)):
        if SYNONYMS.get(typed) in known:
            return SYNONYMS[typed], size
    if len(pair) == 2 and (double := closest_match(" ".join(pair), two_word_verbs, cutoff=0.8)):
        return double, 2
    return closest_match(first, [name for name in known if " " not in name]), 1


def _corrected_command(found: str, rest: Sequence[str]) -> str | None:
    """Return the corrected command, or None for `secret`, whose words may hold a value."""
    return None if found.startswith("secret") else button_command((*found.split(), *rest))
