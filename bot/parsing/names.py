"""How Spaces are called: the short names people type and read, and what they stand for."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self

from bot.parsing.text import tokenize
from bot.parsing.vocabulary import RESERVED_WORDS

#: Names of which `words` takes nothing away, as nearly all are.
_PLAIN_NAME = re.compile(r"[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?", re.IGNORECASE | re.ASCII)
_NUMBER = re.compile(r"([0-9]+)")


@dataclass(frozen=True, slots=True)
class NameIndex:
    """The names of a fleet. Made by `Names.of(fleet, prefix)`; ids are in natural order."""

    ids: tuple[str, ...]
    prefix: str = ""
    _short_names: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    _ids_by_name: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict, repr=False, compare=False
    )

    @classmethod
    def of(cls, ids: Iterable[str], prefix: str = "") -> Self:
        """
        Name a fleet.

        >>> NameIndex.of(["acme/ifcore-b10", "acme/ifcore-b9"], "ifcore-").ids
        ('acme/ifcore-b9', 'acme/ifcore-b10')
        """
        short_names = {id: short_name(prefix, id) for id in ids}
        ids_by_name: dict[str, tuple[str, ...]] = {}
        for id, name in short_names.items():
            for key in (id.casefold(), name.casefold()):
                ids_by_name[key] = (*ids_by_name.get(key, ()), id)
        ordered = sorted(short_names, key=lambda known: (_natural_key(short_names[known]), known))
        return cls(tuple(ordered), prefix, short_names, _with_repo_names(ids_by_name, ordered))

    def short_name(self, id: str) -> str:
        """
        Return the name to show and to put in buttons: typing it reaches this Space alone.

        >>> NameIndex.of(["acme/if-a", "acme/if-all"], "if-").short_name("acme/if-all")
        'acme/if-all'
        """
        name = self._short_names.get(id) or short_name(self.prefix, id)
        lower = name.casefold()
        is_unique = all(other == id for other in self._ids_by_name.get(lower, ()))
        is_readable = _PLAIN_NAME.fullmatch(name) or tokenize(name) == (name,)
        return name if is_unique and is_readable and lower not in RESERVED_WORDS else id

    def find(self, word: str) -> tuple[str, ...]:
        """Return the Spaces called exactly so: none, one, or several that share the name."""
        found = self._ids_by_name.get(word.casefold(), ())
        return (word,) if word in found else found

    def matching(self, is_match: Callable[[str], bool], *, full: bool) -> tuple[str, ...]:
        """
        Return the Spaces whose name fits, in lower case.

        With *full* the whole id is looked at; else the short name and, where no short
        name fits, the repository's: a prefix that all share must not make `i*` mean all.
        """
        if full:
            return tuple(id for id in self.ids if is_match(id.casefold()))
        by_short_name = tuple(id for id in self.ids if is_match(self._short_names[id].casefold()))
        return by_short_name or tuple(id for id in self.ids if is_match(_repo_name(id).casefold()))

    def starting_with(self, word: str) -> tuple[str, ...]:
        """Return the Spaces whose name begins so."""
        start = word.casefold()
        return self.matching(lambda name: name.startswith(start), full="/" in word)


def _repo_name(id: str) -> str:
    return id.rpartition("/")[2]


def short_name(prefix: str, id: str) -> str:
    """Return the short name that *id* has, whoever else has it too."""
    repo = _repo_name(id)
    return repo.removeprefix(prefix) or repo


def may_be_same_space(one: str, other: str, prefix: str) -> bool:
    """
    Say whether two words may mean one Space, however each spells it, be it there or gone.

    >>> (may_be_same_space("acme/if-a", "A", "if-"),
    ...     may_be_same_space("acme/if-a", "umbrella/if-a", "if-"))
    (True, False)
    """
    one, other, prefix = one.casefold(), other.casefold(), prefix.casefold()
    if "/" in one and "/" in other:
        return one == other
    return short_name(prefix, one) == short_name(prefix, other)


def _natural_key(name: str) -> list[str | int]:
    """Sort team-2 before team-10: numbers stand at the odd places, text at the even ones."""
    parts = _NUMBER.split(name.casefold())
    return [int(part) if i % 2 else part for i, part in enumerate(parts)]


def _with_repo_names(
    ids_by_name: dict[str, tuple[str, ...]], ids: Iterable[str]
) -> dict[str, tuple[str, ...]]:
    """Add the repositories' names where no Space is called so already."""
    repos: dict[str, tuple[str, ...]] = {}
    for id in ids:
        repo = _repo_name(id).casefold()
        repos[repo] = (*repos.get(repo, ()), id)
    return repos | ids_by_name
