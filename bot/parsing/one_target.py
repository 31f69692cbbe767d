"""One Space, named by its name: for what is done to one at a time, and never by a pattern."""

from collections.abc import Sequence

from bot.errors import Misunderstood
from bot.model import Fleet
from bot.parsing.names import NameIndex
from bot.parsing.quoting import quote
from bot.parsing.resolver import is_pattern
from bot.parsing.targets import select
from bot.parsing.vocabulary import TARGET_WORDS


def select_one(words: Sequence[str], fleet: Fleet, names: NameIndex) -> str:
    """
    Return the id of the one Space that *words* name.

    >>> from bot.model import Space
    >>> fleet = {"acme/team-a": Space("acme/team-a", "RUNNING")}
    >>> select_one(["team-a"], fleet, NameIndex.of(fleet))
    'acme/team-a'
    """
    if len(words) != 1:
        raise Misunderstood("One Space at a time, by its name. Nothing was done.")
    (word,) = words
    if is_pattern(word) or (word.casefold() in TARGET_WORDS and not names.find(word)):
        raise Misunderstood(
            f"{quote(word)} may mean several Spaces, so nothing was done. Name one, by its name."
        )
    found = select([word], fleet, names, acting=True)
    if len(found) != 1:
        raise Misunderstood(
            f"{quote(word)} is no Space's name alone. Nothing was done. Use its id."
        )
    return found[0]
