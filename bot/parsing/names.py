"""How Spaces are called: the short names people type and read, and what they stand for."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self

from bot.parsing.text import words
from bot.parsing.vocabulary import RESERVED

#: Names of which `words` takes nothing away, as nearly all are.
_PLAIN = re.compile(r"[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?", re.IGNORECASE | re.ASCII)
_NUMBER = re.compile(r"([0-9]+)")


@dataclass(frozen=True, slots=True)
class Names:
    """The names of a fleet. Made by `Names.of(fleet, prefix)`; ids are in natural order."""

    ids: tuple[str, ...]
    prefix: str = ""
    _cut: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    _called: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, ids: Iterable[str], prefix: str = "") -> Self:
        """
        Name a fleet.

        >>> Names.of(["acme/ifcore-b10", "acme/ifcore-b9"], "ifcore-").ids
        ('acme/ifcore-b9', 'acme/ifcore-b10')
        """
        cut = {id: short(prefix, id) for id in ids}
        called: dict[str, tuple[str, ...]] = {}
        for id, name in cut.items():
            for said in (id.casefold(), name.casefold()):
                called[said] = (*called.get(said, ()), id)
        ordered = sorted(cut, key=lambda known: (_natural(cut[known]), known))
        return cls(tuple(ordered), prefix, cut, _with_repo_names(called, ordered))

    def short(self, id: str) -> str:
        """
        Return the name to show and to put in buttons: typing it reaches this Space alone.

        >>> Names.of(["acme/if-a", "acme/if-all"], "if-").short("acme/if-all")
        'acme/if-all'
        """
        name = self._cut.get(id) or short(self.prefix, id)
        said = name.casefold()
        alone = all(other == id for other in self._called.get(said, ()))
        readable = _PLAIN.fullmatch(name) or words(name) == (name,)
        return name if alone and readable and said not in RESERVED else id

    def find(self, word: str) -> tuple[str, ...]:
        """Return the Spaces called exactly so: none, one, or several that share the name."""
        found = self._called.get(word.casefold(), ())
        return (word,) if word in found else found

    def matching(self, fits: Callable[[str], bool], *, full: bool) -> tuple[str, ...]:
        """
        Return the Spaces whose name fits, in lower case.

        With *full* the whole id is looked at; else the short name and, where no short
        name fits, the repository's: a prefix that all share must not make `i*` mean all.
        """
        if full:
            return tuple(id for id in self.ids if fits(id.casefold()))
        by_cut = tuple(id for id in self.ids if fits(self._cut[id].casefold()))
        return by_cut or tuple(id for id in self.ids if fits(_repo(id).casefold()))

    def starting(self, word: str) -> tuple[str, ...]:
        """Return the Spaces whose name begins so."""
        start = word.casefold()
        return self.matching(lambda name: name.startswith(start), full="/" in word)


def _repo(id: str) -> str:
    return id.rpartition("/")[2]


def short(prefix: str, id: str) -> str:
    """Return the short name that *id* has, whoever else has it too."""
    repo = _repo(id)
    return repo.removeprefix(prefix) or repo


def same(one: str, other: str, prefix: str) -> bool:
    """
    Say whether two words may mean one Space, however each spells it, be it there or gone.

    >>> same("acme/if-a", "A", "if-"), same("acme/if-a", "umbrella/if-a", "if-")
    (True, False)
    """
    one, other, prefix = one.casefold(), other.casefold(), prefix.casefold()
    if "/" in one and "/" in other:
        return one == other
    return short(prefix, one) == short(prefix, other)


def _natural(name: str) -> list[str | int]:
    """Sort team-2 before team-10: numbers stand at the odd places, text at the even ones."""
    parts = _NUMBER.split(name.casefold())
    return [int(part) if i % 2 else part for i, part in enumerate(parts)]


def _with_repo_names(
    called: dict[str, tuple[str, ...]], ids: Iterable[str]
) -> dict[str, tuple[str, ...]]:
    """Add the repositories' names where no Space is called so already."""
    repos: dict[str, tuple[str, ...]] = {}
    for id in ids:
        repo = _repo(id).casefold()
        repos[repo] = (*repos.get(repo, ()), id)
    return repos | called
