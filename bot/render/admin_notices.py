"""Admin notices about channels and messages that Slack refuses."""

from bot.alerts.channels import Problem
from bot.cards import Message
from bot.refusals import Refusal, classify_refusal
from bot.render.blocks import channel_mention as mention
from bot.render.blocks import context, message, section

_INVITE_ADVICE = "Run `/invite @Spacebot` there"
_OTHER_CHANNEL_ADVICE = "set SPACEBOT_ALERT_CHANNEL to another channel and restart me"


def channel_unavailable(channel: str, problem: Problem, *, is_main: bool, slash: str) -> Message:
    """Return the admin notice that the alerts of *channel* wait because of *problem*.

    *is_main*: the channel is the one named in the settings.
    """
    alternative = _OTHER_CHANNEL_ADVICE if is_main else f"run `{slash} watch` in another channel"
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


def channel_available(channel: str) -> Message:
    """Return the admin notice that the bot can post in *channel* again."""
    text = f":white_check_mark: I can post in {mention(channel)} again. The waiting alerts follow."
    return message(f"I can post in {mention(channel)} again", section(text))


def messages_refused(error_code: str, error: str) -> Message:
    """Return the admin notice that Slack keeps refusing messages, with the next step."""
    next_steps = {
        Refusal.CHANNEL: "Invite me to the channel, or allow me to write there.",
        Refusal.AUTH: "Check the app's token and scopes, then install the app again.",
        Refusal.CONTENT: "The log names the message. Please report it.",
    }
    title = f"Slack has refused some of my messages for 10 minutes ({error_code})"
    next_step = next_steps.get(classify_refusal(error_code), "I'll keep trying.")
    text = f":warning: *{title}.*\n{error}\n{next_step} `doctor` shows what is waiting."
    return Message(title, (section(text),))


def messages_accepted(error_code: str) -> Message:
    """Return the admin notice that Slack accepts those messages again."""
    title = f"Slack accepts my messages again ({error_code})"
    return Message(title, (section(f":white_check_mark: {title}."),))
