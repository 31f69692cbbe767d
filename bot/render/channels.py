"""Direct messages to the admins about channels in which nothing can be posted."""

from bot.alerts.channels import Problem
from bot.cards import Message
from bot.render.blocks import channel as mention
from bot.render.blocks import context, message, section

_INVITE = "Type `/invite @Spacebot` in it"
_OTHER_SETTING = "set SPACEBOT_ALERT_CHANNEL to another channel and restart me"


def kept_out(channel: str, problem: Problem, *, is_main: bool, slash: str) -> Message:
    """Say why the alerts of *channel* wait, and the way out; *is_main*: it's the settings' one."""
    other = _OTHER_SETTING if is_main else f"type `{slash} watch` in another channel"
    text, push, way_out = {
        Problem.UNRESOLVED: (
            f"I'm not in a channel called {mention(channel)}.",
            f"Alerts wait: I'm not in {mention(channel)}",
            f"{_INVITE}. If it has another name now, {other}.",
        ),
        Problem.REMOVED: (
            f"I was removed from {mention(channel)}.",
            f"Alerts wait: I was removed from {mention(channel)}",
            f"{_INVITE}, or {other}.",
        ),
        Problem.ARCHIVED: (
            f"{mention(channel)} was archived.",
            f"Alerts wait: {mention(channel)} was archived",
            f"Unarchive it, or {other}.",
        ),
        Problem.DELETED: (
            f"{mention(channel)} was deleted.",
            f"Alerts wait: {mention(channel)} was deleted",
            f"{other[:1].upper()}{other[1:]}.",
        ),
    }[problem]
    return message(push, section(f":no_entry_sign: {text} Its alerts wait."), context(way_out))


def let_in(channel: str) -> Message:
    """Say that *channel* takes messages again."""
    text = f":white_check_mark: I can post in {mention(channel)} again. What waited follows."
    return message(f"I can post in {mention(channel)} again", section(text))
