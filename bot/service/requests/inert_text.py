"""Rejects text that isn't a request: edits, pasted transcripts, commands in back-ticks."""

from bot import parsing
from bot.cards import Message
from bot.errors import UsageError
from bot.model import Ask, InertReason
from bot.parsing.suggestions import button_command
from bot.results import File, Result

_HINTS = {
    InertReason.EDITED: "I don't run edited messages. Send it again as a new one.",
    InertReason.CODE_BLOCK: "I don't run commands in a code block or a quotation. "
    "Send it as plain text.",
}
_QUOTED_HINT = (
    "A command in backticks may be a quotation, so I didn't run it. Tap to run it, or send it "
    "without them."
)


def check_words(ask: Ask) -> None:
    """Raise UsageError with a hint if the text of *ask* isn't a request."""
    if hint := ask.inert and _HINTS.get(ask.inert):
        raise UsageError(hint)


def check_result(ask: Ask, result: Result) -> None:
    """Raise UsageError, with a button, if a command in back-ticks would change anything."""
    if ask.inert is InertReason.CODE_SPAN and not isinstance(result, Message | File):
        raise UsageError(_QUOTED_HINT, button_command(parsing.tokenize(ask.text)))
