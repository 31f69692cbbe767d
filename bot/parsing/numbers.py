"""Parser of the number of an operation or a proposal."""

from collections.abc import Sequence


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


def _digits(word: str) -> str:
    digits = word.removeprefix("#")
    return digits if digits.isascii() and digits.isdigit() and len(digits) < 10 else ""
