"""What may be kept of what people typed: a secret that slipped in may not."""

import re
from difflib import SequenceMatcher

_TOKEN = re.compile(r"\b(xox[a-z]-|xapp-|hf_|sk-|ghp_|github_pat_)[A-Za-z0-9_-]{4,}")
_KEY = re.compile(r"[A-Z][A-Z0-9_]*")
_ALIKE = 0.8


def scrub(text: str) -> str:
    """Return *text* without what is, or may be, a secret's value.

    >>> scrub("secret set team-a OPENAI_KEY sk-123 456")
    'secret set team-a OPENAI_KEY …'
    >>> scrub("wake team-a hf_abcdefgh"), scrub("secrt set team-a OPENAI_KEY sk-123")
    ('wake team-a …', 'secrt set team-a OPENAI_KEY …')
    """
    words = text.split()
    about = any(map(_is_about_secrets, words[:3])) or text.lstrip().lower().startswith("secret")
    return _TOKEN.sub("…", _until_the_key(words) if about else text)


def is_token(text: str) -> bool:
    """
    Say whether *text* looks like somebody's token.

    >>> is_token("hf_abcdefgh"), is_token("HF_TOKEN")
    (True, False)
    """
    return _TOKEN.fullmatch(text) is not None


def _is_about_secrets(word: str) -> bool:
    """Say whether somebody meant `secret`, also where it is spelled wrong."""
    return SequenceMatcher(None, word.casefold()[:20], "secret").ratio() >= _ALIKE


def _until_the_key(words: list[str]) -> str:
    """Keep a `secret …` command up to the word that looks like a key; of others, the verb."""
    for n, word in enumerate(words[2:], start=2):
        key, equals, _ = word.partition("=")
        if _KEY.fullmatch(key) and not _TOKEN.fullmatch(key):
            cut = bool(equals) or n + 1 < len(words)
            return " ".join([*words[:n], key, *(["…"] if cut else [])])
    plain = all(re.fullmatch(r"[\w./*-]{1,40}", word) for word in words) and len(words) < 4
    return " ".join(words if plain else [*words[:2], "…"])
