"""`doctor`: the health report of the bot."""

from bot.command import Context, Freshness, command
from bot.model import Role
from bot.queries import HealthQuery
from bot.render.diagnostics import report
from bot.results import Answer, Fetch


@command("doctor", role=Role.ADMIN, freshness=Freshness.NONE, example="doctor", is_read=True)
def doctor(context: Context) -> Answer:  # noqa: ARG001 - every command takes a context
    """My own health: sweeps, leader, messages, rate limit, tokens, scopes, channel, database."""
    return Fetch(HealthQuery(), report)
