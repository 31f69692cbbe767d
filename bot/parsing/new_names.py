"""Names of Spaces to create: expansion of lists and ranges, and validation."""

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.errors import UsageError
from bot.model import owner_of
from bot.parsing.names import short_name
from bot.parsing.ranges import is_range, parse_range
from bot.parsing.targets import join_spoken_ranges
from bot.parsing.text import join_quoted, label_or_id, quote, split_joined
from bot.parsing.vocabulary import RESERVED_WORDS

#: More than any class has; a larger number is a typing error.
MAX_NEW_NAMES = 500

_VALID_NAME = re.compile(r"(?!.*(?:--|\.\.))(?![.-])[\w.-]{1,96}(?<![.-])(?<!\.git)", re.ASCII)


def expand_new_names(words: Sequence[str], *, limit: int = MAX_NEW_NAMES) -> tuple[str, ...]:
    """
    Return the names that *words* spell, in order, without duplicates.

    >>> expand_new_names(["team-9..10", "guests", "team-a..b"])
    ('team-9', 'team-10', 'guests', 'team-a', 'team-b')

    Raises:
        UsageError: There are more than *limit* names, or a range is invalid.

    """
    found: dict[str, str] = {}
    for name in _expand(words):
        found.setdefault(name.casefold(), name)
        if len(found) > limit:
            raise UsageError(f"That's more than {limit} new Spaces. Name fewer.")
    return tuple(found.values())


def new_space_id(name: str, owners: Sequence[str], prefix: str) -> str:
    """
    Return the id of a new Space called *name*: first owner, *prefix*, name.

    A full id of one of the *owners* keeps its owner and gets no prefix.

    >>> new_space_id("team-1", ["acme"], "if-"), new_space_id("if-team-1", ["acme"], "if-")
    ('acme/if-team-1', 'acme/if-team-1')

    Raises:
        UsageError: *name* is an id of another owner.

    """
    owner_part, slash, repo = name.rpartition("/")
    owner = next((o for o in owners if o.casefold() == owner_part.casefold()), None)
    if slash and owner is None:
        raise UsageError(
            f"I can't create {quote(name)}: I only look after the Spaces of "
            f"{join_quoted(owners, 'and')}. Choose a name there."
        )
    repo_name = repo if slash or repo.startswith(prefix) else prefix + repo
    return f"{owner or owners[0]}/{repo_name}"


def canonical_ids(ids: Iterable[str], existing: Iterable[str]) -> tuple[str, ...]:
    """Return *ids* without duplicates, in the spelling of *existing*: the Hub ignores case."""
    canonical = {id.casefold(): id for id in existing}
    return tuple(dict.fromkeys(canonical.get(id.casefold(), id) for id in ids))


def validate_new_names(ids: Iterable[str], prefix: str) -> None:
    """Check that the Hub accepts the names of *ids* and that the grammar reserves none.

    Raises:
        UsageError: The Hub rejects a name, or it is a reserved word.

    """
    invalid = [id for id in ids if not _VALID_NAME.fullmatch(_requested_name(id))]
    if invalid:
        raise UsageError(
            "Hugging Face doesn't allow the name "
            f"{join_quoted([_requested_name(id) for id in invalid])}. Use letters A to Z, "
            "digits, `.`, `_` and `-`, up to 96. Start and end with a letter or digit, "
            "without `--`, `..` or `.git` at the end."
        )
    reserved = [name for id in ids if (name := short_name(prefix, id)).casefold() in RESERVED_WORDS]
    if reserved:
        raise UsageError(
            f"{join_quoted(reserved)} already means several Spaces in commands. Choose "
            "another name."
        )


def _requested_name(id: str) -> str:
    """Return the part after the owner, which is no name if it has another slash."""
    return id.removeprefix(f"{owner_of(id)}/")


def _expand(words: Sequence[str]) -> Iterator[str]:
    for word in join_spoken_ranges(
        part for typed in words for part in split_joined(label_or_id(typed))
    ):
        if is_range(word):
            yield from parse_range(word).names()
        else:
            yield word
