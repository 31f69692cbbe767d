"""Collisions: keys that are both a secret and a variable of a Space.

The Hub doesn't start such a Space until one of the two is deleted. Restarting doesn't help.
"""

from collections.abc import Iterable

from bot import causes
from bot.causes import CauseId


def is_collision(error: str) -> bool:
    """Return whether *error*, a message of the Hub, reports a collision, without its key.

    >>> is_collision("Collision on variables and secrets names.")
    True
    """
    found = causes.in_error(error)
    return found is not None and found.cause.id is CauseId.COLLISION


def shared_keys(variables: Iterable[str], secrets: Iterable[str]) -> list[str]:
    """Return the keys that are in both, sorted."""
    return sorted({*variables} & {*secrets})


def both(keys: Iterable[str]) -> str:
    """Return the sentence about *keys* that are, or would be, a secret and a variable.

    >>> both(["API_KEY"])
    "API_KEY can't be both a secret and a variable: a Space with both doesn't start."
    """
    return (
        f"{', '.join(keys)} can't be both a secret and a variable: a Space with both doesn't start."
    )
