"""The timing of a schedule: its first run, and the recurrence of the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

from bot.errors import UsageError
from bot.parsing import parse_moment, quote
from bot.parsing.time_clause import DEADLINE_WORDS, is_zone_word
from bot.schedules.expression import is_repeating, to_expression
from bot.schedules.recurrence import check_interval, next_run, parse_recurrence

#: Characters of an expression, as the table takes them.
MAX_RECURRENCE_LENGTH = 300
# Words that are kept as they were typed.
_MAX_WORDS = 60


@dataclass(frozen=True, slots=True)
class Timing:
    """When a command runs. Times are in UTC."""

    text: str  # as typed: "every weekday at 13:50"
    zone: str  # the IANA name of the zone that it is local to
    first: datetime
    recurrence: str = ""  # hron's canonical expression; "": it runs once


def parse_timing(words: Sequence[str], now: datetime, timezone: str) -> Timing:
    """
    Return the timing of a time clause, in *timezone* unless it names another.

    Raises:
        UsageError: The words are no time to come, or come too often.

    """
    text = " ".join(words[:_MAX_WORDS])
    if not DEADLINE_WORDS.isdisjoint(map(str.casefold, words)):
        raise UsageError("I can't work towards a deadline yet. Use `at 13:50` to start then.")
    words, zone = _split_zone(words, timezone)
    if not is_repeating(words):
        return Timing(text, zone, parse_moment(words, now, zone))
    expression = to_expression(words, zone, now.astimezone(ZoneInfo(zone)).date())
    recurrence = parse_recurrence(expression, text)
    if len(recurrence) > MAX_RECURRENCE_LENGTH:
        raise UsageError("That's too long for one schedule. Use several, or fewer dates.")
    check_interval(recurrence, now)
    first = next_run(recurrence, now)
    if first is None:
        raise UsageError(f"{quote(text)} has no run to come. Check its dates.")
    return Timing(text, zone, first, recurrence)


def _split_zone(words: Sequence[str], timezone: str) -> tuple[Sequence[str], str]:
    """Return the words without `in Europe/Berlin`, and the zone.

    Raises:
        UsageError: There is no such zone.

    """
    for n in range(1, len(words)):
        if words[n - 1].casefold() == "in" and is_zone_word(words[n]):
            return [*words[: n - 1], *words[n + 1 :]], _find_zone(words[n])
    return words, timezone


def _find_zone(typed: str) -> str:
    if typed.casefold() in ("utc", "gmt"):
        return "UTC"
    known = {name.casefold(): name for name in available_timezones() if "/" in name}
    if zone := known.get(typed.casefold()):
        return zone
    raise UsageError(f"I don't know the time zone {quote(typed)}. Use one like `Europe/Berlin`.")
