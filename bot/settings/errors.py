"""How a wrong value is spoken of: in one line, with the way out, and never showing a secret."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError, ValidatorFunctionWrapHandler, WrapValidator

from bot.redaction import has_secret, token_kind

# A signing secret, or the whole of an address with a user in it.
_SECRET_PATTERN = re.compile(r"[0-9a-f]{32}|://[^/]*@", re.IGNORECASE)


class SettingsError(Exception):
    """The environment is not one we can run in. Says everything wrong at once, a line each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def redacted_repr(value: object) -> str:
    """Return *value* as a complaint may show it: on one line, short, and never a secret."""
    text = str(value)
    if has_secret(text) or _SECRET_PATTERN.search(text) or _starts_like_token(text):
        return "something that looks secret (not shown)"
    return repr(text if len(text) <= 60 else text[:59] + "…")


def _starts_like_token(text: str) -> bool:
    """Say whether a word begins like a token: what is wrong here may be that it is cut."""
    return any(map(token_kind, re.split(r"[^\w.-]+", text)))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """
    Return the hint to put behind a complaint about *word*.

    >>> did_you_mean("SPACEBOT_POLL_SECOND", ["SPACEBOT_PORT", "SPACEBOT_POLL_SECONDS"])
    ' Did you mean SPACEBOT_POLL_SECONDS?'
    """
    by_lower = {name.lower(): name for name in known}
    matches = get_close_matches(word.lower(), by_lower, n=1, cutoff=0.75)
    return f" Did you mean {by_lower[matches[0]]}?" if matches else ""


def with_advice(advice: str, verb: str = "is") -> WrapValidator:
    """Say *advice* of a value that does not fit, in place of pydantic's own words."""

    def check(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
        try:
            return handler(value)
        except ValidationError:
            pass  # raised below, so that the complaint carries no trace of the value
        raise ValueError(f"{verb} {redacted_repr(value)}: {advice}")

    return WrapValidator(check)
