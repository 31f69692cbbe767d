"""Small print below a card: why it stands where it stands."""

from bot.cards import Message
from bot.render.blocks import context, section
from bot.slack_limits import MESSAGE_BLOCKS

#: Kept with a card that had to be posted without knowing whether it is there already.
MAY_REPEAT = "may repeat an earlier message"


# Slack says more behind it: a read-only channel, a locked thread.
_RESTRICTED = "restricted_action"
# Why a channel will not have a message, by Slack's word for it, and the way out.
_KEPT_OUT = {
    "not_in_channel": "I am not in that channel. Type `/invite` there and add me.",
    "channel_not_found": "I do not see that channel. Type `/invite` there and add me.",
    "is_archived": "that channel is archived. Ask in another one.",
    _RESTRICTED: "I may not write in that channel. Ask in another one, or let an admin of "
    "the workspace allow it.",
}


def directly(message: Message, why: str = "") -> Message:
    """Say that the channel will not have it, *why* being Slack's word for the reason."""
    known = _RESTRICTED if why.startswith(_RESTRICTED) else why
    reason = _KEPT_OUT.get(known, "that channel does not take it. Ask in another one.")
    return noted(message, f"Sent to you directly: {reason}")


def may_repeat(message: Message) -> Message:
    """Say that this may be there twice."""
    return noted(message, "This may repeat an earlier message of mine.")


def noted(message: Message, note: str) -> Message:
    """Put *note*, which is mrkdwn, below the message."""
    blocks = message.blocks or (section(message.text),)
    return Message(message.text, (*blocks[: MESSAGE_BLOCKS - 1], context(note)))
