"""What looks like somebody's token, wherever it stands."""

import re

_TOKEN = re.compile(r"\b(xox[a-z]-|xapp-|hf_|sk-|ghp_|github_pat_)[A-Za-z0-9_-]{4,}")
#: So long, and with a digit: a Space may be called `sk-learn-demo`, or `hf_space`. The digit is
#: looked for so far and no farther: without an end, `sk-sk-sk-…` takes the square of its length.
_CERTAIN = re.compile(
    r"\b(?:xox[a-z]-|xapp-|hf_|sk-|sk_live_|gsk_|ghp_|github_pat_|glpat-|AIza|AKIA)"
    r"(?=[A-Za-z_-]{0,200}[0-9])[A-Za-z0-9_-]{16,}"
)
#: What no name has, between two underscores: letters and digits in turn, or no end.
_IN_TURN = re.compile(r"(?=.{8})(?:[^_]*[0-9](?=[A-Za-z])){2}")
_ENDLESS = re.compile(r"(?=[^_]*[0-9])[^_]{20}|[^_]{33}")


def is_token(text: str) -> bool:
    """
    Say whether *text* looks like somebody's token.

    >>> is_token("hf_abcdefgh"), is_token("HF_TOKEN")
    (True, False)
    """
    return _TOKEN.fullmatch(text) is not None


def holds_token(text: str) -> bool:
    """
    Say whether a token stands in *text*, for sure.

    >>> holds_token("HF_TOKEN=hf_Abcdefghijklmnop1"), holds_token("sk-learn-classifier-demo")
    (True, False)
    """
    return _CERTAIN.search(text) is not None


def without_tokens(text: str) -> str:
    """Return *text* with "…" for whatever looks like a token."""
    return _CERTAIN.sub("…", _TOKEN.sub("…", text))


def is_random(key: str) -> bool:
    """
    Say whether what is written like a key was made by a machine, and is rather a value.

    >>> is_random("AKIAIOSFODNN7EXAMPLE"), is_random("JBSWY3DPEHPK3PXP"), is_random("S3_KEY_V2")
    (True, True, False)
    """
    parts = key.split("_")
    return any(_IN_TURN.match(part) or _ENDLESS.match(part) for part in parts)
