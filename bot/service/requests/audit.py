"""The audit of requests: their targets, and the entries with their outcome."""

import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from bot.alerts.actions import (
    AcknowledgeIncidents,
    AddWatch,
    MuteSpaces,
    ReleaseIncidents,
    RemoveWatch,
    SetClassHours,
    UndoMute,
    UnmuteSpaces,
)
from bot.audit import AskState, AuditEntry, AuditResult, OperationLink, state_of_act
from bot.command import Context
from bot.errors import SlackError
from bot.loans import LoanChange
from bot.operations import Operation, OperationState, StepState
from bot.parsing import NameIndex
from bot.parsing.names import may_be_same_space
from bot.queries import AuditQuery
from bot.render.audit import confirmation_result, operation_result
from bot.results import (
    BulkAction,
    ConfirmationReply,
    Continue,
    Proposal,
    Result,
    SecretOperation,
    Stop,
    Upload,
)
from bot.schedules.actions import AddSchedule, ScheduleEntry
from bot.service.alerts import routing
from bot.service.dependencies import Dependencies, Slack
from bot.store import Store, audit, schedules, spaces
from bot.store.audit import AuditRow, OperationSummary

logger = logging.getLogger(__name__)

_WORD_PATTERN = re.compile(r"[^\s,;:()“”]+")
# A request with such a link names its operation by number alone.
_NAMED_BY_NUMBER = (OperationLink.ANSWERED, OperationLink.STOPPED, OperationLink.CONTINUED)
# A request with such a link has its own result, and not that of its operation.
_WITH_OWN_RESULT = (OperationLink.STOPPED, OperationLink.CONTINUED)
_LINKS: Mapping[type[Result], OperationLink] = {
    ConfirmationReply: OperationLink.ANSWERED,
    Stop: OperationLink.STOPPED,
    Continue: OperationLink.CONTINUED,
}


def record_targets(store: Store, number: int, context: Context, result: Result) -> None:
    """Record the Spaces that *result* touches as the targets of request *number*."""
    if isinstance(result, ConfirmationReply | Stop | Continue):
        link = _LINKS[type(result)]
        store.batch(
            partial(audit.link_operation, id=number, operation_id=result.operation, link=link)
        )
    elif spaces := _affected_spaces(context, result):
        store.batch(partial(audit.record_targets, id=number, spaces=spaces))


def _affected_spaces(context: Context, result: Result) -> Iterable[str]:
    match result:
        case (
            Operation()
            | BulkAction()
            | MuteSpaces()
            | UnmuteSpaces()
            | UndoMute()
            | AcknowledgeIncidents()
            | ReleaseIncidents()
            | AddSchedule()
            | SetClassHours()
            | LoanChange()
        ):
            return result.spaces
        case Proposal() | SecretOperation():
            return result.operation.spaces
        case Upload():
            return (result.space,)
        case AddWatch():
            return _watched_spaces(context, result.watch.targets)
        case RemoveWatch():
            return _watched_spaces(context, result.targets or ())
    return ()


def _watched_spaces(context: Context, targets: Sequence[str]) -> Iterable[str]:
    watched = routing.resolve_watch(targets, context.fleet, context.names)
    return context.fleet if watched is None else watched


def load_entries(deps: Dependencies, query: AuditQuery) -> AuditResult:
    """Return the entries that match *query*, newest first."""
    since = query.since or deps.now() - timedelta(hours=query.hours)
    prefix = deps.settings.prefix
    with deps.store.transaction() as tx:
        matching = audit.find_asks(tx, since, query, prefix)
        rows = [row for row in matching[: query.limit] if _is_about(row, query.target, prefix)]
        operations = audit.summarize_operations(tx, filter(None, (r.operation_id for r in rows)))
        # Deleted Spaces need a short name, too.
        ids = {*spaces.ids(tx), *(space for each in operations.values() for space in each.spaces)}
    names = NameIndex.of(ids, prefix)
    audit_entries = [_make_entry(row, operations.get(row.operation_id or 0), names) for row in rows]
    if query.with_names:
        audit_entries = _with_names(deps.slack, audit_entries)
    return AuditResult(tuple(audit_entries), is_truncated=len(matching) > query.limit)


def load_schedules(store: Store) -> list[ScheduleEntry]:
    """Return the schedules that are on or off, with the results of their last runs."""
    with store.transaction() as tx:
        kept = schedules.list_kept(tx)
        rows = audit.last_runs(tx, [schedule.id for schedule in kept])
        operations = audit.summarize_operations(
            tx, filter(None, (row.operation_id for row in rows.values()))
        )
    names = NameIndex.of(())
    return [
        ScheduleEntry(schedule, entry.at, entry.state, entry.result)
        if (row := rows.get(schedule.id))
        and (entry := _make_entry(row, operations.get(row.operation_id or 0), names))
        else ScheduleEntry(schedule)
        for schedule in kept
    ]


def _with_names(slack: Slack, entries: Sequence[AuditEntry]) -> list[AuditEntry]:
    """Return *entries* with the names of users and channels, as far as Slack gives them."""
    names = {user: _name_of(slack, user) for user in {entry.user for entry in entries}}
    channels = _channel_names(slack) if entries else {}
    return [
        replace(one, name=names[one.user], channel_name=channels.get(one.channel, ""))
        for one in entries
    ]


def _channel_names(slack: Slack) -> Mapping[str, str]:
    try:
        return slack.list_channel_names()
    except SlackError as error:
        logger.info("the names of channels are unknown: %s", error)
        return {}


def _name_of(slack: Slack, user: str) -> str:
    try:
        return slack.person(user).name
    except SlackError as error:
        logger.info("the name of %s is unknown: %s", user, error)
        return ""


def _is_about(row: AuditRow, target: str | None, prefix: str) -> bool:
    """Return whether the request touched or named the Space."""
    if target is None or row.is_about_target:
        return True
    mentioned = (word.rstrip(".!?") for word in _WORD_PATTERN.findall(row.text))
    return any(may_be_same_space(word, target, prefix) for word in mentioned)


def _make_entry(row: AuditRow, operation: OperationSummary | None, names: NameIndex) -> AuditEntry:
    state, result, finished_at = _outcome(row, operation)
    return AuditEntry(
        at=row.received_at,
        user=row.user,
        text=_request_text(row, operation, names),
        source=row.source,
        channel=row.channel,
        state=state,
        result=result,
        duration=finished_at - row.received_at if finished_at else None,
    )


def _request_text(row: AuditRow, operation: OperationSummary | None, names: NameIndex) -> str:
    """Return the text of the request, with the command of the operation that it names."""
    if operation is None or row.operation_link not in _NAMED_BY_NUMBER:
        return row.text
    spaces = map(names.short_name, operation.spaces)
    return f"{row.text.strip()}: {operation.verb.to_command(spaces, operation.args)}"


def _outcome(
    row: AuditRow, operation: OperationSummary | None
) -> tuple[AskState, str, datetime | None]:
    """Return the state, outcome and time of its end, current for an operation."""
    if operation and row.operation_link is OperationLink.PROPOSED:
        is_open = operation.state is OperationState.PROPOSED
        state = AskState.ASKED if is_open else AskState.ANSWERED
        return state, confirmation_result(operation.state), row.finished_at
    has_started = row.state is AskState.ACTED and row.operation_link not in _WITH_OWN_RESULT
    if operation is None or not has_started:
        return row.state, row.result, row.finished_at
    result = operation_result(
        operation.verb, operation.args, operation.counts, operation.first_failure, operation.unsent
    )
    return _operation_state(operation), result, operation.finished_at


def _operation_state(operation: OperationSummary) -> AskState:
    counts = operation.counts
    return state_of_act(
        done=counts.get(StepState.DONE, 0),
        failed=counts.get(StepState.FAILED, 0),
        pending=counts.get(StepState.WAITING, 0) + counts.get(StepState.SENT, 0),
        unsent=operation.unsent,
    )
