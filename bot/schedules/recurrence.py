"""Recurrences: times that come again and again, by the library hron.

A local time that daylight saving time skips runs later, by the length of the gap; one that occurs
twice runs once. https://github.com/simpllyf/hron
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from bot.errors import UsageError
from bot.parsing import quote

if TYPE_CHECKING:
    from hron import Schedule as Rule

#: The shortest time between two runs.
MIN_INTERVAL = timedelta(minutes=5)
# Runs that are compared with `MIN_INTERVAL`: more than any day has.
_COMPARED_RUNS = 300


def parse_recurrence(expression: str, typed: str) -> str:
    """
    Return *expression* in hron's canonical form; errors quote *typed*.

    >>> parse_recurrence("every mon,wed at 8:00 in Europe/Berlin", "")
    'every monday, wednesday at 08:00 in Europe/Berlin'

    Raises:
        UsageError: hron can't read it.

    """
    if rule := _parse(expression):
        return str(rule)
    raise UsageError(
        f"I can't read {quote(typed)} as a time. Try `every weekday at 13:50`, `every mon,wed "
        "at 8:00 until 31 jan` or `every 2 hours`."
    )


def next_run(recurrence: str, after: datetime) -> datetime | None:
    """Return the first run after a moment, in UTC; None if there is no more."""
    return next(runs_after(recurrence, after), None)


def runs_after(recurrence: str, after: datetime) -> Iterator[datetime]:
    """Yield the runs after a moment, each one once, in UTC."""
    # A stored recurrence that a newer hron can't read has no more runs, so that such a schedule
    # doesn't stop the others.
    latest, rule = after, _parse(recurrence)
    for local in rule.occurrences(after) if rule else ():
        run = local.astimezone(UTC)
        if run > latest:  # two local times may be one moment on the day of a change
            yield run
            latest = run


def last_run(recurrence: str, until: datetime) -> datetime | None:
    """Return the last run up to *until*, in UTC; None if there is none."""
    # hron returns the last one strictly before a moment, and runs are at whole minutes.
    rule = _parse(recurrence)
    local = rule.previous_from(until + timedelta(microseconds=1)) if rule else None
    return local.astimezone(UTC) if local else None


def _parse(expression: str) -> "Rule | None":
    """Return the rule that *expression* stands for, None if hron can't read it."""
    from hron import HronError, Schedule  # noqa: PLC0415 - 5% of a start, and few processes need it

    try:
        return Schedule.parse(expression)
    except HronError:
        return None


def check_interval(recurrence: str, now: datetime) -> None:
    """Check that two runs are `MIN_INTERVAL` apart.

    Raises:
        UsageError: They are closer.

    """
    runs = islice(runs_after(recurrence, now), _COMPARED_RUNS)
    if any(later - earlier < MIN_INTERVAL for earlier, later in pairwise(runs)):
        raise UsageError("That's more often than every 5 minutes. Use a longer interval.")
