"""Suggestions for misspelled words, and the error that offers them as a button."""

from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz, process

from bot.errors import UsageError
from bot.parsing.text import to_command
from bot.slack_limits import BUTTON_VALUE_LENGTH


class SuggestedTargets(UsageError):
    """
    The error for targets that nearly name Spaces, with the corrected targets.

    `targets` are the typed words, corrected. `suggestion` spells them without a verb, which
    means `status`; `command_for("wake")` returns the command for an acting verb.
    """

    def __init__(self, message: str, targets: Sequence[str]) -> None:
        super().__init__(message, button_command(targets))
        self.targets = tuple(targets)

    def command_for(self, verb: str, tail: Sequence[str] = ()) -> str | None:
        """
        Return the corrected command; *tail* are the words after the targets, such as a time.

        >>> SuggestedTargets("…", ["team-alpha"]).command_for("wake", ["at", "13:50"])
        'wake team-alpha at 13:50'
        """
        return button_command((*verb.split(), *self.targets, *tail))


def button_command(words: Iterable[str]) -> str | None:
    """Return *words* as a button's value, or None if too long for Slack."""
    text = to_command(words)
    return text if len(text) <= BUTTON_VALUE_LENGTH else None


def closest_match(word: str, candidates: Iterable[str], cutoff: float = 0.6) -> str | None:
    """
    Return the most similar of *candidates*, or None below the ratio *cutoff* (0 to 1).

    >>> closest_match("wak", ["pause", "wake"])
    'wake'
    """
    match = process.extractOne(
        word,
        [*candidates],  # a mapping would be matched by its values
        scorer=fuzz.ratio,
        processor=str.casefold,
        score_cutoff=100 * cutoff,
    )
    return match[0] if match else None
