"""Reports about deadlines: 15 minutes before each of them, and at its time, once each."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.cards.keys import CardKey
from bot.model import owner_of
from bot.operations import Operation
from bot.operations.deadline import DeadlineReport, make_report, next_report_at
from bot.parsing import NameIndex
from bot.render import deadlines as render
from bot.service import sanitizing
from bot.service.dependencies import Dependencies, Job
from bot.settings import Settings
from bot.store import Tx, cards, health, operations, spaces

# A report is as true as the listing of the fleet behind it.
_MAX_FLEET_AGE = timedelta(seconds=5)


def report_due(deps: Dependencies) -> None:
    """Post the reports about deadlines that are due."""
    if deps.leadership.current_lease() is None:
        return
    with deps.store.transaction() as tx:
        due = operations.due_reports(tx, deps.now())
    for operation in due:
        _report(deps, operation)
    if due:
        deps.trigger(Job.DELIVER)


def _report(deps: Dependencies, operation: Operation) -> None:
    """Claim the report about *operation* and post it, in one transaction of the leader.

    Without an answer of the Hub it is by the last sweep, because people wait for it.
    """
    snapshot = sanitizing.fetch_snapshot(deps.sanitizer, deps.fleet_cache, _MAX_FLEET_AGE)
    now = deps.now()
    with deps.leadership.transaction() as tx:
        (current,) = operations.get_all(tx, [operation.id])
        is_claimed = operations.claim_report(tx, current.id, now, next_report_at(current, now))
        if is_claimed and current.stopped_at is None:  # who stopped it needs no report
            records = health.records(tx, current.spaces)
            is_last_seen = not {*map(owner_of, current.spaces)}.isdisjoint(snapshot.errors)
            stored = spaces.fleet(tx) if is_last_seen else {}
            report = make_report(current, {**stored, **snapshot.fleet}, records, now)
            shown = replace(report, is_last_seen=is_last_seen)
            _show(tx, deps.settings, current, shown, deps.now())


def _show(
    tx: Tx, settings: Settings, operation: Operation, report: DeadlineReport, now: datetime
) -> None:
    """Post *report*: the check as a card, the end as a reply to it."""
    names = NameIndex.of(operation.spaces, settings.prefix, settings.hf_endpoint)
    check = CardKey.deadline_check(operation.id)
    parents = cards.by_key(tx, check) if report.is_final else []
    cards.upsert(
        tx,
        CardKey.deadline_report(operation.id) if report.is_final else check,
        operation.channel,
        render.report(operation, report, names),
        now,
        user=operation.requested_by,
        thread=operation.thread,
        parent=parents[0].id if parents else None,
    )
