"""Names as a voice or a thumb makes them: `team a`, `team-1 and 2`, `team-1/team-2`."""

from collections.abc import Iterator, Sequence

from bot.parsing.lookup import is_target
from bot.parsing.names import Names
from bot.parsing.ranges import stem_of

_JOINTS = ("-", "_", "", ".")


def spoken(typed: Sequence[str], names: Names) -> tuple[str, ...]:
    """
    Put together what together names a Space, where a word on its own names none.

    >>> spoken(["team", "a", "b"], Names.of(["acme/team-a", "acme/team-b"]))
    ('team-a', 'team-b')
    """
    return tuple(_heard(list(typed), names))


def singular(typed: Sequence[str], names: Names) -> tuple[str, ...]:
    """Return *typed* with the `team` of `teams a and b`, where that makes a name.

    >>> singular(["teams", "a", "b"], Names.of(["acme/team-a", "acme/team-b"]))
    ('team', 'a', 'b')
    """
    following = (*typed, "")[1:]
    return tuple(
        _without_s(word, after, names) for word, after in zip(typed, following, strict=True)
    )


def _without_s(word: str, following: str, names: Names) -> str:
    one = word[:-1]
    is_plural = word[-1:] in ("s", "S") and not is_target(word, names)
    return one if is_plural and _joined(one, following, names) else word


def _heard(left: list[str], names: Names) -> Iterator[str]:
    before = ""
    while left:
        word = left.pop(0)
        if is_target(word, names):
            before = word
            yield word
        elif left and (name := _joined(word, left[0], names)):
            left.pop(0)
            before = name
            yield name
        elif name := _after(before, word, names):
            yield name
        else:
            yield from _listed(word, names)


def _joined(word: str, following: str, names: Names) -> str:
    """Return `team-a` for `team a`, and `team-1..12` for `team 1..12` where `team-1` exists."""
    first, dots, rest = following.partition("..")
    made = (_called(f"{word}{joint}{first}", names) for joint in _JOINTS)
    return next((f"{name}{dots}{rest}" for name in made if name), "")


def _after(before: str, word: str, names: Names) -> str:
    """Return `team-2` for the `2` of `team-1 and 2`."""
    stem = stem_of(before)
    return _called(f"{stem}{word}", names) if stem and stem_of(word) == "" else ""


def _called(word: str, names: Names) -> str:
    """Return the name of the one Space that is called so, whatever the case."""
    found = names.find(word)
    return names.short(found[0]) if len(found) == 1 else ""


def _listed(word: str, names: Names) -> Sequence[str]:
    """Take `team-1/team-2` apart, where both are Spaces."""
    parts = word.split("/")
    return parts if all(len(names.find(part)) == 1 for part in parts) else [word]
