"""Index of the short names that people type and read for Spaces."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import quote

from bot.model import repo_of
from bot.parsing.text import tokenize
from bot.parsing.vocabulary import RESERVED_WORDS

#: Names that `tokenize` certainly leaves unchanged; nearly all Spaces have one.
_PLAIN_NAME = re.compile(r"[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?", re.IGNORECASE | re.ASCII)
#: The website of the Hub, where each Space has a page.
HUB = "https://huggingface.co"
_NUMBER = re.compile(r"([0-9]+)")


@dataclass(frozen=True, slots=True)
class NameIndex:
    """The names of a fleet, built by `NameIndex.of(fleet, prefix)`; ids are in natural order."""

    ids: tuple[str, ...]
    prefix: str = ""
    hub: str = HUB
    _short_names: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    _ids_by_name: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict, repr=False, compare=False
    )

    @classmethod
    def of(cls, ids: Iterable[str], prefix: str = "", hub: str = HUB) -> "NameIndex":
        """
        Return the index of *ids*. The short names omit *prefix*; the pages are on *hub*.

        >>> NameIndex.of(["acme/ifcore-b10", "acme/ifcore-b9"], "ifcore-").ids
        ('acme/ifcore-b9', 'acme/ifcore-b10')
        """
        return _make_index(tuple(sorted({*ids})), prefix, hub)

    def short_name(self, id: str) -> str:
        """
        Return the name for messages and buttons: the shortest that selects only this Space.

        >>> NameIndex.of(["acme/if-a", "acme/if-all"], "if-").short_name("acme/if-all")
        'acme/if-all'
        """
        name = self._short_names.get(id) or short_name(self.prefix, id)
        lower = name.casefold()
        is_unique = self._ids_by_name.get(lower, ()) in ((), (id,))
        is_readable = _PLAIN_NAME.fullmatch(name) or tokenize(name) == (name,)
        return name if is_unique and is_readable and lower not in RESERVED_WORDS else id

    def page(self, id: str) -> str:
        """
        Return the address of the page of the Space on the Hub.

        >>> NameIndex.of(["acme/team-a"]).page("acme/team-a")
        'https://huggingface.co/spaces/acme/team-a'
        """
        return f"{self.hub}/spaces/{quote(id)}"

    def find(self, word: str) -> tuple[str, ...]:
        """Return the ids of the Spaces with this exact name, in any case. Several may share it."""
        found = self._ids_by_name.get(word.casefold(), ())
        return (word,) if word in found else found

    def matching(self, is_match: Callable[[str], bool], *, full: bool) -> tuple[str, ...]:
        """
        Return the ids of the Spaces whose lower-case name satisfies *is_match*.

        With *full*, compares the id. Otherwise compares the short names and, if none matches,
        the repositories' names, because a common prefix `if-` must not make `i*` select all.
        """
        if full:
            return tuple(id for id in self.ids if is_match(id.casefold()))
        by_short_name = tuple(id for id in self.ids if is_match(self._short_names[id].casefold()))
        return by_short_name or tuple(id for id in self.ids if is_match(repo_of(id).casefold()))

    def starting_with(self, word: str) -> tuple[str, ...]:
        """Return the ids of the Spaces whose name starts with *word*."""
        start = word.casefold()
        return self.matching(lambda name: name.startswith(start), full="/" in word)


# A sweep and a request make the index of the same fleet several times, and the next sweep again.
@lru_cache(maxsize=4)
def _make_index(ids: tuple[str, ...], prefix: str, hub: str) -> NameIndex:
    short_names = {id: short_name(prefix, id) for id in ids}
    ids_by_name: dict[str, tuple[str, ...]] = {}
    for id, name in short_names.items():
        for key in (id.casefold(), name.casefold()):
            ids_by_name[key] = (*ids_by_name.get(key, ()), id)
    ordered = sorted(short_names, key=lambda known: (_natural_key(short_names[known]), known))
    ids_by_name = _with_repo_names(ids_by_name, ordered)
    return NameIndex(tuple(ordered), prefix, hub, short_names, ids_by_name)


def short_name(prefix: str, id: str) -> str:
    """Return the short name of *id*, which need not be unique."""
    repo = repo_of(id)
    return repo.removeprefix(prefix) or repo


def is_named(id: str, words: Iterable[str], names: NameIndex) -> bool:
    """
    Return whether one of *words* is a name of the Space *id*.

    The template is selected by its name alone: it isn't a team's Space, so `all`, patterns and
    conditions must leave it out.

    >>> names = NameIndex.of(["acme/if-template"], "if-")
    >>> [is_named("acme/if-template", [word], names) for word in ("Template", "te*", "all")]
    [True, False, False]
    """
    return any(id in names.find(word) for word in words)


def may_be_same_space(one: str, other: str, prefix: str) -> bool:
    """
    Return whether *one* and *other* may name the same Space, existing or not.

    >>> (may_be_same_space("acme/if-a", "A", "if-"),
    ...     may_be_same_space("acme/if-a", "umbrella/if-a", "if-"))
    (True, False)
    """
    one, other, prefix = one.casefold(), other.casefold(), prefix.casefold()
    if "/" in one and "/" in other:
        return one == other
    return short_name(prefix, one) == short_name(prefix, other)


def _natural_key(name: str) -> list[str | int]:
    """Return a sort key that puts team-2 before team-10.

    Keys are comparable, because text has the even indexes and numbers have the odd ones.
    """
    parts = _NUMBER.split(name.casefold())
    return [int(part) if i % 2 else part for i, part in enumerate(parts)]


def _with_repo_names(
    ids_by_name: dict[str, tuple[str, ...]], ids: Iterable[str]
) -> dict[str, tuple[str, ...]]:
    """Return *ids_by_name* plus each repository's name that is no Space's short name."""
    repos: dict[str, tuple[str, ...]] = {}
    for id in ids:
        repo = repo_of(id).casefold()
        repos[repo] = (*repos.get(repo, ()), id)
    return repos | ids_by_name
