"""Redaction: the one catalog of secrets for requests, logs, cards, settings and files."""

from bot.redaction.shapes import TOKEN_SHAPES, TokenShape, token_kind
from bot.redaction.text import (
    MASK,
    has_secret,
    is_generated,
    is_like_token,
    redact,
    redact_lines,
    redact_secrets,
    token_kinds,
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
    "token_kinds",
]
