"""The audit: requests with their targets, and summaries of the operations they started."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, delete, exists, false, func, literal, or_, select, update

from bot.audit import AskState, OperationLink
from bot.model import Source
from bot.operations import UNSENT, Failure, OperationState, StepState, Verb
from bot.parsing.names import short_name
from bot.queries import AuditQuery
from bot.store.engine import Tx, chunks
from bot.store.schema import ask, ask_target, operation, step

#: States of a request that changed nothing or isn't finished.
_ROUTINE_STATES = (AskState.ANSWERED, AskState.RECEIVED, AskState.CLAIMED)
# The columns of a step that the audit shows: Space, state, message, skip reason.
_StepOutcome = tuple[str, StepState, Failure, str | None]


@dataclass(frozen=True, slots=True)
class AuditRow:
    """A stored request, as the audit shows it."""

    id: int
    received_at: datetime
    user: str
    text: str
    source: Source
    channel: str
    state: AskState
    result: str
    finished_at: datetime | None
    operation_id: int | None = None
    operation_link: OperationLink | None = None
    is_about_target: bool = False  # the queried Space is one of its targets


@dataclass(frozen=True, slots=True)
class OperationSummary:
    """The state of an operation and the number of its steps by state."""

    verb: Verb
    args: Mapping[str, str]
    state: OperationState
    finished_at: datetime | None
    spaces: tuple[str, ...]
    counts: Mapping[StepState, int]
    first_failure: str = ""  # the first failed Space and its error
    unsent: int = 0  # steps skipped because a person stopped the operation before they were sent


def record_targets(tx: Tx, id: int, spaces: Iterable[str]) -> None:
    """Save *spaces* as the targets of request *id*, whose answer may have begun before."""
    tx.execute(delete(ask_target).where(ask_target.c.ask_id == id))
    rows = [{"ask_id": id, "space": space} for space in dict.fromkeys(spaces)]
    if rows:
        tx.execute(ask_target.insert(), rows)


def link_operation(tx: Tx, *, id: int, operation_id: int, link: OperationLink) -> None:
    """Link request *id* to the operation that it names, and to its Spaces."""
    known = select(operation.c.id).where(operation.c.id == operation_id).scalar_subquery()
    tx.execute(update(ask).where(ask.c.id == id).values(operation_id=known, operation_link=link))
    spaces = select(literal(id), step.c.space).where(step.c.operation_id == operation_id)
    tx.execute(ask_target.insert().from_select(["ask_id", "space"], spaces))


def find_asks(tx: Tx, since: datetime, audit_query: AuditQuery, prefix: str = "") -> list[AuditRow]:
    """Return the requests since *since*, newest first.

    One more than the limit is returned if there are more. With a target, requests match whose
    targets include the Space or whose text mentions its name. *prefix* is the part of ids that
    short names leave out.
    """
    is_about_target: ColumnElement[bool] = false()
    query = select(ask).where(ask.c.received_at >= since)
    if audit_query.target:
        name = short_name(prefix.casefold(), audit_query.target.casefold())
        is_about_target = _is_about(audit_query.target, prefix, name)
        query = query.where(or_(is_about_target, _mentions(name)))
    query = query.where(*_conditions(audit_query)).add_columns(is_about_target.label("touches"))
    query = query.order_by(ask.c.received_at.desc(), ask.c.id.desc())
    return [_audit_row(row) for row in tx.execute(query.limit(audit_query.limit + 1))]


def last_runs(tx: Tx, schedules: Iterable[int]) -> dict[int, AuditRow]:
    """Return the newest request of each of *schedules*, by schedule."""
    found: dict[int, AuditRow] = {}
    for chunk in chunks(sorted(schedules)):
        newest = select(func.max(ask.c.id)).where(ask.c.schedule_id.in_(chunk))
        newest = newest.group_by(ask.c.schedule_id)
        query = select(ask, false().label("touches")).where(ask.c.id.in_(newest))
        found |= {row.schedule_id: _audit_row(row) for row in tx.execute(query)}
    return found


def _conditions(audit_query: AuditQuery) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions of *audit_query* apart from its target."""
    if audit_query.until:
        yield ask.c.received_at < audit_query.until
    if audit_query.who:
        yield ask.c.user == audit_query.who
    if not audit_query.include_reads:
        yield ask.c.state.not_in(_ROUTINE_STATES)


def _is_about(target: str, prefix: str, name: str) -> ColumnElement[bool]:
    """Return the condition that a target of the request has this name or id."""
    if "/" in target:
        matches = func.lower(ask_target.c.space) == target.lower()
    else:
        ends = (f"/{name}", f"/{prefix}{name}")
        matches = or_(*(ask_target.c.space.iendswith(end, autoescape=True) for end in ends))
    return exists().where(ask_target.c.ask_id == ask.c.id, matches)


def _mentions(name: str) -> ColumnElement[bool]:
    """Return the condition that the text contains *name*, also inside a word."""
    return ask.c.text.icontains(name, autoescape=True)


def summarize_operations(tx: Tx, ids: Iterable[int]) -> dict[int, OperationSummary]:
    """Return the summaries of the operations with these ids."""
    summaries: dict[int, OperationSummary] = {}
    for chunk in chunks(sorted(set(ids))):
        summaries |= _summarize_batch(tx, chunk)
    return summaries


def _summarize_batch(tx: Tx, ids: Sequence[int]) -> dict[int, OperationSummary]:
    steps: dict[int, list[_StepOutcome]] = {id: [] for id in ids}
    columns = (step.c.space, step.c.progress, step.c.message, step.c.failed_stage)
    query = select(step.c.operation_id, *columns, step.c.skip_reason)
    query = query.where(step.c.operation_id.in_(ids)).order_by(step.c.position)
    for id, space, progress, message, stage, reason in tx.execute(query):
        steps[id].append((space, StepState(progress), Failure(message, stage), reason))
    rows = tx.execute(select(operation).where(operation.c.id.in_(ids)))
    return {row.id: _summary(row, steps[row.id]) for row in rows}


def _summary(row: Row[tuple[object, ...]], steps: Sequence[_StepOutcome]) -> OperationSummary:
    spaces = tuple(space for space, *_ in steps)
    counts = Counter(state for _, state, *_ in steps)
    failures = (
        f"{space}: {failure}" for space, state, failure, _ in steps if state is StepState.FAILED
    )
    return OperationSummary(
        verb=Verb(row.verb),
        args=row.args,
        state=OperationState(row.state),
        finished_at=row.finished_at,
        spaces=spaces,
        counts=counts,
        first_failure=next(failures, ""),
        unsent=sum(reason in UNSENT for *_, reason in steps),
    )


def _audit_row(row: Row[tuple[object, ...]]) -> AuditRow:
    return AuditRow(
        id=row.id,
        received_at=row.received_at,
        user=row.user,
        text=row.text,
        source=Source(row.source),
        channel=row.channel,
        state=AskState(row.state),
        result=row.result,
        finished_at=row.finished_at,
        operation_id=row.operation_id,
        operation_link=OperationLink(row.operation_link) if row.operation_link else None,
        is_about_target=bool(row.touches),
    )
