"""Known causes of failures and refusals: one catalog, and the search in it."""

from bot.causes.catalog import CATALOG
from bot.causes.cause import CauseId, KnownCause, ResponsibleParty, TextSource
from bot.causes.matching import FoundCause, get, in_error, in_failure, in_refusal, is_locked

__all__ = [
    "CATALOG",
    "CauseId",
    "FoundCause",
    "KnownCause",
    "ResponsibleParty",
    "TextSource",
    "get",
    "in_error",
    "in_failure",
    "in_refusal",
    "is_locked",
]
