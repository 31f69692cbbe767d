"""The command that explains the others."""

from collections.abc import Sequence

from bot.cards import Message
from bot.command import Command, Context, Looks, command
from bot.errors import Misunderstood
from bot.render import answers

# What is needed every day is explained at once; a phone has no room for all of it.
_DAILY = ("status", "wake", "restart", "logs", "url", "mute")


@command("help [verb]", looks=Looks.NOWHERE)
def help(context: Context) -> Message:
    """Show what you may do; name a verb to see it alone, or `all`."""
    asked = " ".join(context.words).lower()
    mine = _mine(context)
    if asked == "all":
        return answers.help(_lines(mine), (), context.role.title, context.slash)
    if asked:
        return answers.help(_lines([_one(asked, context)]), (), context.role.title, context.slash)
    daily = [c for name in _DAILY for c in mine if c.name == name]
    others = [c.name for c in mine if c not in daily]
    return answers.help(_lines(daily), others, context.role.title, context.slash)


def _mine(context: Context) -> list[Command]:
    may = [c for c in context.commands.values() if c.needs <= context.role and not c.hidden]
    return sorted(may, key=lambda c: c.name)


def _lines(commands: Sequence[Command]) -> list[tuple[str, str, str]]:
    return [(c.usage, c.help, c.example) for c in commands]


def _one(name: str, context: Context) -> Command:
    found = context.commands.get(name)
    if found is None:
        raise Misunderstood(f"I know no verb `{name[:40]}`.", "help")
    return found
