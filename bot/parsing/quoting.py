"""Quoting of typed words in messages: bounded, and unable to end the code marks."""

from collections.abc import Sequence

_MAX_LENGTH = 60
_MAX_ITEMS = 3


def quote(typed: str) -> str:
    """
    Return *typed* in code marks: at most 60 printable characters, no backticks.

    >>> quote("team`a"), len(quote("x" * 8000))
    ('`teama`', 62)
    """
    visible = "".join(c for c in typed[: 4 * _MAX_LENGTH] if c.isprintable() and c != "`").strip()
    if len(visible) > _MAX_LENGTH:
        visible = visible[: _MAX_LENGTH - 1] + "…"
    return f"`{visible or '…'}`"


def join_quoted(typed: Sequence[str], conjunction: str = "or") -> str:
    """
    Return the quoted words as an enumeration that names three and counts the others.

    >>> join_quoted(["a", "b"]), join_quoted(["a", "b", "c", "d", "e"], "and")
    ('`a` or `b`', '`a`, `b`, `c` and 2 more')
    """
    shown = [quote(word) for word in typed[:_MAX_ITEMS]]
    if len(typed) > _MAX_ITEMS:
        shown.append(f"{len(typed) - _MAX_ITEMS:,} more")
    if len(shown) == 1:
        return shown[0]
    return f"{', '.join(shown[:-1])} {conjunction} {shown[-1]}"
