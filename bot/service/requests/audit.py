"""Reads audit entries, with the current outcome of the operations that they started."""

import re
from datetime import datetime, timedelta

from bot.model import AuditEntry, AuditResult
from bot.parsing import NameIndex
from bot.parsing.names import may_be_same_space
from bot.queries import AuditQuery
from bot.render import audit_outcomes
from bot.service.dependencies import Dependencies
from bot.service.operations import begin
from bot.store import audit, spaces
from bot.store.audit import AuditRow, OperationSummary

_WORD_PATTERN = re.compile(r"[^\s,;:()“”]+")
# The answer to a confirmation names an operation by its number alone.
_CONFIRMATION_PATTERN = re.compile(r"\s*(?:confirm|cancel)\s+([0-9]{1,9})\s*", re.IGNORECASE)
_STOP_PATTERN = re.compile(r"\s*stop\s+(?:operation\s+)?#?([0-9]{1,9})\s*", re.IGNORECASE)


def load_entries(deps: Dependencies, query: AuditQuery) -> AuditResult:
    """Return the entries that match *query*, newest first."""
    since = query.since or deps.now() - timedelta(hours=query.hours)
    prefix = deps.settings.prefix
    with deps.store.transaction() as tx:
        matching = audit.find_asks(tx, since, query, prefix)
        rows = [row for row in matching[: query.limit] if _is_about(row, query.target, prefix)]
        numbers = {row.id: number for row in rows if (number := _operation_number(row)) is not None}
        operations = audit.summarize_operations(tx, numbers.values())
        # Deleted Spaces need a short name, too.
        ids = {*spaces.fleet(tx), *(space for each in operations.values() for space in each.spaces)}
    names = NameIndex.of(ids, prefix)
    audit_entries = (
        _make_entry(row, operations.get(numbers.get(row.id, 0)), names) for row in rows
    )
    return AuditResult(tuple(audit_entries), is_truncated=len(matching) > query.limit)


def _operation_number(row: AuditRow) -> int | None:
    """Return the number of the operation that the entry is about; None for others."""
    if match := _match_operation(row):
        return int(match[1])
    return begin.operation_number(row.result) if row.state in ("acted", "asked") else None


def _match_operation(row: AuditRow) -> re.Match[str] | None:
    """Return the match if the request names an operation by its number alone."""
    return _CONFIRMATION_PATTERN.fullmatch(row.text) or _STOP_PATTERN.fullmatch(row.text)


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
    if operation is None or not _match_operation(row):
        return row.text
    spaces = map(names.short_name, operation.spaces)
    return f"{row.text.strip()}: {operation.verb.to_command(spaces, operation.args)}"


def _outcome(row: AuditRow, operation: OperationSummary | None) -> tuple[str, str, datetime | None]:
    """Return the state, outcome and time of its end, current for an operation."""
    is_stop = _STOP_PATTERN.fullmatch(row.text)
    if operation is None or is_stop or row.state not in ("acted", "asked"):
        return row.state, row.result, row.finished_at
    if row.state == "asked":
        return row.state, audit_outcomes.confirmation_result(operation.state), row.finished_at
    result = audit_outcomes.operation_outcome(
        operation.verb, operation.args, operation.counts, operation.first_failure, operation.unsent
    )
    return audit_outcomes.operation_state(operation.counts), result, operation.finished_at
