"""Known causes of failures and refusals: one catalogue, and the search in it."""

from bot.causes.catalogue import CATALOGUE
from bot.causes.cause import CauseId, KnownCause, ResponsibleParty, TextSource
from bot.causes.matching import FoundCause, get, in_error, in_failure, in_refusal, is_locked

__all__ = [
    "CATALOGUE",
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
