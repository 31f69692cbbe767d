"""The Hub's rate limit: the reserve that bulk work leaves for alerts and reads."""

from bot.model import RateBudget
from bot.service.dependencies import Dependencies

#: Calls reserved for the sweep and for people's reads.
RESERVE = 20


def exhausted_window(deps: Dependencies) -> RateBudget | None:
    """Return the Hub's rate-limit window if only the reserve is left; else None."""
    budget = deps.hub.budget()
    if budget and deps.now() < budget.resets_at and budget.remaining <= RESERVE:
        return budget
    return None
