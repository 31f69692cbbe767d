"""The Hub's rate limit: what bulk work may take of it, and what is kept back."""

from bot.model import RateBudget
from bot.service.dependencies import Dependencies

#: Calls kept back for the sweep and for people who look.
RESERVE = 20


def exhausted_window(deps: Dependencies) -> RateBudget | None:
    """Return the Hub's window when nothing is left of it but what is kept back."""
    budget = deps.hub.budget()
    if budget and deps.now() < budget.resets_at and budget.remaining <= RESERVE:
        return budget
    return None
