"""Errors about invalid settings, which never show a secret."""

import re
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError, ValidatorFunctionWrapHandler, WrapValidator
from rapidfuzz import fuzz, process

from bot.redaction import has_secret, token_kind

# A signing secret, or an address with a user.
_SECRET_PATTERN = re.compile(r"[0-9a-f]{32}|://[^/]*@", re.IGNORECASE)
_MIN_SIMILARITY = 75  # percent


class SettingsError(Exception):
    """The settings are invalid. Has all problems, one per line."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def redacted_repr(value: object) -> str:
    """Return *value* quoted, on one short line, or a placeholder if it looks secret."""
    text = str(value)
    if has_secret(text) or _SECRET_PATTERN.search(text) or _starts_like_token(text):
        return "something that looks secret (not shown)"
    return repr(text if len(text) <= 60 else text[:59] + "…")


def _starts_like_token(text: str) -> bool:
    """Return whether a word begins like a token.

    The value may be invalid because a token is incomplete.
    """
    return any(map(token_kind, re.split(r"[^\w.-]+", text)))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """
    Return a hint with the known name most similar to *word*, empty without one.

    >>> did_you_mean("SPACEBOT_POLL_SECOND", ["SPACEBOT_PORT", "SPACEBOT_POLL_SECONDS"])
    ' Did you mean SPACEBOT_POLL_SECONDS?'
    """
    match = process.extractOne(
        word, [*known], scorer=fuzz.ratio, processor=str.lower, score_cutoff=_MIN_SIMILARITY
    )
    return f" Did you mean {match[0]}?" if match else ""


def with_advice(advice: str, verb: str = "is") -> WrapValidator:
    """Return a validator that replaces pydantic's message for an invalid value by *advice*."""

    def check(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
        try:
            return handler(value)
        except ValidationError:
            pass  # raised below, because the chained error contains the value
        raise ValueError(f"{verb} {redacted_repr(value)}: {advice}")

    return WrapValidator(check)
