"""Resolution of targets to Spaces: names unite, stage words filter, `except` subtracts."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from bot.errors import NothingSelected, UsageError
from bot.model import Fleet
from bot.parsing.filler_words import is_filler, skip_leading
from bot.parsing.names import NameIndex
from bot.parsing.ranges import is_range
from bot.parsing.resolver import TargetResolver, is_pattern
from bot.parsing.spoken_names import join_spoken_names, singular
from bot.parsing.suggestions import SuggestedTargets
from bot.parsing.text import join_quoted, label_or_id, quote, split_joined, tokenize
from bot.parsing.vocabulary import (
    ALL_WORDS,
    EXCEPT_WORDS,
    FILTER_WORDS,
    RANGE_WORDS,
    TARGET_WORDS,
    is_in_stage,
    matches_filters,
)

_INCLUDING_PAUSED = {("including", "paused"), ("incl", "paused"), ("include", "paused")}
_SEPARATOR = re.compile(r"[\s,;]")


def select(
    targets: Sequence[str], fleet: Fleet, names: NameIndex, *, acting: bool
) -> tuple[str, ...]:
    """
    Return the ids of the Spaces that *targets* select, in natural order.

    *names* must be the index of *fleet*. Without a target, a read selects all Spaces and an
    act is refused, because an omitted word must not act on the whole fleet.

    >>> from bot.model import Space
    >>> fleet = {f"acme/{n}": Space(f"acme/{n}", "SLEEPING") for n in ("a-1", "a-2", "b")}
    >>> select(["a-1..9", "except", "a-2"], fleet, NameIndex.of(fleet), acting=True)
    ('acme/a-1',)

    Raises:
        UsageError: A target selects no Space, or is ambiguous.
        SuggestedTargets: A target nearly names a Space; the error offers the correction.

    """
    if not fleet:
        raise UsageError(
            "I haven't seen any Spaces yet. Try again in a minute; if it stays that way, an "
            "admin can run `doctor`."
        )
    typed = _significant_words(targets, names)
    if not typed and acting:
        raise UsageError("Which Space? Name one, several like `team-1..12`, or `all`.")
    corrected = join_spoken_names(typed, names)
    chosen = _choose(corrected, fleet, TargetResolver(fleet, names, acting))
    if acting and corrected != typed:
        raise _spoken_name_error(typed, corrected)
    return tuple(id for id in names.ids if id in chosen and id in fleet)


def select_existing(targets: Sequence[str], fleet: Fleet, names: NameIndex) -> frozenset[str]:
    """Return the ids that stored *targets* mean now; targets without a match are ignored."""
    try:
        return frozenset(select(targets, fleet, names, acting=True))
    except UsageError:
        if len(targets) <= 1:
            return frozenset()
    return frozenset().union(*(select_existing([word], fleet, names) for word in targets))


def may_select_several(targets: Sequence[str], names: NameIndex) -> bool:
    """
    Return whether *targets* hold a pattern, a range or a word such as `asleep`.

    >>> names = NameIndex.of(["acme/team-a"])
    >>> may_select_several(["asleep"], names), may_select_several(["team-a"], names)
    (True, False)
    """
    words = _significant_words(targets, names)
    unnamed = [word for word in words if not names.find(word)]
    return any("*" in w or is_range(w) or w.casefold() in TARGET_WORDS for w in unnamed)


def split_including_paused(words: Sequence[str]) -> tuple[Sequence[str], bool]:
    """
    Return *words* without `including paused`, and whether paused Spaces are meant.

    >>> split_including_paused(["all", "including", "paused"])
    (['all'], True)
    """
    lower = [word.casefold() for word in words]
    for n, pair in enumerate(pairwise(lower)):
        if pair in _INCLUDING_PAUSED:
            return [*words[:n], *words[n + 2 :]], True
    return words, "paused" in lower


def selects_in_bulk(words: Sequence[str]) -> bool:
    """Return whether *words* select Spaces by `all`, a condition or a glob."""
    bulk_words = ALL_WORDS | FILTER_WORDS
    return any(word.casefold() in bulk_words or "*" in word for word in words)


def select_one(words: Sequence[str], fleet: Fleet, names: NameIndex) -> str:
    """
    Return the id of the one Space that *words* name.

    For acts on one Space at a time, so patterns and target words such as `all` are refused.

    >>> from bot.model import Space
    >>> fleet = {"acme/team-a": Space("acme/team-a", "RUNNING")}
    >>> select_one(["team-a"], fleet, NameIndex.of(fleet))
    'acme/team-a'

    Raises:
        UsageError: *words* are no name, or a word that may select several Spaces.

    """
    if len(words) != 1:
        raise UsageError("One Space at a time, please. Use its name.")
    (word,) = words
    if is_pattern(word) or (word.casefold() in TARGET_WORDS and not names.find(word)):
        raise UsageError(f"{quote(word)} can mean several Spaces. Name one of them.")
    found = select([word], fleet, names, acting=True)
    if len(found) != 1:
        raise UsageError(f"{quote(word)} is also a command word. Use the Space's full id.")
    return found[0]


def _significant_words(targets: Sequence[str], names: NameIndex) -> tuple[str, ...]:
    """Return the meaningful words: each target, range and grammar word as one string."""
    significant = [
        word for word in singular(_resolve_all_of(targets), names) if _is_meaningful(word, names)
    ]
    return tuple(join_spoken_ranges(_split(significant)))


def _resolve_all_of(targets: Sequence[str]) -> Sequence[str]:
    """Drop the `all` of "all of team-1..3", because it would select the whole fleet."""
    for n, (word, following) in enumerate(pairwise(targets)):
        if word.casefold() in ALL_WORDS and following.casefold() in ("of", "the"):
            rest = skip_leading(targets[n + 1 :], is_filler)
            if rest and rest[0].casefold() not in EXCEPT_WORDS:
                return [*targets[:n], *rest]
    return targets


def _is_meaningful(word: str, names: NameIndex) -> bool:
    """Return whether *word* is no filler, or is the name of a Space, even `please`."""
    return not is_filler(word) or bool(names.find(word))


def _split(targets: Iterable[str]) -> Iterator[str]:
    """Yield the words of *targets*, because no name holds spaces, commas, `&` or `+`."""
    for target in targets:
        for word in split_joined(label_or_id(target)):
            yield from tokenize(word) if _SEPARATOR.search(word) else (word,)


def _spoken_name_error(typed: Sequence[str], corrected: Sequence[str]) -> SuggestedTargets:
    unknown = [word for word in typed if word not in corrected]
    suggested = [word for word in corrected if word not in typed]
    return SuggestedTargets(
        f"There's no Space called {join_quoted(unknown)}. Did you mean "
        f"{join_quoted(suggested, 'and')}?",
        corrected,
    )


def join_spoken_ranges(typed: Iterable[str]) -> Iterator[str]:
    """Yield *typed*, with each spoken range such as `team-1 to team-12` as one word."""
    pending: list[str] = []
    for word in typed:
        if len(pending) == 2:
            yield f"{pending[0]}..{word}"
            pending = []
        elif pending and word.casefold() in RANGE_WORDS:
            pending.append(word)
        else:
            yield from pending
            pending = [word]
    yield from pending


def _choose(typed: Sequence[str], fleet: Fleet, resolver: TargetResolver) -> set[str]:
    """Return the ids that *typed* selects: names, filtered by stages, without exceptions."""
    included, excluded = _split_except(typed)
    stages = [word for word in included if word.casefold() in FILTER_WORDS]
    name_words = [word for word in included if word.casefold() not in FILTER_WORDS]
    ids_by_word = _resolve_words([*name_words, *excluded], typed, fleet, resolver)
    base = _union(name_words, ids_by_word) & fleet.keys() if name_words else set(fleet)
    found = _filter_by_stage(base, stages, fleet)
    remaining = found - _union(excluded, ids_by_word)
    if not remaining:
        raise UsageError("That leaves no Space: `except` removes all of them. Name others.")
    return remaining


def _split_except(typed: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Return the included and the excluded targets: those before and after `except`."""
    index = next((i for i, word in enumerate(typed) if word.casefold() in EXCEPT_WORDS), None)
    if index is None:
        return typed, ()
    excluded = [word for word in typed[index:] if word.casefold() not in EXCEPT_WORDS]
    if not excluded:
        raise UsageError(f"{quote(typed[index])} which Space? For example `all except team-1`.")
    return typed[:index], excluded


def _resolve_words(
    targets: Iterable[str], typed: Sequence[str], fleet: Fleet, resolver: TargetResolver
) -> Mapping[str, Iterable[str]]:
    """Return the ids that each target selects. Grammar words take precedence over names."""
    ids_by_word: dict[str, Iterable[str]] = {}
    for word in targets:
        lower = word.casefold()
        if lower in ALL_WORDS:
            ids_by_word[word] = fleet
        elif lower in FILTER_WORDS:
            ids_by_word[word] = [id for id, space in fleet.items() if is_in_stage(lower, space)]
    name_words = [word for word in targets if word not in ids_by_word]
    return ids_by_word | dict(resolver.resolve(name_words, typed))


def _union(targets: Iterable[str], ids_by_word: Mapping[str, Iterable[str]]) -> set[str]:
    return set().union(*(ids_by_word[word] for word in targets))


def _filter_by_stage(base: set[str], stages: Sequence[str], fleet: Fleet) -> set[str]:
    if not stages:
        return base
    stage_words = list(dict.fromkeys(stage.casefold() for stage in stages))
    found = {id for id in base if matches_filters(stage_words, fleet[id])}
    if not found:
        subject = "No Space" if len(base) == len(fleet) else "None of the Spaces you named"
        raise NothingSelected(f"{subject} is {' or '.join(stage_words)}.")
    return found
