"""The Hub's rate limit: the reserve that bulk work leaves for alerts and reads."""

from datetime import datetime

from bot.model import RateBudget
from bot.service.dependencies import Hub

#: Calls reserved for the sweep and for people's reads.
RESERVE = 20


def exhausted_window(hub: Hub, now: datetime) -> RateBudget | None:
    """Return the Hub's rate-limit window if only the reserve is left; else None."""
    budget = hub.budget()
    if budget and now < budget.resets_at and budget.remaining <= RESERVE:
        return budget
    return None
