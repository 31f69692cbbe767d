"""Replies to one person: refusals, failures, files."""

from collections.abc import Sequence

from bot.cards import Message
from bot.errors import BotError, PermissionDenied, RateLimited, SlackError, UsageError
from bot.render import formatting
from bot.render.blocks import (
    actions,
    button,
    code,
    escape,
    escape_keeping_code,
    mention_contact,
    message,
    section,
)
from bot.slack_limits import COMMAND_LENGTH

# People and groups that a refusal names.
_MAX_CONTACTS = 3


def text_reply(text: str) -> Message:
    """Return *text*, which is mrkdwn, as a reply."""
    return message(text, section(text))


def refusal(error: BotError) -> Message:
    """Return the reply to a refused command, with a button for the suggested one."""
    text = _refusal_text(error)
    if isinstance(error, PermissionDenied):
        text = f"{text} Ask {_mention_contacts(error.contacts)} for help."
    shown = section(f":no_entry_sign: {text}")
    if not isinstance(error, UsageError):
        return message(str(error), shown)
    suggestion = error.suggestion
    if not suggestion or len(suggestion) > COMMAND_LENGTH:
        return message(str(error), shown)
    label = error.label or suggestion_label(suggestion)
    return message(str(error), shown, actions(button(label, suggestion)))


def suggestion_label(suggestion: str) -> str:
    """Return the label of a button with a corrected command; a key stays in capitals."""
    return f"{suggestion[:1].upper()}{suggestion[1:60]}?"


def _refusal_text(error: BotError) -> str:
    """Return the sentences of *error*, with times in the reader's own zone."""
    if not isinstance(error, RateLimited):
        return escape_keeping_code(str(error))
    until = formatting.time_of_day(error.until)
    return f"Hugging Face is rate-limiting us until {until}. Nothing changed; try again then."


def _mention_contacts(contacts: Sequence[str]) -> str:
    """Return up to three people or groups; admins of the workspace may do everything."""
    mentions = [mention_contact(id) for id in dict.fromkeys(contacts)][:_MAX_CONTACTS]
    if not mentions:
        return "an admin of this workspace"
    return " or ".join([", ".join(mentions[:-1]), mentions[-1]] if mentions[1:] else mentions)


def internal_error(reference: str) -> Message:
    """Return the reply after an unexpected exception; *reference* finds it in the log."""
    return text_reply(
        "Something went wrong on my side, and I don't know what was done. Check the Space before "
        f"you try again. Give my maintainer this reference: {reference}"
    )


def database_unavailable() -> Message:
    """Return the reply for a database that failed during a request.

    The result follows after the database is back.
    """
    return text_reply(
        "My database isn't responding, so I don't know yet whether this was done. I'll tell you "
        "when it's back; please wait until then."
    )


def interrupted(text: str, *, is_started: bool = False) -> Message:
    """Return the reply to the request *text* that a restart interrupted.

    *is_started*: it may have been done, wholly or in part.
    """
    quoted = f"“{escape(text, 100)}”"
    if is_started:
        return text_reply(
            f"I was restarted during {quoted}. It may have been done, at least in part: check "
            "before you try again."
        )
    return text_reply(
        f"I was restarted before I could answer {quoted}. Nothing ran: send it again."
    )


def file_sent_note(name: str, *, is_here: bool) -> str:
    """Return the footnote with the location of the file *name*."""
    if is_here:
        return f":paperclip: Full file above: {code(name, 100)}"
    return f":paperclip: Full file sent to you in a DM: {code(name, 100)}"


def file_failed_note(name: str, error: SlackError) -> str:
    """Return the note that the file *name* couldn't be sent, and why."""
    return f":warning: {code(name, 100)} couldn't be sent. {escape(str(error))}"


def file_dm(name: str, channel: str) -> Message:
    """Return the direct message before a file that was requested in *channel*."""
    text = f"The file you requested: {name}"
    origin = f" in <#{channel}>" if channel[:1] in ("C", "G") else ""
    return message(text, section(f"Requested{origin}: {code(name, 100)}"))
