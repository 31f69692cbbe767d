"""Small print below a card: why it stands where it stands."""

from bot.cards import Message
from bot.render.blocks import MAX_BLOCKS, context, section

#: Kept with a card that had to be posted without knowing whether it is there already.
MAY_REPEAT = "may repeat an earlier message"


def directly(message: Message) -> Message:
    """Say that the channel could not be written to."""
    return noted(
        message, "Sent to you directly: I am not in that channel. Type `/invite` there and add me."
    )


def may_repeat(message: Message) -> Message:
    """Say that this may be there twice."""
    return noted(message, "This may repeat an earlier message of mine.")


def noted(message: Message, note: str) -> Message:
    """Put *note*, which is mrkdwn, below the message."""
    blocks = message.blocks or (section(message.text),)
    return Message(message.text, (*blocks[: MAX_BLOCKS - 1], context(note)))
