"""Targets → Spaces: names unite, stage words filter, `except` subtracts."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from bot.errors import Misunderstood
from bot.model import Fleet
from bot.parsing.guesses import Guess
from bot.parsing.lookup import Lookup
from bot.parsing.manners import beyond, is_filler
from bot.parsing.names import Names
from bot.parsing.sentences import echo, listed
from bot.parsing.spoken import singular, spoken
from bot.parsing.text import apart, named, words
from bot.parsing.vocabulary import EVERYTHING, EXCEPT, STAGES, UP_TO, fits

_GAP = re.compile(r"[\s,;]")


def select(targets: Sequence[str], fleet: Fleet, names: Names, *, acting: bool) -> tuple[str, ...]:
    """
    Return the ids that *targets* mean, in natural order; *names* are those of *fleet*.

    No target means all of them to a read, and is a question back to an act.

    >>> from bot.model import Space
    >>> fleet = {f"acme/{n}": Space(f"acme/{n}", "SLEEPING") for n in ("a-1", "a-2", "b")}
    >>> select(["a-1..9", "except", "a-2"], fleet, Names.of(fleet), acting=True)
    ('acme/a-1',)
    """
    if not fleet:
        raise Misunderstood(
            "I do not know a single Space yet, so there is nothing to do this with. "
            "Ask again in a minute; if it stays so, an admin can say `doctor`."
        )
    typed = _typed(targets, names)
    if not typed and acting:
        raise Misunderstood(
            "Which Space? Nothing was done. Name one, several such as `team-1..12`, or `all`."
        )
    heard = spoken(typed, names)
    chosen = _chosen(heard, fleet, Lookup(fleet, names, acting))
    if acting and heard != typed:
        raise _misheard(typed, heard)
    return tuple(id for id in names.ids if id in chosen and id in fleet)


def _typed(targets: Sequence[str], names: Names) -> tuple[str, ...]:
    """Return the words that name something: each target, range and word of the grammar as one."""
    said = [word for word in singular(_meant(targets), names) if _names(word, names)]
    return tuple(joined(_split(said)))


def _meant(targets: Sequence[str]) -> Sequence[str]:
    """Read "all of team-1..3" as those three: its `all` must not unite them with the rest."""
    for n, (word, following) in enumerate(pairwise(targets)):
        if word.casefold() in EVERYTHING and following.casefold() in ("of", "the"):
            rest = beyond(targets[n + 1 :], is_filler)
            if rest and rest[0].casefold() not in EXCEPT:
                return [*targets[:n], *rest]
    return targets


def _names(word: str, names: Names) -> bool:
    """Say whether *word* names something: `please` does where a Space is called so."""
    return not is_filler(word) or bool(names.find(word))


def _split(targets: Iterable[str]) -> Iterator[str]:
    """Take apart what quotes kept together: a name holds no space, no comma, `&` or `+`."""
    for target in targets:
        for word in apart(named(target)):
            yield from words(word) if _GAP.search(word) else (word,)


def _misheard(typed: Sequence[str], heard: Sequence[str]) -> Guess:
    strange = [word for word in typed if word not in heard]
    meant = [word for word in heard if word not in typed]
    return Guess(
        f"I know no Space {listed(strange)}, so nothing was done. "
        f"Did you mean {listed(meant, 'and')}?",
        heard,
    )


def joined(typed: Iterable[str]) -> Iterator[str]:
    """Make one word of a range said aloud: `team-1 to team-12`."""
    held: list[str] = []
    for word in typed:
        if len(held) == 2:
            yield f"{held[0]}..{word}"
            held = []
        elif held and word.casefold() in UP_TO:
            held.append(word)
        else:
            yield from held
            held = [word]
    yield from held


def _chosen(typed: Sequence[str], fleet: Fleet, lookup: Lookup) -> set[str]:
    named, spared = _parted(typed)
    stages = [word for word in named if word.casefold() in STAGES]
    of_names = [word for word in named if word.casefold() not in STAGES]
    meaning = _meaning([*of_names, *spared], typed, fleet, lookup)
    base = _united(of_names, meaning) & fleet.keys() if of_names else set(fleet)
    found = _filtered(base, stages, fleet, lookup)
    left = found - _united(spared, meaning)
    if not left:
        raise Misunderstood(
            "That leaves no Space, so nothing was done: `except` takes away all that was named."
        )
    return left


def _parted(typed: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Cut the words at `except`: before it they name, after it they spare."""
    at = next((i for i, word in enumerate(typed) if word.casefold() in EXCEPT), None)
    if at is None:
        return typed, ()
    spared = [word for word in typed[at:] if word.casefold() not in EXCEPT]
    if not spared:
        raise Misunderstood(
            f"{echo(typed[at])} which? Nothing was done. Name a Space after it, for example "
            "`all except team-1`."
        )
    return typed[:at], spared


def _meaning(
    targets: Iterable[str], typed: Sequence[str], fleet: Fleet, lookup: Lookup
) -> Mapping[str, Iterable[str]]:
    """Return the Spaces that each word means: first the grammar's own words, then names."""
    meaning: dict[str, Iterable[str]] = {}
    for word in targets:
        said = word.casefold()
        if said in EVERYTHING:
            meaning[word] = fleet
        elif said in STAGES:
            meaning[word] = [id for id, space in fleet.items() if fits(said, space)]
    named = [word for word in targets if word not in meaning]
    return meaning | dict(lookup.find(named, typed))


def _united(targets: Iterable[str], meaning: Mapping[str, Iterable[str]]) -> set[str]:
    return set().union(*(meaning[word] for word in targets))


def _filtered(base: set[str], stages: Sequence[str], fleet: Fleet, lookup: Lookup) -> set[str]:
    if not stages:
        return base
    said = list(dict.fromkeys(stage.casefold() for stage in stages))
    found = {id for id in base if any(fits(word, fleet[id]) for word in said)}
    if not found:
        asked = "No Space" if len(base) == len(fleet) else "None of the Spaces you named"
        raise Misunderstood(f"{asked} is {' or '.join(said)}{lookup.not_done}.")
    return found
