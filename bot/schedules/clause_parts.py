"""The parts of a repeating time clause: days, times, hours, zone, exceptions and end."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.parsing.time_clause import (
    CLOCK_WORDS,
    LINKING_WORDS,
    REPEATING_WORDS,
    is_time_of_day,
)
from bot.parsing.time_zones import is_zone_word
from bot.parsing.vocabulary import EXCEPT_WORDS, UNTIL_WORDS

#: Words that belong to the time of day before them.
MERIDIEMS = frozenset({"am", "pm", "a.m", "p.m"})
_TIME_OF_DAY = re.compile(r"[0-9]{1,2}[:.h][0-9]{2}.*|[0-9]{1,2}(am|pm|a\.m|p\.m)|noon|midnight")
#: The sections of a clause, by the words that open them.
_SECTIONS = {
    **dict.fromkeys(CLOCK_WORDS, "times"),
    **dict.fromkeys(EXCEPT_WORDS, "except"),
    **dict.fromkeys(UNTIL_WORDS, "until"),
    "starting": "starting",
    "during": "during",
}


@dataclass(slots=True)
class ClauseParts:
    """The words of a clause by what they say."""

    repeat: list[str] = field(default_factory=list)
    times: list[str] = field(default_factory=list)
    window: list[str] = field(default_factory=list)
    zone: str = ""
    sections: dict[str, list[str]] = field(default_factory=dict)


def split_parts(lower: Sequence[str]) -> ClauseParts:
    """Return the words by what they say; an opening word decides about those after it."""
    parts, section = ClauseParts(), "repeat"
    for n, word in enumerate(lower):
        if word == "in" and is_zone_word("".join(lower[n + 1 : n + 2])):
            section = "zone"
        elif word == "from" and n + 1 < len(lower) and is_time_of_day(lower[n + 1]):
            section = "window"
        elif word in _SECTIONS:
            section = _SECTIONS[word]
        elif section == "zone":
            parts.zone, section = word, "repeat"
        elif section in ("times", "repeat", "window") or word in REPEATING_WORDS:
            section = _add_word(parts, section, word)
        else:
            parts.sections.setdefault(section, []).append(word)
    return parts


def _add_word(parts: ClauseParts, section: str, word: str) -> str:
    """Add *word* to the days, times or window of *parts*. Return the section that goes on."""
    if word in REPEATING_WORDS and word != "daily":
        return "repeat"
    if section == "window" and (is_time_of_day(word) or word in MERIDIEMS or word == "to"):
        parts.window.append(word)
        return section
    if word in LINKING_WORDS or word == "to":
        return section
    is_time = bool(_TIME_OF_DAY.fullmatch(word)) or word in MERIDIEMS
    if is_time or (section == "times" and is_time_of_day(word)):
        parts.times.append(word)
        return "times"
    parts.repeat.append(word)
    return "repeat"
