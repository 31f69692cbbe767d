"""
A name that a secret and a variable share: the Hub starts no Space that has one.

The cure is to take one of the two away. Nothing that a restart or a rebuild does helps.
"""

import re
from collections.abc import Iterable

_PATTERN = re.compile(r"collision on variables and secrets", re.IGNORECASE)


def is_collision(error: str) -> bool:
    """
    Return whether *error*, the Hub's own, is about such a name. It does not say which.

    >>> is_collision("Collision on variables and secrets names.")
    True
    """
    return _PATTERN.search(error) is not None


def shared_keys(variables: Iterable[str], secrets: Iterable[str]) -> list[str]:
    """Return the names that both have."""
    return sorted({*variables} & {*secrets})


def both(keys: Iterable[str]) -> str:
    """
    Return the sentence about *keys* that would be, or are, a secret and a variable.

    >>> both(["API_KEY"])
    "API_KEY can't be both a secret and a variable: a Space with both doesn't start."
    """
    return (
        f"{', '.join(keys)} can't be both a secret and a variable: a Space with both doesn't start."
    )
