"""The command that explains the others."""

from collections.abc import Sequence

from bot.cards import Message
from bot.command import Command, Context, Looks, allow, command
from bot.errors import Misunderstood
from bot.parsing import echo, nearest
from bot.render import answers
from bot.render.answers import HelpEntry

# What is needed every day is explained at once; a phone has no room for all of it.
_DAILY = ("status", "wake", "restart", "logs", "url", "mute")
_FILLERS = frozenset({"me", "with", "about", "on", "for", "the", "please"})


@command("help [verb]", looks=Looks.NOWHERE, is_read=True)
def help(context: Context) -> Message:
    """Show what you may do; name a verb to see it alone, or `all`."""
    asked = [word for word in context.words if word.casefold() not in _FILLERS]
    mine = _mine(context)
    if asked and asked[0].casefold() == "all":
        return answers.help(_entries(mine), (), context.role.title, context.slash)
    if asked:
        return answers.help(_entries(_meant(asked, context)), (), context.role.title, context.slash)
    daily = [c for name in _DAILY for c in mine if c.name == name]
    others = [c.name for c in mine if c not in daily]
    return answers.help(_entries(daily), others, context.role.title, context.slash)


def _mine(context: Context) -> list[Command]:
    may = [c for c in context.commands.values() if c.needs <= context.role and not c.hidden]
    return sorted(may, key=lambda c: c.name)


def _entries(commands: Sequence[Command]) -> list[HelpEntry]:
    return [HelpEntry(c.usage, c.help, c.example, can_tap=c.is_read) for c in commands]


def _meant(asked: Sequence[str], context: Context) -> list[Command]:
    """Return the verb asked about, or all that begin so, as `secret` does; or say who may.

    What stands behind a verb is of no interest, and may be a secret's value.
    """
    said = [word.casefold() for word in asked[:2]]
    found = context.commands.get(" ".join(said)) or context.commands.get(said[0])
    family = [c for c in context.commands.values() if c.name.startswith(f"{said[0]} ")]
    meant = [found] if found else sorted(family, key=lambda c: c.name)
    if not meant:
        raise _unknown(asked, context)
    for one in meant:
        allow(one, context.standing)
    return meant


def _unknown(asked: Sequence[str], context: Context) -> Misunderstood:
    said = f"I know no verb {echo(asked[0])}."
    near = nearest(asked, [c.name for c in context.commands.values() if not c.hidden])
    if near is None:
        return Misunderstood(said, "help")
    if near not in context.verbs:
        who = context.commands[near].who
        return Misunderstood(f"{said} Did you mean `{near}`? Only {who} may do that.", "help")
    return Misunderstood(f"{said} Did you mean `{near}`?", f"help {near}")
