"""Words → when something is to happen, and how long something is to last."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.errors import Misunderstood
from bot.parsing import clocks
from bot.parsing.manners import trimmed
from bot.parsing.sentences import echo
from bot.parsing.vocabulary import SPAN, UNTIL, WHEN

_REPEATING = frozenset({"every", "each", "daily"})
_EARLIER = frozenset({"before", "by"})
_LINKING = frozenset({"at", "on", "@", "every", "each", "before", "by", "in", "the"})
_MIDNIGHT = time(0)


class Kind(StrEnum):
    AT = "at"  # start then
    BEFORE = "before"  # be done by then


@dataclass(frozen=True, slots=True)
class When:
    """A wall-clock time: once, on the date `on`, or on every one of `days` (0 is Monday)."""

    kind: Kind
    clock: time
    days: tuple[int, ...] = ()
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """From now until `ends`, which is in UTC."""

    length: timedelta
    ends: datetime


@dataclass(frozen=True, slots=True)
class _Clause:
    """What the words of one time say, each on its own."""

    early: bool
    repeats: bool
    days: tuple[int, ...]
    on: date | None
    clock: time | None


def when(words: Sequence[str], now: datetime, zone: str) -> tuple[tuple[str, ...], When | None]:
    """
    Take the time out of a command: the words that are left, and when.

    >>> monday = datetime(2026, 3, 2, 12, tzinfo=UTC)
    >>> when(["all", "every", "weekday", "at", "13:50"], monday, "UTC")[0]
    ('all',)
    """
    until = _first(words, UNTIL)  # the words of `until tomorrow` are its own
    start = _first(words[:until], WHEN)
    if start is None:
        return tuple(words), None
    end = _first(words, SPAN, start) or len(words)
    said = words[start:end]
    rest = (*words[:start], *words[end:])
    local = now.astimezone(ZoneInfo(zone))
    if said[0].casefold() == "in":
        due = (now.astimezone(UTC) + clocks.duration(said[1:])).astimezone(ZoneInfo(zone))
        return rest, When(Kind.AT, due.time(), on=due.date())
    return rest, _when(said, local)


def span(words: Sequence[str], now: datetime, zone: str) -> tuple[tuple[str, ...], Span | None]:
    """
    Take `for 2h` or `until 15:00` out of a command: the words that are left, and the span.

    >>> span(["team-a", "for", "2h"], datetime(2026, 3, 2, 12, tzinfo=UTC), "UTC")[1].ends.hour
    14
    """
    start = _first(words, SPAN)
    if start is None:
        return tuple(words), None
    words = (*words[: start + 1], *trimmed(words[start + 1 :]))
    utc = now.astimezone(UTC)
    if words[start].casefold() == "for":
        end = _first(words, WHEN, start) or len(words)
        length = clocks.duration(words[start + 1 : end])
        return (*words[:start], *words[end:]), Span(length, utc + length)
    ends = _until(words[start + 1 :], now.astimezone(ZoneInfo(zone))).astimezone(UTC)
    return tuple(words[:start]), Span(ends - utc, ends)


def _first(words: Sequence[str], starters: Collection[str], after: int = -1) -> int | None:
    found = (i for i, w in enumerate(words) if i > after and w.casefold() in starters)
    return next(found, None)


def _when(said: Sequence[str], local: datetime) -> When:
    clause = _clause(said, local.date())
    if clause.clock is None:
        raise Misunderstood(
            f"At what time is {_quoted(said)}? Nothing was done. Say for example "
            "`tomorrow at 9:00` or `every weekday at 13:50`."
        )
    kind = Kind.BEFORE if clause.early else Kind.AT
    if clause.repeats:
        return When(kind, clause.clock, clause.days)
    return When(kind, clause.clock, on=_date(clause, clause.clock, local))


def _until(said: Sequence[str], local: datetime) -> datetime:
    """Return the end of an `until`; a day without a clock ends the span as it begins."""
    clause = _clause(said, local.date())
    dated = clause.days or clause.on
    if clause.repeats or clause.early or not (dated or clause.clock):
        raise _unreadable(said)
    at = clause.clock or _MIDNIGHT
    return datetime.combine(_date(clause, at, local), at, local.tzinfo)


def _clause(said: Sequence[str], today: date) -> _Clause:
    """Read the words of one time, in whatever order they came."""
    lower = [word.casefold() for word in said]
    dates = {"today": today, "tomorrow": today + timedelta(days=1)}
    named = [word for word in lower if clocks.days(word)]
    on = [dates[word] for word in lower if word in dates]
    known = {*named, *dates, *_LINKING}
    at = [word for word in lower if word not in known]
    found = sorted({day for word in named for day in clocks.days(word)})
    plural = any(word.endswith(("days", "ends")) for word in named)
    repeats = plural or len(found) > 1 or not _REPEATING.isdisjoint(lower)
    if len(on) > 1 or (on and found) or (repeats and not found):
        raise _unreadable(said)
    early = not _EARLIER.isdisjoint(lower)
    return _Clause(early, repeats, tuple(found), on[0] if on else None, _clock(at))


def _clock(at: Sequence[str]) -> time | None:
    return clocks.clock(at) if at else None


def _date(clause: _Clause, at: time, local: datetime) -> date:
    """Return the next date that the clause can mean: today only while *at* is to come."""
    today, passed = local.date(), at <= local.time()
    if clause.on == today and passed:
        raise Misunderstood(
            f"It is already past {at:%H:%M} today, so nothing was done. "
            f"Say `tomorrow at {at:%H:%M}` or another time."
        )
    if clause.on:
        return clause.on
    ahead = (clause.days[0] - today.weekday()) % 7 if clause.days else 0
    week = 7 if clause.days else 1
    return today + timedelta(days=week if not ahead and passed else ahead)


def _unreadable(said: Sequence[str]) -> Misunderstood:
    return Misunderstood(
        f"I cannot read {_quoted(said)} as a time, so nothing was done. "
        "Say `at 13:50`, `tomorrow at 9:00`, `every weekday at 13:50` or `in 20 min`."
    )


def _quoted(said: Sequence[str]) -> str:
    return echo(" ".join(said[:20]))
