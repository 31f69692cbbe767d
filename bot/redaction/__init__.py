"""What a secret looks like and how it is taken out of a text: one catalogue for all we show.

Typed text, our log, the logs of apps, cards, the Hub's words, settings and files use it alike.
"""

from bot.redaction.shapes import TOKEN_SHAPES, TokenShape, token_kind
from bot.redaction.text import (
    MASK,
    has_secret,
    is_generated,
    is_like_token,
    redact,
    redact_lines,
    redact_secrets,
)
from bot.redaction.values import KnownSecrets

__all__ = [
    "MASK",
    "TOKEN_SHAPES",
    "KnownSecrets",
    "TokenShape",
    "has_secret",
    "is_generated",
    "is_like_token",
    "redact",
    "redact_lines",
    "redact_secrets",
    "token_kind",
]
