"""Words → a time that is over: how far back, since when, or on which day."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.errors import Misunderstood
from bot.parsing import clocks
from bot.parsing.sentences import echo

_SINCE = frozenset({"since", "from", "after"})
#: These speak of an end, or of what is to come.
_ENDS = frozenset({"until", "till", "before", "between", "to", "tomorrow"})
_DAYS_AGO = {"today": 0, "yesterday": 1}
_UNIT = re.compile(r"(s|sec|m|min|minute|h|hr|hour|d|day|w|wk|week)s?")
_CLOCK = re.compile(r"[0-9]{1,2}[:.][0-9]{2}(am|pm)?|[0-9]{1,2}(am|pm)|am|pm|noon|midnight")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MIDNIGHT = time(0)


@dataclass(frozen=True, slots=True)
class Past:
    """From `since` up to `until`, in UTC; up to now if that is None."""

    since: datetime
    until: datetime | None = None
    length: timedelta | None = None  # as it was said, if it was


def past(words: Sequence[str], now: datetime, zone: str) -> tuple[tuple[str, ...], Past | None]:
    """
    Take a time that is over out of a command: the words that are left, and the time.

    >>> past(["team-a", "yesterday"], datetime(2026, 3, 2, 12, tzinfo=UTC), "UTC")[1].since.day
    1
    """
    said = [word.casefold() for word in words if _is_of_time(word.casefold())]
    rest = tuple(word for word in words if not _is_of_time(word.casefold()))
    if _SINCE.issuperset(said):
        return rest, None
    if not _ENDS.isdisjoint(said):
        raise _unreadable(said)
    return rest, _read(said, now, zone)


def _read(said: Sequence[str], now: datetime, zone: str) -> Past:
    """Read the words of one time, in whatever order they came."""
    days = [word for word in said if _is_day(word)]
    at = [word for word in said if word not in days and word not in _SINCE]
    is_since = not _SINCE.isdisjoint(said)
    if not days and not _is_clock(at, bare=is_since):
        length = clocks.duration(["1", *at] if at[0].isalpha() else at)
        return Past(now - length, length=length)
    clock = clocks.clock(at) if at else None
    start = _start(days[0] if days else "", clock, now.astimezone(ZoneInfo(zone)))
    if start > now or len(days) > 1:
        raise _unreadable(said)
    is_whole_day = clock is None and not is_since
    return Past(start.astimezone(UTC), _end(start, now) if is_whole_day else None)


def _is_of_time(word: str) -> bool:
    """Tell `24h`, and the `2` and the `days` of two words, from a name."""
    if word in _SINCE or word in _ENDS or _is_day(word) or _is_clock([word], bare=True):
        return True
    if _UNIT.fullmatch(word):
        return True
    try:
        clocks.duration([word])
    except Misunderstood:
        return False
    return True


def _is_day(word: str) -> bool:
    return word in _DAYS_AGO or _weekday(word) is not None or bool(_DATE.fullmatch(word))


def _weekday(word: str) -> int | None:
    found = clocks.days(word)
    return found[0] if len(found) == 1 else None


def _is_clock(words: Sequence[str], *, bare: bool) -> bool:
    """Say whether it is a time of day; *bare*, be it a number alone."""
    if any(_CLOCK.fullmatch(word) for word in words):
        return True
    return bare and all(word.isdecimal() for word in words)


def _start(day: str, clock: time | None, local: datetime) -> datetime:
    """Return the last time that it was *clock* on that day; without a day, at all."""
    on = _date(day, local.date())
    start = datetime.combine(on, clock or _MIDNIGHT, local.tzinfo)
    if start <= local or day in _DAYS_AGO or _DATE.fullmatch(day):
        return start
    before = timedelta(days=7 if day else 1)
    return datetime.combine(on - before, clock or _MIDNIGHT, local.tzinfo)


def _date(day: str, today: date) -> date:
    if _DATE.fullmatch(day):
        try:
            return date.fromisoformat(day)
        except ValueError as error:
            raise _unreadable([day]) from error
    weekday = _weekday(day)
    ago = _DAYS_AGO.get(day, 0) if weekday is None else (today.weekday() - weekday) % 7
    return today - timedelta(days=ago)


def _end(start: datetime, now: datetime) -> datetime | None:
    """Return the end of the day that begins at *start*, if it is over."""
    end = datetime.combine(start.date() + timedelta(days=1), _MIDNIGHT, start.tzinfo)
    return end.astimezone(UTC) if end <= now else None


def _unreadable(said: Sequence[str]) -> Misunderstood:
    return Misunderstood(
        f"I cannot read {echo(' '.join(said))} as a time that is over. "
        "Say `7d`, `today`, `yesterday`, `since 10:00` or `since monday`."
    )
