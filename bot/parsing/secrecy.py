"""What may be kept of what people typed: a secret that slipped in may not."""

import re

_TOKEN = re.compile(r"\b(xox[a-z]-|xapp-|hf_|sk-|ghp_|github_pat_)[A-Za-z0-9_-]{4,}")
_KEY = re.compile(r"[A-Z][A-Z0-9_]*")


def scrub(text: str) -> str:
    """Return *text* without what is, or may be, a secret's value.

    >>> scrub("secret set team-a OPENAI_KEY sk-123 456")
    'secret set team-a OPENAI_KEY …'
    >>> scrub("wake team-a hf_abcdefgh")
    'wake team-a …'
    """
    words = text.split()
    if words and words[0].lower().startswith("secret"):
        return _until_the_key(words)
    return _TOKEN.sub("…", text)


def _until_the_key(words: list[str]) -> str:
    """Keep a `secret …` command up to the word that looks like a key; of others, the verb."""
    for n, word in enumerate(words[2:], start=2):
        key, equals, _ = word.partition("=")
        if _KEY.fullmatch(key):
            cut = bool(equals) or n + 1 < len(words)
            return " ".join([*words[:n], key, *(["…"] if cut else [])])
    plain = all(re.fullmatch(r"[\w./*-]{1,40}", word) for word in words) and len(words) < 4
    return " ".join(words if plain else [*words[:2], "…"])
