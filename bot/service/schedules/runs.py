"""Runs of schedules: each one is claimed once, together with its request, and then answered.

The claim, the request and the next time are one transaction of the leader. The request's key names
the schedule and the time, so that no crash or second leader makes a run twice.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot import metrics
from bot.cards.keys import CardKey, CardKind
from bot.model import Ask, Source
from bot.render import schedule_runs as render
from bot.schedules import Schedule, ScheduleKind, ScheduleState, due
from bot.schedules.due import LONGEST_CATCH_UP, DueDecision, catch_up, decide_due, run_text
from bot.schedules.lessons import lesson_command, next_lesson_start
from bot.service.leadership import Leadership
from bot.service.schedule_card import show
from bot.store import Store, Tx, asks, cards, class_hours, schedules
from bot.store.asks import PendingAsk

# Schedules of one pass. The next pass follows within a second.
_MAX_DUE = 50


def claim_due(leadership: Leadership, store: Store, now: datetime) -> Sequence[PendingAsk]:
    """Claim the due runs, report the missed ones; return the requests to answer.

    Among them are those that a process claimed and never began to answer.
    """
    if leadership.current_lease() is None:
        return ()
    with store.transaction() as tx:
        if not schedules.due(tx, now, 1) and not _unclaimed(tx, now):
            return ()  # most passes: no row is locked
    with leadership.transaction() as tx:
        for schedule in schedules.due(tx, now, _MAX_DUE):
            _claim(tx, schedule, decide_due(schedule, now), now)
        return _unclaimed(tx, now)


def _unclaimed(tx: Tx, now: datetime) -> Sequence[PendingAsk]:
    """Return the timely requests of runs that no process has begun to answer."""
    return [p for p in asks.unclaimed_runs(tx, now - LONGEST_CATCH_UP) if is_timely(tx, p, now)]


def is_timely(tx: Tx, pending: PendingAsk, now: datetime) -> bool:
    """Return whether the run that made *pending* may still be made up for."""
    schedule = schedules.get(tx, pending.ask.schedule) if pending.ask.schedule else None
    return schedule is not None and now - pending.received_at <= catch_up(schedule)


def _claim(tx: Tx, schedule: Schedule, decision: DueDecision, now: datetime) -> None:
    """Store the next time of *schedule*, its request, and a report of missed runs."""
    following = decision.next_at
    if schedule.kind is ScheduleKind.LESSON and schedule.next_at:
        following = next_start(tx, schedule, max(now - schedule.lead, schedule.next_at))
    after = replace(
        _with_present_targets(tx, schedule),
        next_at=following,
        state=ScheduleState.ON if following else ScheduleState.ENDED,
        missed_at=decision.missed_to or schedule.missed_at,
    )
    if not schedules.claim_due(tx, schedule, after):
        return
    if after.state is ScheduleState.ENDED and after.kind is not ScheduleKind.LESSON:
        show(tx, after, None, now)
    if after.kind is ScheduleKind.KEEP:
        return  # its time is its end
    if decision.run_at:
        request = _request(after, decision.run_at)
        asks.receive(tx, request, request.text, now)
        metrics.schedule_lateness.observe((now - decision.run_at).total_seconds())
    if decision.missed_from and decision.missed_to:
        metrics.schedule_runs.labels("missed").inc(decision.missed)
        message = render.missed(after, decision.missed, decision.missed_from, decision.missed_to)
        key = CardKey.of_request(CardKind.SCHEDULE_RUN, _key(schedule, decision.missed_to))
        cards.upsert(tx, key, schedule.owner, message, now, user=schedule.owner)


def next_start(tx: Tx, schedule: Schedule, after: datetime) -> datetime | None:
    """Return when the first run after a moment begins; None if there is no more."""
    if schedule.kind is not ScheduleKind.LESSON:
        return due.next_start(schedule, after)
    hours = class_hours.woken_by(tx, schedule.id)
    return next_lesson_start(schedule, hours, after) if hours else None


def _with_present_targets(tx: Tx, schedule: Schedule) -> Schedule:
    """Return *schedule* with the targets of its class hours, which a rename may have changed."""
    if schedule.kind is not ScheduleKind.LESSON:
        return schedule
    hours = class_hours.woken_by(tx, schedule.id)
    return replace(schedule, command=lesson_command(hours)) if hours else schedule


def _request(schedule: Schedule, run_at: datetime) -> Ask:
    return Ask(
        run_text(schedule, run_at),
        schedule.owner,
        schedule.channel,
        Source.SCHEDULE,
        idempotency_key=_key(schedule, run_at),
        thread=schedule.thread,
        schedule=schedule.id,
    )


def _key(schedule: Schedule, run_at: datetime) -> str:
    return f"schedule:{schedule.id}:{run_at.timestamp():.0f}"
