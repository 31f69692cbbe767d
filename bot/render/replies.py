"""Replies to one person: help, refusals, failures, files."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.cards import Message
from bot.errors import BotError, Misunderstood, SlackError
from bot.render.blocks import (
    actions,
    button,
    code,
    escape,
    escape_entities,
    line_sections,
    message,
    section,
)
from bot.slack_limits import COMMAND_LENGTH


def text_reply(text: str) -> Message:
    """Return *text*, which is mrkdwn, as a reply."""
    return message(text, section(text))


def refusal(error: BotError) -> Message:
    """Return the reply to a refused command, with a button for the suggested one."""
    text = _escape_keeping_code(str(error))
    shown = section(f":no_entry_sign: {text}")
    suggestion = error.suggestion if isinstance(error, Misunderstood) else None
    if not suggestion or len(suggestion) > COMMAND_LENGTH:
        return message(str(error), shown)
    label = f"{suggestion[:1].upper()}{suggestion[1:60]}?"  # a key stays in capitals
    return message(str(error), shown, actions(button(label, suggestion)))


def internal_error(reference: str) -> Message:
    """Return the reply after an unexpected exception; *reference* finds it in the log."""
    return text_reply(
        f"Something went wrong on my side, and I do not know what was done. "
        f"Look at the Space before you ask again. Tell whoever runs me this reference: {reference}"
    )


def database_unavailable() -> Message:
    """Return the reply for a database that failed during a request.

    The result follows after the database is back.
    """
    return text_reply(
        "My database does not answer, so I cannot say whether this was done. As soon as it does, "
        "I tell you. Please do not ask again before."
    )


def interrupted(text: str, *, is_started: bool = False) -> Message:
    """Return the reply to the request *text* that a restart interrupted.

    *is_started*: it may have been done, wholly or in part.
    """
    quoted = f"“{escape(text, 100)}”"
    if is_started:
        return text_reply(
            f"I was stopped before I could say how {quoted} ended. It may have been done, or a "
            "part of it: look before you ask again."
        )
    return text_reply(
        f"I was stopped before I could answer {quoted}. Nothing was done. Please ask again."
    )


def file_sent_note(name: str, *, is_here: bool) -> str:
    """Return the footnote with the location of the file *name*."""
    where = "above" if is_here else "in our direct messages"
    return f":paperclip: All of it is {where}: {code(name, 100)}"


def file_failed_note(name: str, error: SlackError) -> str:
    """Return the note that the file *name* couldn't be sent, and why."""
    return f":warning: {code(name, 100)} could not be sent. {escape(str(error))}"


def file_dm(name: str, channel: str) -> Message:
    """Return the direct message before a file that was requested in *channel*."""
    text = f"What you asked for: {name}"
    origin = f" in <#{channel}>" if channel[:1] in ("C", "G") else ""
    return message(text, section(f"What you asked for{origin}: {code(name, 100)}"))


@dataclass(frozen=True, slots=True)
class HelpEntry:
    """One command in `help`. `has_button` only for an example that changes nothing."""

    usage: str
    summary: str
    example: str = ""
    has_button: bool = False


def help(
    entries: Sequence[HelpEntry], other_names: Sequence[str], role: str, slash: str
) -> Message:
    """Return the help on *entries*, and the names of other commands.

    Its buttons only read, because people tap a button to see what it does.
    """
    intro = (
        f"*You are {role}.* Words only: names, `team-*`, `team-1..12`, `all`, `sleeping`, `except`."
    )
    shown = [_help_line(entry, slash) for entry in entries]
    examples = [entry.example for entry in entries if entry.example and entry.has_button]
    buttons = [button(f"{slash} {example}", example) for example in examples]
    more = (
        [section(f"Also: {', '.join(f'`{name}`' for name in other_names)}.")] if other_names else []
    )
    buttons += [button("All verbs", "help all")] if other_names else []
    blocks = [section(intro), *line_sections(shown), *more]
    return message("What I can do for you", *blocks, *([actions(*buttons[:12])] if buttons else []))


def _help_line(entry: HelpEntry, slash: str) -> str:
    text = f"`{slash} {escape(entry.usage)}`\n{_escape_keeping_code(entry.summary)}"
    if entry.has_button or not entry.example:
        return text
    return f"{text} Example: {code(f'{slash} {entry.example}')}"


def _escape_keeping_code(text: str) -> str:
    """Return *text* escaped, except for its backticks, which are the bot's own."""
    parts = text.split("`")
    return "`".join(
        escape(p, 1500) if n % 2 == 0 else escape_entities(p) for n, p in enumerate(parts)
    )
