"""Requests whose process stopped before it answered: they are answered and closed."""

from datetime import datetime, timedelta

from bot.model import Source
from bot.render import replies
from bot.service import reply_channel
from bot.service.dependencies import Dependencies
from bot.service.requests import uploads
from bot.service.schedules import reports, runs
from bot.store import Tx, asks

# A request that is still open after this time was lost with its process.
_ABANDONED_AFTER = timedelta(minutes=1)
# A form may change hundreds of Spaces before it is answered.
_FORM_ABANDONED_AFTER = timedelta(minutes=15)
# An upload sends heartbeats; the longest gap is the Hub's handling of the commit.
_UPLOAD_ABANDONED_AFTER = timedelta(minutes=4)
# Results for the audit: nothing had started, or something may have been done.
_INTERRUPTED_RESULTS = ("interrupted before it was answered", "interrupted, and may have been done")


def notify_abandoned(deps: Dependencies) -> None:
    """Answer the requests whose process stopped before it answered, and mark them abandoned."""
    with deps.leadership.transaction() as tx:
        now = deps.now()
        candidates = asks.orphans(tx, now - _ABANDONED_AFTER)
        expired = [o for o in candidates if _is_abandoned(o, now)]
        expired = [o for o in expired if not _release_run(tx, o, now)]
        abandoned = [
            o for o in expired if asks.abandon(tx, o.id, _INTERRUPTED_RESULTS[o.is_started], now)
        ]
        for request in abandoned:
            uploads.show_interrupted(tx, request.ask)
    for request in abandoned:
        message = replies.interrupted(request.ask.text, is_started=request.is_started)
        if request.ask.schedule is not None:
            reports.report_failure(deps, request.ask, message.text)
        else:
            reply_channel.reply_best_effort(deps, request.ask, message)


def _release_run(tx: Tx, pending: asks.PendingAsk, now: datetime) -> bool:
    """Return whether the leader will answer *pending*, a run that has changed nothing, in time.

    The claim of a process that died is released.
    """
    if pending.is_started or not runs.is_timely(tx, pending, now):
        return False
    asks.release(tx, pending.id)
    return True


def _is_abandoned(pending: asks.PendingAsk, now: datetime) -> bool:
    if pending.heartbeat_at:
        return pending.heartbeat_at < now - _UPLOAD_ABANDONED_AFTER
    is_form = pending.ask.source is Source.MODAL
    return pending.received_at < now - (_FORM_ABANDONED_AFTER if is_form else _ABANDONED_AFTER)
