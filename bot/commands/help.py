"""`help`: the commands that the user may run."""

from collections.abc import Sequence

from bot.cards import Message
from bot.command import Command, Context, Freshness, check_permission, command
from bot.errors import Misunderstood
from bot.parsing import closest_verb, quote
from bot.render import replies
from bot.render.replies import HelpEntry

#: The commands that `help` explains; a phone's screen has no room for all.
_EVERYDAY_VERBS = ("status", "wake", "restart", "logs", "url", "mute")
_FILLER_WORDS = frozenset({"me", "with", "about", "on", "for", "the", "please"})


@command("help [command]", freshness=Freshness.NONE, is_read=True)
def help(context: Context) -> Message:
    """What you can do; name a command to see only that one, or `all`."""
    topics = [word for word in context.words if word.casefold() not in _FILLER_WORDS]
    allowed = _allowed_commands(context)
    if topics and topics[0].casefold() == "all":
        return replies.help(_entries(allowed), (), context.role.title, context.slash)
    if topics:
        return replies.help(
            _entries(_find_commands(topics, context)), (), context.role.title, context.slash
        )
    everyday = [c for name in _EVERYDAY_VERBS for c in allowed if c.name == name]
    others = [c.name for c in allowed if c not in everyday]
    return replies.help(_entries(everyday), others, context.role.title, context.slash)


def _allowed_commands(context: Context) -> list[Command]:
    allowed = [c for c in context.commands.values() if c.role <= context.role and not c.hidden]
    return sorted(allowed, key=lambda c: c.name)


def _entries(commands: Sequence[Command]) -> list[HelpEntry]:
    return [HelpEntry(c.usage, c.help, c.example, has_button=c.is_read) for c in commands]


def _find_commands(topics: Sequence[str], context: Context) -> list[Command]:
    """Return the command named by *topics*, or all that start with its first word (`secret`).

    Words after the verb are ignored, because they may hold a secret's value.

    Raises:
        Misunderstood: No command has this name.
        NotAllowed: The user may not run one of these commands.

    """
    lower = [word.casefold() for word in topics[:2]]
    found = context.commands.get(" ".join(lower)) or context.commands.get(lower[0])
    family = [c for c in context.commands.values() if c.name.startswith(f"{lower[0]} ")]
    matches = [found] if found else sorted(family, key=lambda c: c.name)
    if not matches:
        raise _unknown_verb_error(topics, context)
    for match in matches:
        check_permission(match, context.permission)
    return matches


def _unknown_verb_error(topics: Sequence[str], context: Context) -> Misunderstood:
    message = f"I know no verb {quote(topics[0])}."
    suggestion = closest_verb(topics, [c.name for c in context.commands.values() if not c.hidden])
    if suggestion is None:
        return Misunderstood(message, "help")
    if suggestion not in context.verbs:
        allowed_roles = context.commands[suggestion].required_role
        return Misunderstood(
            f"{message} Did you mean `{suggestion}`? Only {allowed_roles} may do that.", "help"
        )
    return Misunderstood(f"{message} Did you mean `{suggestion}`?", f"help {suggestion}")
