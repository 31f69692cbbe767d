"""`help`: the commands that the user may run."""

from collections.abc import Sequence

from bot.cards import Message
from bot.command import Command, Context, Freshness, command
from bot.errors import UsageError
from bot.parsing import closest_verb, quote
from bot.render import help as render
from bot.render import replies
from bot.render.help import HelpEntry

#: The commands that `help` explains; a phone's screen has no room for all.
_EVERYDAY_VERBS = ("status", "wake", "restart", "logs", "url", "mute")
_TIME_NOTE = "It takes a time, such as `at 13:50` or `every weekday at 9`."
_FILLER_WORDS = frozenset({"me", "with", "about", "on", "for", "the", "please"})


@command("help [command]", freshness=Freshness.STORED, is_read=True)
def help(context: Context) -> Message:
    """What you can do; name a command to see only that one, or `all`."""
    topics = [word for word in context.words if word.casefold() not in _FILLER_WORDS]
    allowed = _allowed_commands(context)
    if topics and topics[0].casefold() == "all":
        return _render(allowed, (), context)
    if topics:
        return _render(_find_commands(topics, context), (), context)
    everyday = [c for name in _EVERYDAY_VERBS for c in allowed if c.name == name]
    others = [c.name for c in allowed if c not in everyday]
    return _render(everyday, others, context)


@command("thanks", freshness=Freshness.NONE, hidden=True, is_read=True)
def thanks(context: Context) -> Message:
    """A reply to thanks; nothing else happens."""
    return replies.text_reply(f"You're welcome. `{context.slash} help` shows what I can do.")


def _render(commands: Sequence[Command], others: Sequence[str], context: Context) -> Message:
    entries = [_entry(c, context, is_alone=len(commands) == 1) for c in commands]
    intro = render.introduction(context.role.title, context.names)
    return render.reply(entries, others, intro, context.slash)


def _allowed_commands(context: Context) -> list[Command]:
    allowed = [c for c in context.commands.values() if c.role <= context.role and not c.hidden]
    return sorted(allowed, key=lambda c: c.name)


def _entry(command: Command, context: Context, *, is_alone: bool) -> HelpEntry:
    """Return the help on *command*, marked if it's for others than the person who asks."""
    is_allowed = command.role <= context.role
    restriction = "" if is_allowed else command.role.restriction
    has_button = command.is_read and is_allowed
    summary = command.help + (f" {_TIME_NOTE}" if command.takes_time and is_alone else "")
    return HelpEntry(command.usage, summary, command.example, restriction, has_button)


def _find_commands(topics: Sequence[str], context: Context) -> list[Command]:
    """Return the command named by *topics*, or all that start with its first word (`secret`).

    Words after the verb are ignored, because they may hold a secret's value.

    Raises:
        UsageError: No command has this name.

    """
    lower = [word.casefold() for word in topics[:2]]
    found = context.commands.get(" ".join(lower)) or context.commands.get(lower[0])
    family = [c for c in context.commands.values() if c.name.startswith(f"{lower[0]} ")]
    matches = [found] if found else sorted(family, key=lambda c: c.name)
    if not matches:
        raise _unknown_command_error(topics, context)
    return matches


def _unknown_command_error(topics: Sequence[str], context: Context) -> UsageError:
    fact = f"I don't know {quote(topics[0])}."
    suggestion = closest_verb(topics, [c.name for c in context.commands.values() if not c.hidden])
    if suggestion is None:
        return UsageError(f"{fact} Try `help` to see them all.", "help all")
    return UsageError(f"{fact} Did you mean `{suggestion}`?", f"help {suggestion}")
