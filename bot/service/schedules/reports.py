"""Reports about runs of schedules, for the owner and the channel."""

from dataclasses import replace
from datetime import datetime

from bot.audit import AskState, Outcome
from bot.cards import Message
from bot.cards.keys import CardKey, CardKind
from bot.errors import BotError, NothingSelected, PermissionDenied, UsageError
from bot.model import Ask
from bot.redaction import redact_secrets
from bot.render import schedule_runs as render
from bot.schedules import OffReason, Schedule, ScheduleState
from bot.service import admin_notices, schedule_card
from bot.service.dependencies import Dependencies, Job
from bot.store import Tx, asks, schedules


def report_answer(deps: Dependencies, ask: Ask, answer: Message) -> str:
    """Report a run that changed nothing; return the text of the answer.

    A schedule that repeats is quiet about it, because its list of runs says so.
    """
    with deps.store.transaction() as tx:
        schedule = _load(tx, ask)
        if not schedule.is_recurring:
            _report(tx, ask, schedule, deps.now(), render.ran(schedule, answer))
    deps.trigger(Job.DELIVER)
    return answer.text


def report_refusal(deps: Dependencies, ask: Ask, error: BotError) -> Outcome:
    """Report a run that was refused or failed; return the outcome of its request.

    The same reason again is reported once. Without its owner's permission the schedule is
    switched off.
    """
    reason = redact_secrets(str(error))
    if isinstance(error, NothingSelected):
        report_answer(deps, ask, Message(reason))
        return Outcome(AskState.UNCHANGED, reason)
    if isinstance(error, PermissionDenied) and not error.is_uncertain:
        _switch_off(deps, ask, reason)
        return Outcome(AskState.REFUSED, "not allowed; the schedule is off")
    suggestion = error.suggestion if isinstance(error, UsageError) else None
    report_failure(deps, ask, reason, suggestion)
    return Outcome(AskState.FAILED, reason)


def report_failure(
    deps: Dependencies, ask: Ask, reason: str, suggestion: str | None = None
) -> None:
    """Report a run that failed for *reason*, unless the previous run did too.

    *suggestion* is a command that works instead.
    """
    with deps.store.transaction() as tx:
        schedule = _load(tx, ask)
        if asks.result_before(tx, ask) != reason:
            _report(tx, ask, schedule, deps.now(), render.failed(schedule, reason, suggestion))
    deps.trigger(Job.DELIVER)


def _switch_off(deps: Dependencies, ask: Ask, reason: str) -> None:
    """Switch the schedule off, and tell its channel and the admins why."""
    admins = admin_notices.resolve_recipients(deps.slack, deps.settings)
    with deps.store.transaction() as tx:
        schedule = _load(tx, ask)
        off = replace(
            schedule,
            state=ScheduleState.OFF if schedule.next_at else ScheduleState.ENDED,
            off_reason=OffReason.PERMISSION,
            off_detail=reason,
        )
        schedules.save(tx, off)
        schedule_card.show(tx, off, None, deps.now())
        message = render.switched_off(off)
        _report(tx, ask, off, deps.now(), message)
        cause = f"schedule:{ask.idempotency_key}"
        admin_notices.notify_admins(tx, admins, cause, message, deps.now())
    deps.trigger(Job.DELIVER)


def _load(tx: Tx, ask: Ask) -> Schedule:
    assert ask.schedule is not None, "only the request of a schedule is reported here"
    schedule = schedules.get(tx, ask.schedule)
    assert schedule, "schedules are never deleted"
    return schedule


def _report(tx: Tx, ask: Ask, schedule: Schedule, now: datetime, message: Message) -> None:
    key = CardKey.of_request(CardKind.SCHEDULE_RUN, ask.idempotency_key)
    schedule_card.report(tx, key, schedule, message, now)
