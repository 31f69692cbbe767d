"""Known causes in words: what happened, who can fix it, and the advice."""

from collections.abc import Sequence

from bot.cards import Block
from bot.causes import CauseId, FoundCause, ResponsibleParty
from bot.render import formatting
from bot.render.blocks import code, code_block, escape, section

#: Who can remove a cause, in words.
PARTY_NAMES = {
    ResponsibleParty.TEAM: "the team",
    ResponsibleParty.STAFF: "the course staff",
    ResponsibleParty.BILLING: "the owner, by plan or billing",
    ResponsibleParty.PLATFORM: "Hugging Face",
    ResponsibleParty.MODERATION: "Hugging Face's moderation",
}
# The length of the Hub's words in the text to copy.
_QUOTE_LENGTH = 300


def who_can_fix(found: FoundCause) -> str:
    """Return who can remove the cause."""
    return f"Who can fix it: {PARTY_NAMES[found.cause.responsible]}"


def blocks(
    found: FoundCause, *, page: str, error: str, pausable: Sequence[str] = (), shown: str = ""
) -> list[Block]:
    """Return the cause and its advice, with its log line unless *shown* has it.

    *page* is the address of the Space's page, *error* the Hub's words about it, and *pausable*
    the names of Spaces that could be paused to free a quota.
    """
    line = "" if found.line in shown.splitlines() else f"\n{code(found.line, 120)}"
    parts: list[Block] = [section(f"{found.text}{_candidates(found, pausable)}{line}")]
    if found.cause.is_locked:
        parts.append(section(f"Text to copy:\n{code_block(_appeal(page, error))}"))
    return parts


def pausable_note(names: Sequence[str]) -> str:
    """Return which Spaces could be paused, not escaped; "" for none.

    >>> pausable_note(["team-a", "team-b"])
    'Running now: team-a and team-b.'
    """
    return f"Running now: {formatting.join_names(list(names), 5)}." if names else ""


def _candidates(found: FoundCause, pausable: Sequence[str]) -> str:
    note = pausable_note(pausable) if found.cause.id is CauseId.QUOTA else ""
    return f" {escape(note, 600)}" if note else ""


def _appeal(page: str, error: str) -> str:
    """Return a message to Hugging Face about a locked Space."""
    reason = " ".join(error.split())[:_QUOTE_LENGTH]
    return (
        f"Hello, our Space {page} is blocked ({reason}). It belongs to a course, and we believe "
        "that this is a mistake. Could you review it, and tell us what to change? Thank you."
    )
