"""Reads audit entries, with the current outcome of the operations that they started."""

import re
from datetime import datetime, timedelta

from bot.audit import AskState, AuditEntry, AuditResult, OperationLink, state_of_act
from bot.operations import StepState
from bot.parsing import NameIndex
from bot.parsing.names import may_be_same_space
from bot.queries import AuditQuery
from bot.render import audit_outcomes
from bot.service.dependencies import Dependencies
from bot.store import audit, spaces
from bot.store.audit import AuditRow, OperationSummary

_WORD_PATTERN = re.compile(r"[^\s,;:()“”]+")
# A request with such a link names its operation by number alone.
_NAMED_BY_NUMBER = (OperationLink.ANSWERED, OperationLink.STOPPED)


def load_entries(deps: Dependencies, query: AuditQuery) -> AuditResult:
    """Return the entries that match *query*, newest first."""
    since = query.since or deps.now() - timedelta(hours=query.hours)
    prefix = deps.settings.prefix
    with deps.store.transaction() as tx:
        matching = audit.find_asks(tx, since, query, prefix)
        rows = [row for row in matching[: query.limit] if _is_about(row, query.target, prefix)]
        operations = audit.summarize_operations(tx, filter(None, (r.operation_id for r in rows)))
        # Deleted Spaces need a short name, too.
        ids = {*spaces.fleet(tx), *(space for each in operations.values() for space in each.spaces)}
    names = NameIndex.of(ids, prefix)
    audit_entries = (_make_entry(row, operations.get(row.operation_id or 0), names) for row in rows)
    return AuditResult(tuple(audit_entries), is_truncated=len(matching) > query.limit)


def _is_about(row: AuditRow, target: str | None, prefix: str) -> bool:
    """Return whether the request touched or named the Space."""
    if target is None or row.is_about_target:
        return True
    mentioned = (word.rstrip(".!?") for word in _WORD_PATTERN.findall(f"{row.text} {row.result}"))
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
        return row.state, audit_outcomes.confirmation_result(operation.state), row.finished_at
    has_started = row.state is AskState.ACTED and row.operation_link is not OperationLink.STOPPED
    if operation is None or not has_started:
        return row.state, row.result, row.finished_at
    result = audit_outcomes.operation_result(
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
