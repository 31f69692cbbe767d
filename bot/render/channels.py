"""Admin notices about channels in which the bot can't post."""

from bot.alerts.channels import Problem
from bot.cards import Message
from bot.render.blocks import channel_mention as mention
from bot.render.blocks import context, message, section

_INVITE_ADVICE = "Type `/invite @Spacebot` in it"
_OTHER_CHANNEL_ADVICE = "set SPACEBOT_ALERT_CHANNEL to another channel and restart me"


def unavailable_notice(channel: str, problem: Problem, *, is_main: bool, slash: str) -> Message:
    """Return the admin notice that the alerts of *channel* wait because of *problem*.

    *is_main*: the channel is the one named in the settings.
    """
    alternative = _OTHER_CHANNEL_ADVICE if is_main else f"type `{slash} watch` in another channel"
    text, push_text, advice = {
        Problem.UNRESOLVED: (
            f"I'm not in a channel called {mention(channel)}.",
            f"Alerts wait: I'm not in {mention(channel)}",
            f"{_INVITE_ADVICE}. If it has another name now, {alternative}.",
        ),
        Problem.REMOVED: (
            f"I was removed from {mention(channel)}.",
            f"Alerts wait: I was removed from {mention(channel)}",
            f"{_INVITE_ADVICE}, or {alternative}.",
        ),
        Problem.ARCHIVED: (
            f"{mention(channel)} was archived.",
            f"Alerts wait: {mention(channel)} was archived",
            f"Unarchive it, or {alternative}.",
        ),
        Problem.DELETED: (
            f"{mention(channel)} was deleted.",
            f"Alerts wait: {mention(channel)} was deleted",
            f"{alternative[:1].upper()}{alternative[1:]}.",
        ),
    }[problem]
    return message(push_text, section(f":no_entry_sign: {text} Its alerts wait."), context(advice))


def available_notice(channel: str) -> Message:
    """Return the admin notice that the bot can post in *channel* again."""
    text = f":white_check_mark: I can post in {mention(channel)} again. What waited follows."
    return message(f"I can post in {mention(channel)} again", section(text))
