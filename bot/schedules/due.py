"""Due schedules: the run to make now, the missed ones, and the next one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

from bot.operations.deadline import DEADLINE_LEAD
from bot.schedules.recurrence import last_run, next_run, runs_after
from bot.schedules.schedule import Schedule

#: How late a run is still made up for, after the bot was down.
CATCH_UP = timedelta(minutes=15)
#: The latest that any run is made up for.
LONGEST_CATCH_UP = max(CATCH_UP, DEADLINE_LEAD)
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
    following = next_start(schedule, max(latest, now))
    if now - latest <= catch_up(schedule):
        missed = _missed_runs(schedule, due, latest)
        return DueDecision(latest, following, len(missed), *_ends(missed))
    missed = [*_missed_runs(schedule, due, latest), latest]
    return DueDecision(None, following, len(missed), *_ends(missed))


def catch_up(schedule: Schedule) -> timedelta:
    """Return how late a run is still made up for: until its deadline, if any."""
    return schedule.lead or CATCH_UP


def run_text(schedule: Schedule, run_at: datetime) -> str:
    """Return the command of the run at a moment, with its deadline if any."""
    if not schedule.lead:
        return schedule.command
    local = (run_at + schedule.lead).astimezone(ZoneInfo(schedule.zone))
    return f"{schedule.command} on {local:%Y-%m-%d before %H:%M} in {schedule.zone}"


def next_start(schedule: Schedule, after: datetime) -> datetime | None:
    """Return when the first run after a moment begins; None if there is no more."""
    if not schedule.recurrence:
        return None
    following = next_run(schedule.recurrence, after + schedule.lead)
    return following - schedule.lead if following else None


def _latest(schedule: Schedule, due: datetime, now: datetime) -> datetime:
    """Return the latest run up to *now*, but none before *due*."""
    if not schedule.recurrence:
        return due
    found = last_run(schedule.recurrence, now + schedule.lead)
    return max(due, found - schedule.lead) if found else due


def _missed_runs(schedule: Schedule, due: datetime, before: datetime) -> list[datetime]:
    """Return the runs from *due* on and before a time, the first hundred of them."""
    if due >= before:
        return []
    times = runs_after(schedule.recurrence, due + schedule.lead)
    later = takewhile(lambda run: run < before, (time - schedule.lead for time in times))
    return [due, *islice(later, _MAX_COUNT - 1)]


def _ends(runs: list[datetime]) -> tuple[datetime | None, datetime | None]:
    return (runs[0], runs[-1]) if runs else (None, None)
