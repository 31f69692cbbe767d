"""The timing of a schedule: its first run, and the recurrence of the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.errors import UsageError
from bot.parsing import parse_moment, quote
from bot.parsing.dates import date_length
from bot.parsing.durations import parse_days
from bot.parsing.time_clause import DEADLINE_WORDS
from bot.parsing.time_zones import split_zone
from bot.schedules.expression import is_repeating, to_expression
from bot.schedules.recurrence import check_interval, next_run, parse_recurrence
from bot.schedules.schedule import ScheduleKind

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
    kind: ScheduleKind = ScheduleKind.AT  # of a deadline, the times are those to be ready by


def parse_timing(words: Sequence[str], now: datetime, timezone: str) -> Timing:
    """
    Return the timing of a time clause, in *timezone* unless it names another.

    Raises:
        UsageError: The words are no time to come, or come too often.

    """
    text, kind = " ".join(words[:_MAX_WORDS]), _kind(words)
    words, zone = split_zone(words, timezone)
    if not is_repeating(words):
        moment = parse_moment(words, now, zone)
        if kind is ScheduleKind.BEFORE and not _names_day(words):
            _check_today(moment, now, zone)
        return Timing(text, zone, moment, kind=kind)
    expression = to_expression(words, zone, now.astimezone(ZoneInfo(zone)).date())
    recurrence = parse_recurrence(expression, text)
    if len(recurrence) > MAX_RECURRENCE_LENGTH:
        raise UsageError("That's too long for one schedule. Use several, or fewer dates.")
    check_interval(recurrence, now)
    first = next_run(recurrence, now)
    if first is None:
        raise UsageError(f"{quote(text)} has no run to come. Check its dates.")
    return Timing(text, zone, first, recurrence, kind)


def _names_day(words: Sequence[str]) -> bool:
    lower = [word.casefold() for word in words]
    is_named = not {"today", "tomorrow"}.isdisjoint(lower)
    return is_named or any(date_length(lower[n:]) or parse_days(w) for n, w in enumerate(lower))


def _check_today(deadline: datetime, now: datetime, zone: str) -> None:
    """Check that a deadline without a day is today.

    Someone who means tomorrow says so, because one that has passed is more likely a mistake.

    Raises:
        UsageError: It would be tomorrow.
    """
    local = deadline.astimezone(ZoneInfo(zone))
    if local.date() != now.astimezone(ZoneInfo(zone)).date():
        raise UsageError(
            f"It's already past {local:%H:%M} today. Try `tomorrow before {local:%H:%M}` or "
            "another time."
        )


def _kind(words: Sequence[str]) -> ScheduleKind:
    is_deadline = not DEADLINE_WORDS.isdisjoint(map(str.casefold, words))
    return ScheduleKind.BEFORE if is_deadline else ScheduleKind.AT
