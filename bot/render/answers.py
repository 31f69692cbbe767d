"""What the bot says back to one person: help, refusals, suggestions, failures."""

from collections.abc import Sequence

from bot.cards import Message
from bot.errors import BotError, Misunderstood
from bot.render.blocks import (
    LONGEST_COMMAND,
    actions,
    button,
    entities,
    escape,
    lines,
    message,
    section,
)


def say(text: str) -> Message:
    """Say one sentence."""
    return message(text, section(text))


def refusal(error: BotError) -> Message:
    """Say why not, and offer what was probably meant."""
    text = _ticks(str(error))
    shown = section(f":no_entry_sign: {text}")
    suggestion = error.suggestion if isinstance(error, Misunderstood) else None
    if not suggestion or len(suggestion) > LONGEST_COMMAND:
        return message(str(error), shown)
    label = f"{suggestion[:1].upper()}{suggestion[1:60]}?"  # a key stays in capitals
    return message(str(error), shown, actions(button(label, suggestion)))


def failure(reference: str) -> Message:
    """Say that something went wrong that nobody foresaw, and how to find it in the log."""
    return say(
        f"Something went wrong on my side, and I do not know what was done. "
        f"Look at the Space before you ask again. Tell whoever runs me this reference: {reference}"
    )


def out_of_reach() -> Message:
    """Say that the database went away under an answer; what became of it is told later."""
    return say(
        "My database does not answer, so I cannot say whether this was done. As soon as it does, "
        "I tell you. Please do not ask again before."
    )


def interrupted(text: str, *, begun: bool = False) -> Message:
    """Say that a request was received and never answered; *begun*, it may have been done."""
    quoted = f"“{escape(text, 100)}”"
    if begun:
        return say(
            f"I was stopped before I could say how {quoted} ended. It may have been done, or a "
            "part of it: look before you ask again."
        )
    return say(f"I was stopped before I could answer {quoted}. Nothing was done. Please ask again.")


def help(
    usages: Sequence[tuple[str, str, str]], others: Sequence[str], role: str, slash: str
) -> Message:
    """Show verbs: usage, what it does, an example to tap; and the names of the *others*."""
    intro = (
        f"*You are {role}.* Words only: names, `team-*`, `team-1..12`, `all`, `sleeping`, `except`."
    )
    shown = [f"`{slash} {escape(usage)}`\n{_ticks(what)}" for usage, what, _ in usages]
    taps = [button(f"{slash} {example}", example) for _, _, example in usages if example]
    more = [section(f"Also: {', '.join(f'`{name}`' for name in others)}.")] if others else []
    taps += [button("All verbs", "help all")] if others else []
    blocks = [section(intro), *lines(shown), *more]
    return message("What I can do for you", *blocks, *([actions(*taps[:12])] if taps else []))


def _ticks(text: str) -> str:
    """Escape an error's sentence, but leave its code type, which our own words carry."""
    parts = text.split("`")
    return "`".join(escape(p, 1500) if n % 2 == 0 else entities(p) for n, p in enumerate(parts))
