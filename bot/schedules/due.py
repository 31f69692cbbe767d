"""Due schedules: the run to make now, the missed ones, and the next one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice, takewhile

from bot.schedules.recurrence import last_run, next_run, runs_after
from bot.schedules.schedule import Schedule

#: How late a run is still made up for, after the bot was down.
CATCH_UP = timedelta(minutes=15)
# Missed runs are counted up to this number.
_MAX_COUNT = 100


@dataclass(frozen=True, slots=True)
class DueDecision:
    """What becomes of the runs of one schedule that are due."""

    run_at: datetime | None  # the time of the run to make now; None: none
    next_at: datetime | None  # None: no run is to come
    missed: int = 0  # runs that are too late
    missed_from: datetime | None = None
    missed_to: datetime | None = None


def decide_due(schedule: Schedule, now: datetime) -> DueDecision:
    """Return what to do about *schedule*, whose next run is due at *now* or before.

    At most one run is made, the latest one, so that a long stop causes no burst.
    """
    due = schedule.next_at
    assert due is not None, "only what has a next run is due"
    assert due <= now, "it is due"
    latest = _latest(schedule, due, now)
    following = next_run(schedule.recurrence, max(latest, now)) if schedule.is_recurring else None
    if now - latest <= CATCH_UP:
        missed = _missed_runs(schedule, due, latest)
        return DueDecision(latest, following, len(missed), *_ends(missed))
    missed = [*_missed_runs(schedule, due, latest), latest]
    return DueDecision(None, following, len(missed), *_ends(missed))


def _latest(schedule: Schedule, due: datetime, now: datetime) -> datetime:
    """Return the latest run up to *now*, but none before *due*."""
    found = last_run(schedule.recurrence, now) if schedule.is_recurring else None
    return max(due, found) if found else due


def _missed_runs(schedule: Schedule, due: datetime, before: datetime) -> list[datetime]:
    """Return the runs from *due* on and before a time, the first hundred of them."""
    if due >= before:
        return []
    later = takewhile(lambda run: run < before, runs_after(schedule.recurrence, due))
    return [due, *islice(later, _MAX_COUNT - 1)]


def _ends(runs: list[datetime]) -> tuple[datetime | None, datetime | None]:
    return (runs[0], runs[-1]) if runs else (None, None)
