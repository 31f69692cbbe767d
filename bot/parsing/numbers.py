"""Parser of the number of an operation or a proposal."""

from collections.abc import Sequence

_INCLUDING_CHANGED = {("including", "changed"), ("incl", "changed"), ("include", "changed")}


def parse_operation_number(words: Sequence[str]) -> int | None:
    """
    Return the number that *words* consist of, or None if they hold anything else.

    >>> (parse_operation_number(["12"]), parse_operation_number(["operation", "#12"]),
    ...     parse_operation_number(["all"]))
    (12, 12, None)
    """
    rest = words[1:] if words and words[0].casefold() == "operation" else words
    match rest:
        case [word] if _digits(word):
            return int(_digits(word))
        case _:
            return None


def split_including_changed(words: Sequence[str]) -> tuple[Sequence[str], bool]:
    """
    Return *words* without `including changed` at the end, and whether it was there.

    >>> split_including_changed(["12", "including", "changed"])
    (['12'], True)
    """
    last = tuple(word.casefold() for word in words[-2:])
    is_including = last in _INCLUDING_CHANGED
    return (words[:-2] if is_including else words), is_including


def _digits(word: str) -> str:
    digits = word.removeprefix("#")
    return digits if digits.isascii() and digits.isdigit() and len(digits) < 10 else ""
