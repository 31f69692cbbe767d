"""The card with the result of a bulk action for each Space."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.cards import Block, Message
from bot.model import KeyKind
from bot.parsing import NameIndex
from bot.render import formatting
from bot.render.blocks import (
    actions,
    button,
    code,
    context,
    escape,
    line_sections,
    message,
    section,
    user_mention,
)
from bot.slack_limits import COMMAND_LENGTH

# Up to ten Spaces all get a line; of more, only up to 15 failed ones do.
_MAX_LISTED, _MAX_FAILURES = 10, 15


@dataclass(frozen=True, slots=True)
class ResultPhrases:
    """The sentences about a bulk action, with `{}` where the Spaces go."""

    success: str  # "Secret API_KEY set on {}"
    failure: str  # "Secret API_KEY not set on {}"
    user: str
    footnote: str = ""
    retry_command: str = ""  # the command that repeats the action


def card(phrases: ResultPhrases, results: Mapping[str, str | None], names: NameIndex) -> Message:
    """Return the result card. *results* maps each Space to its error.

    The error is empty on success, and None where there was nothing to do.
    """
    outcomes = {space: error for space, error in results.items() if error is not None}
    needless = [names.short_name(space) for space, error in results.items() if error is None]
    succeeded = [space for space, error in outcomes.items() if not error]
    failed = [space for space, error in outcomes.items() if error]
    text = _headline(phrases, outcomes, succeeded, names)
    emoji = ":red_circle:" if failed else ":white_check_mark:"
    parts: list[Block] = [
        section(f"{emoji} *{escape(text)}*\nRequested by {user_mention(phrases.user)}")
    ]
    shown = list(outcomes) if 1 < len(outcomes) <= _MAX_LISTED else failed[:_MAX_FAILURES]
    parts += line_sections([_result_line(space, outcomes[space], names) for space in shown])
    if len(failed) > len(shown):
        parts += line_sections([f"{len(failed) - len(shown)} more failed."])
    if needless:
        parts.append(context(f"*{escape(formatting.join_names(needless))}* didn't have it."))
    if succeeded and phrases.footnote:
        parts.append(context(phrases.footnote))
    return message(text, *parts, *_retry_button(phrases, failed, names))


def missing_key(kind: KeyKind, key: str, spaces: Sequence[str]) -> str:
    """Return the reply that none of *spaces* has the key to delete."""
    label = formatting.label_spaces(spaces)
    where = label if len(spaces) <= formatting.MAX_NAMES else f"any of {label}"
    return f"There's no {kind} {key} on {where}. Check the key with `{kind} list`."


def _headline(
    phrases: ResultPhrases, outcomes: Mapping[str, str], succeeded: list[str], names: NameIndex
) -> str:
    shorts = [names.short_name(space) for space in outcomes]
    if not succeeded or len(succeeded) == len(shorts):
        phrase = phrases.success if succeeded else phrases.failure
        return phrase.replace("{}", formatting.join_names(shorts))
    return phrases.success.replace("{}", f"{len(succeeded)} of {len(shorts)} Spaces")


def _result_line(space: str, error: str, names: NameIndex) -> str:
    name = escape(names.short_name(space), 100)
    return f":red_circle: *{name}* {code(error)}" if error else f":white_check_mark: *{name}*"


def _retry_button(phrases: ResultPhrases, failed: list[str], names: NameIndex) -> list[Block]:
    command = phrases.retry_command.replace(
        "{}", " ".join(names.short_name(space) for space in failed)
    )
    if not failed or not phrases.retry_command or len(command) > COMMAND_LENGTH:
        return []
    label = "Retry" if len(failed) == 1 else f"Retry {len(failed)}"
    return [actions(button(label, command))]
