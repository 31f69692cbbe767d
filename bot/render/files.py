"""What is said about a file: where it lies, what it is, why it could not be handed over."""

from bot.cards import Message
from bot.errors import SlackError
from bot.render.blocks import code, escape, message, section


def handed(name: str, *, here: bool) -> str:
    """Say where the whole of it is."""
    where = "above" if here else "in our direct messages"
    return f":paperclip: All of it is {where}: {code(name, 100)}"


def not_handed(name: str, error: SlackError) -> str:
    """Say why there is no file."""
    return f":warning: {code(name, 100)} could not be sent. {escape(str(error))}"


def parcel(name: str, channel: str) -> Message:
    """Announce a file in the direct messages of whoever asked for it elsewhere."""
    text = f"What you asked for: {name}"
    place = f" in <#{channel}>" if channel[:1] in ("C", "G") else ""
    return message(text, section(f"What you asked for{place}: {code(name, 100)}"))
