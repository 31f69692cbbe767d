"""The command that explains the others."""

from bot.cards import Message
from bot.command import Command, Context, Looks, command
from bot.errors import Misunderstood
from bot.render import answers

# What is needed every day comes first; the rest follows by name.
_DAILY = ("status", "wake", "restart", "logs", "url", "mute")


@command("help [verb]", looks=Looks.NOWHERE, example="help")
def help(context: Context) -> Message:
    """Show what you may do; name a verb to see it alone."""
    mine = [c for c in context.commands.values() if c.needs <= context.role and c.example]
    if context.words:
        mine = [_one(" ".join(context.words).lower(), context)]
    mine.sort(key=lambda c: (_DAILY.index(c.name) if c.name in _DAILY else 99, c.name))
    lines = [(c.usage, c.help, c.example) for c in mine]
    return answers.help(lines, context.role.title, context.slash)


def _one(name: str, context: Context) -> Command:
    found = context.commands.get(name)
    if found is None:
        raise Misunderstood(f"I know no verb `{name[:40]}`.", "help")
    return found
