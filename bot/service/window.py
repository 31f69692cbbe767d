"""The Hub's rate limit: what bulk work may take of it, and what is kept back."""

from bot.model import Budget
from bot.service.parts import Parts

#: Calls kept back for the sweep and for people who look.
RESERVE = 20


def spent(parts: Parts) -> Budget | None:
    """Return the Hub's window when nothing is left of it but what is kept back."""
    budget = parts.hub.budget()
    if budget and parts.now() < budget.resets_at and budget.remaining <= RESERVE:
        return budget
    return None
