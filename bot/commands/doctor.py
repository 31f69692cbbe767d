"""The command that looks at the bot itself."""

from bot.command import Answer, Context, Look, Looks, command
from bot.model import Role
from bot.questions import Health
from bot.render.health import health


@command("doctor", needs=Role.ADMIN, looks=Looks.NOWHERE, example="doctor", is_read=True)
def doctor(context: Context) -> Answer:  # noqa: ARG001 - every command is asked so
    """My own health: sweep, leader, cards, Hub budget, tokens, scopes, channel, database."""
    return Look(Health(), health)
