"""Additions and changes of schedules, each with its card in the same transaction."""

from dataclasses import replace
from datetime import datetime

from bot import schedules as core
from bot.audit import AskState, Outcome
from bot.cards.keys import CardKey, CardKind
from bot.command import Context, check_permission
from bot.errors import UsageError
from bot.model import Ask, Source
from bot.parsing import tokenize
from bot.parsing.verbs import match_verb
from bot.render import schedules as render
from bot.schedules import OffReason, Schedule, ScheduleState
from bot.schedules.actions import AddSchedule, ChangeSchedule, ScheduleChange
from bot.service import request_state
from bot.service.dependencies import Dependencies, Job
from bot.service.reply_channel import reply, reply_best_effort
from bot.service.schedule_card import report, show
from bot.service.schedules.runs import next_start
from bot.store import Tx, class_hours, schedules


def apply(deps: Dependencies, context: Context, result: AddSchedule | ChangeSchedule) -> Outcome:
    """Add or change a schedule; return the outcome of the request."""
    if isinstance(result, AddSchedule):
        return _add(deps, context.ask, result)
    return _change_for(deps, context, result)


def _add(deps: Dependencies, ask: Ask, result: AddSchedule) -> Outcome:
    """Keep the schedule of *result*, or ask about its warning; return the outcome."""
    needs_confirmation = result.schedule.state is ScheduleState.PROPOSED
    with deps.store.transaction() as tx:
        schedules.lock_schedules(tx)
        _check_limits(tx, result.schedule.owner)
        request_state.mark_started(tx, ask)
        number = schedules.add(tx, result.schedule)
        if needs_confirmation:
            outcome = Outcome(AskState.ASKED, f"asked about schedule {number}")
        else:
            kept = replace(result.schedule, id=number)
            outcome = Outcome(AskState.ACTED, f"added schedule {number}")
            show(tx, kept, result, deps.now())
        request_state.mark_done(tx, ask, outcome, deps.now())
    if needs_confirmation:
        reply(deps.slack, ask, render.confirmation(result, number))
    deps.trigger(Job.DELIVER)
    return outcome


def _change_for(deps: Dependencies, context: Context, result: ChangeSchedule) -> Outcome:
    """Change a schedule for a person with its command's permission; return the outcome."""
    ask, now = context.ask, deps.now()
    with deps.store.transaction() as tx:
        schedules.lock_schedules(tx)
        before = _load(tx, context, result.id)
        after = _change(tx, before, result.change, ask.user, now)
        request_state.mark_started(tx, ask)
        schedules.save(tx, after)
        is_answer = before.state is ScheduleState.PROPOSED
        if not is_answer:
            message = render.changed(after, result.change, ask.user)
            key = CardKey.of_request(CardKind.SCHEDULE_CHANGE, ask.idempotency_key)
            report(tx, key, after, message, now)
        if not is_answer or after.state is ScheduleState.ON:
            show(tx, after, None, now)
        outcome = Outcome(AskState.ACTED, _audit_line(before, after, result.change))
        request_state.mark_done(tx, ask, outcome, now)
    deps.trigger(Job.DELIVER)
    if is_answer:
        is_on = after.state is ScheduleState.ON
        shown = render.confirmed(after) if is_on else render.cancelled(after)
        reply_best_effort(deps, ask, shown, replace=ask.source is Source.BUTTON)
    elif ask.channel != after.channel:
        reply_best_effort(deps, ask, render.changed(after, result.change, ask.user))
    return outcome


def _check_limits(tx: Tx, owner: str) -> None:
    """Check that *owner* may have one more schedule.

    Raises:
        UsageError: There are too many.
    """
    if schedules.count_kept(tx, owner) >= core.MAX_PER_OWNER:
        raise UsageError(
            f"You have {core.MAX_PER_OWNER} schedules, which is the limit. Remove one first.",
            "schedules",
        )
    if schedules.count_kept(tx) >= core.MAX_TOTAL:
        raise UsageError(
            f"There are {core.MAX_TOTAL} schedules, which is the limit. Remove one first.",
            "schedules",
        )


def _load(tx: Tx, context: Context, id: int) -> Schedule:
    """Return schedule *id*, locked.

    Raises:
        UsageError: It doesn't exist, or is over.
        PermissionDenied: The person may not run its command.
    """
    found = schedules.get(tx, id)
    if found is None or found.state in (ScheduleState.REMOVED, ScheduleState.ENDED):
        raise UsageError(
            f"There's no schedule {id}. It may be over or removed: see the list.", "schedules"
        )
    verb = match_verb(tokenize(found.command), context.commands)
    assert verb, "a schedule's command starts with its verb"
    check_permission(context.commands[verb[0]], context.permission)
    if core.is_expired_proposal(found, context.now):
        raise UsageError("That question is over 10 minutes old. Send the command again.")
    return found


def _change(
    tx: Tx, schedule: Schedule, change: ScheduleChange, user: str, now: datetime
) -> Schedule:
    """Return *schedule* after *change* by *user*."""
    if change is ScheduleChange.REMOVE:
        class_hours.stop_waking(tx, schedule.id)
        return replace(schedule, state=ScheduleState.REMOVED)
    if schedule.state is ScheduleState.PROPOSED:
        return _confirm(tx, schedule, change, user, now)
    if change is ScheduleChange.OFF:
        return replace(schedule, state=ScheduleState.OFF, off_reason=OffReason.PERSON)
    if change is ScheduleChange.SKIP:
        return _skip(tx, schedule)
    if schedule.state is ScheduleState.ON:
        raise UsageError(f"Schedule {schedule.id} is already on. See the list.", "schedules")
    on = replace(schedule, state=ScheduleState.ON, off_reason=None, off_detail="")
    return replace(on, next_at=_next_at(tx, schedule, now))


def _confirm(
    tx: Tx, schedule: Schedule, change: ScheduleChange, user: str, now: datetime
) -> Schedule:
    """Return a proposed schedule that *user* confirmed, and so owns."""
    if change is not ScheduleChange.ON:
        raise UsageError(
            f"Schedule {schedule.id} isn't confirmed yet. Tap the button below its question."
        )
    _check_limits(tx, user)
    return replace(
        schedule, state=ScheduleState.ON, owner=user, next_at=_next_at(tx, schedule, now)
    )


def _skip(tx: Tx, schedule: Schedule) -> Schedule:
    """Return *schedule* without its next run."""
    if schedule.state is not ScheduleState.ON or schedule.next_at is None:
        raise UsageError(
            f"Schedule {schedule.id} is off. Switch it on, then try again.",
            f"schedule {schedule.id} on",
        )
    if not schedule.is_recurring:
        raise UsageError(
            f"Schedule {schedule.id} runs only once. Remove it instead?",
            f"unschedule {schedule.id}",
        )
    following = next_start(tx, schedule, schedule.next_at)
    if following is None:
        raise UsageError(
            f"That's the last run of schedule {schedule.id}. Remove it instead?",
            f"unschedule {schedule.id}",
        )
    return replace(schedule, next_at=following)


def _next_at(tx: Tx, schedule: Schedule, now: datetime) -> datetime:
    """Return the next run of a schedule that is switched on at *now*.

    Raises:
        UsageError: There is none.
    """
    is_to_come = schedule.next_time is not None and schedule.next_time > now
    if schedule.is_recurring:
        following = next_start(tx, schedule, now - schedule.lead)
    else:
        following = schedule.next_at if is_to_come else None
    if following is None:
        raise UsageError("Its time is over. Send the command again with another time.")
    return following


def _audit_line(before: Schedule, after: Schedule, change: ScheduleChange) -> str:
    if before.state is ScheduleState.PROPOSED:
        answer = "confirmed" if after.state is ScheduleState.ON else "cancelled"
        return f"{answer} schedule {after.id}: {after.command} {after.timing}"
    return f"schedule {after.id} ({after.command} {after.timing}): {change}"
