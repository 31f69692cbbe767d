"""What the bot says back to one person: help, refusals, suggestions, failures."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.cards import Message
from bot.errors import BotError, Misunderstood
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
    """Say one sentence."""
    return message(text, section(text))


def refusal(error: BotError) -> Message:
    """Say why not, and offer what was probably meant."""
    text = _escape_keeping_code(str(error))
    shown = section(f":no_entry_sign: {text}")
    suggestion = error.suggestion if isinstance(error, Misunderstood) else None
    if not suggestion or len(suggestion) > COMMAND_LENGTH:
        return message(str(error), shown)
    label = f"{suggestion[:1].upper()}{suggestion[1:60]}?"  # a key stays in capitals
    return message(str(error), shown, actions(button(label, suggestion)))


def internal_error(reference: str) -> Message:
    """Say that something went wrong that nobody foresaw, and how to find it in the log."""
    return text_reply(
        f"Something went wrong on my side, and I do not know what was done. "
        f"Look at the Space before you ask again. Tell whoever runs me this reference: {reference}"
    )


def database_unavailable() -> Message:
    """Say that the database went away under an answer; what became of it is told later."""
    return text_reply(
        "My database does not answer, so I cannot say whether this was done. As soon as it does, "
        "I tell you. Please do not ask again before."
    )


def interrupted(text: str, *, is_started: bool = False) -> Message:
    """Say that a request was received and never answered; *is_started*, it may have been done."""
    quoted = f"“{escape(text, 100)}”"
    if is_started:
        return text_reply(
            f"I was stopped before I could say how {quoted} ended. It may have been done, or a "
            "part of it: look before you ask again."
        )
    return text_reply(
        f"I was stopped before I could answer {quoted}. Nothing was done. Please ask again."
    )


@dataclass(frozen=True, slots=True)
class HelpEntry:
    """One command as `help` shows it. Only an example that does nothing is there to tap."""

    usage: str
    summary: str
    example: str = ""
    has_button: bool = False


def help(
    entries: Sequence[HelpEntry], other_names: Sequence[str], role: str, slash: str
) -> Message:
    """Show commands: usage, what each does, an example to copy; and the names of the *other_names*.

    People tap to see what happens, so a button here must only look.
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
    """Escape an error's sentence, but leave its code type, which our own words carry."""
    parts = text.split("`")
    return "`".join(
        escape(p, 1500) if n % 2 == 0 else escape_entities(p) for n, p in enumerate(parts)
    )
