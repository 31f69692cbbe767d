"""What is said about a file: where it lies, what it is, why it could not be handed over."""

from bot.cards import Message
from bot.errors import SlackError
from bot.render.blocks import code, escape, message, section


def file_sent_note(name: str, *, is_here: bool) -> str:
    """Say where the whole of it is."""
    where = "above" if is_here else "in our direct messages"
    return f":paperclip: All of it is {where}: {code(name, 100)}"


def file_failed_note(name: str, error: SlackError) -> str:
    """Say why there is no file."""
    return f":warning: {code(name, 100)} could not be sent. {escape(str(error))}"


def file_dm(name: str, channel: str) -> Message:
    """Announce a file in the direct messages of whoever asked for it elsewhere."""
    text = f"What you asked for: {name}"
    origin = f" in <#{channel}>" if channel[:1] in ("C", "G") else ""
    return message(text, section(f"What you asked for{origin}: {code(name, 100)}"))
