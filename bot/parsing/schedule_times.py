"""Parsers of the start of a scheduled command, and of the span of a mute."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.errors import UsageError
from bot.parsing import durations
from bot.parsing.filler_words import strip_trailing_fillers
from bot.parsing.quoting import quote
from bot.parsing.vocabulary import SPAN_WORDS, TIME_WORDS, UNTIL_WORDS

_REPEATING_WORDS = frozenset({"every", "each", "daily"})
_DEADLINE_WORDS = frozenset({"before", "by"})
_LINKING_WORDS = frozenset({"at", "on", "@", "every", "each", "before", "by", "in", "the"})
_MIDNIGHT = time(0)


class WhenKind(StrEnum):
    """What happens at the time of a schedule."""

    AT = "at"  # the command starts
    BEFORE = "before"  # the command must be finished


@dataclass(frozen=True, slots=True)
class When:
    """A wall-clock time: once on the date `on`, or weekly on each of `days` (0 is Monday)."""

    kind: WhenKind
    time_of_day: time
    days: tuple[int, ...] = ()
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """The time from now until `ends_at`, which is in UTC."""

    duration: timedelta
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class _Clause:
    """The parts of one time clause, before they are combined."""

    is_deadline: bool
    is_repeating: bool
    days: tuple[int, ...]
    on: date | None
    time_of_day: time | None


def split_when(
    words: Sequence[str], now: datetime, timezone: str
) -> tuple[tuple[str, ...], When | None]:
    """
    Return the words without their start time, and that time, or None.

    *timezone* is an IANA name, and the time is local to it.

    >>> monday = datetime(2026, 3, 2, 12, tzinfo=UTC)
    >>> split_when(["all", "every", "weekday", "at", "13:50"], monday, "UTC")[0]
    ('all',)

    Raises:
        UsageError: The words after `at`, `every` and the like are no time to come.

    """
    until = _first_index(words, UNTIL_WORDS)  # in `until tomorrow`, the day ends a span
    start = _first_index(words[:until], TIME_WORDS)
    if start is None:
        return tuple(words), None
    end = _first_index(words, SPAN_WORDS, start) or len(words)
    time_words = words[start:end]
    rest = (*words[:start], *words[end:])
    local_now = now.astimezone(ZoneInfo(timezone))
    if time_words[0].casefold() == "in":
        due = (now.astimezone(UTC) + durations.parse_duration(time_words[1:])).astimezone(
            ZoneInfo(timezone)
        )
        return rest, When(WhenKind.AT, due.time(), on=due.date())
    return rest, _parse_when(time_words, local_now)


def split_span(
    words: Sequence[str], now: datetime, timezone: str
) -> tuple[tuple[str, ...], Span | None]:
    """
    Return the words without `for 2h` or `until 15:00`, and that span, or None.

    >>> split_span(
    ...     ["team-a", "for", "2h"], datetime(2026, 3, 2, 12, tzinfo=UTC), "UTC")[1].ends_at.hour
    14

    Raises:
        UsageError: The words after `for` or `until` are no duration or time to come.

    """
    start = _first_index(words, SPAN_WORDS)
    if start is None:
        return tuple(words), None
    words = (*words[: start + 1], *strip_trailing_fillers(words[start + 1 :]))
    utc = now.astimezone(UTC)
    if words[start].casefold() == "for":
        end = _first_index(words, TIME_WORDS, start) or len(words)
        length = durations.parse_duration(words[start + 1 : end])
        return (*words[:start], *words[end:]), Span(length, utc + length)
    ends = _parse_until(words[start + 1 :], now.astimezone(ZoneInfo(timezone))).astimezone(UTC)
    return tuple(words[:start]), Span(ends - utc, ends)


def _first_index(words: Sequence[str], starters: Collection[str], after: int = -1) -> int | None:
    found = (i for i, w in enumerate(words) if i > after and w.casefold() in starters)
    return next(found, None)


def _parse_when(time_words: Sequence[str], local_now: datetime) -> When:
    clause = _parse_clause(time_words, local_now.date())
    if clause.time_of_day is None:
        raise UsageError(
            f"At what time is {_quote_words(time_words)}? For example `tomorrow at 9:00` or "
            "`every weekday at 13:50`."
        )
    kind = WhenKind.BEFORE if clause.is_deadline else WhenKind.AT
    if clause.is_repeating:
        return When(kind, clause.time_of_day, clause.days)
    return When(kind, clause.time_of_day, on=_next_date(clause, clause.time_of_day, local_now))


def _parse_until(time_words: Sequence[str], local_now: datetime) -> datetime:
    """Return the end of an `until` clause; without a time of day, the day's first moment."""
    clause = _parse_clause(time_words, local_now.date())
    has_date = clause.days or clause.on
    if clause.is_repeating or clause.is_deadline or not (has_date or clause.time_of_day):
        raise _unreadable_error(time_words)
    time_of_day = clause.time_of_day or _MIDNIGHT
    return datetime.combine(
        _next_date(clause, time_of_day, local_now), time_of_day, local_now.tzinfo
    )


def _parse_clause(time_words: Sequence[str], today: date) -> _Clause:
    """Return the parts of one time clause, whose words may be in any order."""
    lower = [word.casefold() for word in time_words]
    dates = {"today": today, "tomorrow": today + timedelta(days=1)}
    day_words = [word for word in lower if durations.parse_days(word)]
    named_dates = [dates[word] for word in lower if word in dates]
    known = {*day_words, *dates, *_LINKING_WORDS}
    clock_words = [word for word in lower if word not in known]
    found = sorted({day for word in day_words for day in durations.parse_days(word)})
    is_plural = any(word.endswith(("days", "ends")) for word in day_words)
    is_repeating = is_plural or len(found) > 1 or not _REPEATING_WORDS.isdisjoint(lower)
    if len(named_dates) > 1 or (named_dates and found) or (is_repeating and not found):
        raise _unreadable_error(time_words)
    is_deadline = not _DEADLINE_WORDS.isdisjoint(lower)
    return _Clause(
        is_deadline,
        is_repeating,
        tuple(found),
        named_dates[0] if named_dates else None,
        _parse_clock(clock_words),
    )


def _parse_clock(clock_words: Sequence[str]) -> time | None:
    return durations.parse_time_of_day(clock_words) if clock_words else None


def _next_date(clause: _Clause, time_of_day: time, local_now: datetime) -> date:
    """Return the next date that *clause* allows; today only if *time_of_day* is not past."""
    today, is_past = local_now.date(), time_of_day <= local_now.time()
    if clause.on == today and is_past:
        raise UsageError(
            f"It's already past {time_of_day:%H:%M} today. Try `tomorrow at "
            f"{time_of_day:%H:%M}` or another time."
        )
    if clause.on:
        return clause.on
    days_ahead = (clause.days[0] - today.weekday()) % 7 if clause.days else 0
    week = 7 if clause.days else 1
    return today + timedelta(days=week if not days_ahead and is_past else days_ahead)


def _unreadable_error(time_words: Sequence[str]) -> UsageError:
    return UsageError(
        f"I can't read {_quote_words(time_words)} as a time. Try `at 13:50`, `tomorrow at "
        "9:00`, `every weekday at 13:50` or `in 20 min`."
    )


def _quote_words(words: Sequence[str]) -> str:
    return quote(" ".join(words[:20]))
