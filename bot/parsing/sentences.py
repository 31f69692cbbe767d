"""How the grammar speaks of what people typed: bounded, and unable to leave its code marks."""

from collections.abc import Sequence

_LONGEST = 60
_MOST = 3


def echo(typed: str) -> str:
    """
    Quote what somebody typed: at most 60 characters, nothing invisible, no back-ticks.

    >>> echo("team`a"), len(echo("x" * 8000))
    ('`teama`', 62)
    """
    seen = "".join(c for c in typed[: 4 * _LONGEST] if c.isprintable() and c != "`").strip()
    if len(seen) > _LONGEST:
        seen = seen[: _LONGEST - 1] + "…"
    return f"`{seen or '…'}`"


def listed(typed: Sequence[str], last: str = "or") -> str:
    """
    Join words for a sentence, the first few by name and the others by number.

    >>> listed(["a", "b"]), listed(["a", "b", "c", "d", "e"], "and")
    ('`a` or `b`', '`a`, `b`, `c` and 2 more')
    """
    shown = [echo(word) for word in typed[:_MOST]]
    if len(typed) > _MOST:
        shown.append(f"{len(typed) - _MOST:,} more")
    if len(shown) == 1:
        return shown[0]
    return f"{', '.join(shown[:-1])} {last} {shown[-1]}"
