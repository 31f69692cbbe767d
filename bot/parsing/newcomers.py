"""Names of Spaces that are yet to be: lists and ranges of them, and what the Hub takes for one."""

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.errors import Misunderstood
from bot.parsing.names import short
from bot.parsing.ranges import is_range, read_range
from bot.parsing.sentences import echo, listed
from bot.parsing.targets import joined
from bot.parsing.text import apart, named
from bot.parsing.vocabulary import RESERVED

#: A class is smaller; a larger number is a slip of the thumb.
MOST = 500

_NAME = re.compile(r"(?!.*(?:--|\.\.))(?![.-])[\w.-]{1,96}(?<![.-])(?<!\.git)", re.ASCII)


def newcomers(words: Sequence[str], *, most: int = MOST) -> tuple[str, ...]:
    """
    Return the names that *words* spell, each once, in the order they were said.

    >>> newcomers(["team-9..10", "guests", "team-a..b"])
    ('team-9', 'team-10', 'guests', 'team-a', 'team-b')
    """
    found: dict[str, str] = {}
    for name in _spelled(words):
        found.setdefault(name.casefold(), name)
        if len(found) > most:
            raise Misunderstood(
                f"That is more than {most} new Spaces, so nothing was done. Name fewer."
            )
    return tuple(found.values())


def repo_id(name: str, owners: Sequence[str], prefix: str) -> str:
    """
    Return the id that a new Space called *name* gets: the first owner's, with the prefix.

    A full id is taken as it is, where it belongs to one of the *owners*.

    >>> repo_id("team-1", ["acme"], "if-"), repo_id("if-team-1", ["acme"], "if-")
    ('acme/if-team-1', 'acme/if-team-1')
    """
    given, slash, repo = name.rpartition("/")
    owner = next((o for o in owners if o.casefold() == given.casefold()), None)
    if slash and owner is None:
        raise Misunderstood(
            f"I make no Space {echo(name)}, so nothing was done: I look after those of "
            f"{listed(owners, 'and')} only."
        )
    full = repo if slash or repo.startswith(prefix) else prefix + repo
    return f"{owner or owners[0]}/{full}"


def as_known(ids: Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
    """Return *ids*, each once, spelled as the *known* ones are: the Hub is case-blind."""
    spelled = {id.casefold(): id for id in known}
    return tuple(dict.fromkeys(spelled.get(id.casefold(), id) for id in ids))


def check(ids: Iterable[str], prefix: str) -> None:
    """Raise Misunderstood where the Hub would take one of *ids* for no name, or we would."""
    bad = [id for id in ids if not _NAME.fullmatch(_repo(id))]
    if bad:
        raise Misunderstood(
            f"The Hub takes no Space called {listed([_repo(id) for id in bad])}, so nothing was "
            "done. A name is letters A to Z, digits, `.`, `_` and `-`, 96 at the most; it begins "
            "and ends with a letter or a digit, has no `--` or `..`, and does not end in `.git`."
        )
    words_of_ours = [name for id in ids if (name := short(prefix, id)).casefold() in RESERVED]
    if words_of_ours:
        raise Misunderstood(
            f"{listed(words_of_ours)} is a word of mine and would name many Spaces, so nothing "
            "was done. Call it something else."
        )


def _repo(id: str) -> str:
    return id.partition("/")[2]


def _spelled(words: Sequence[str]) -> Iterator[str]:
    for word in joined(part for said in words for part in apart(named(said))):
        if is_range(word):
            yield from read_range(word).names()
        else:
            yield word
