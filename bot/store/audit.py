"""Who asked for what, and what came of it: asks, the Spaces they touched, what they began."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, exists, false, func, literal, or_, select

from bot.operations import SkipReason, StepState, Verb
from bot.parsing.names import short_name
from bot.queries import AuditQuery
from bot.store.engine import Tx
from bot.store.schema import ask, ask_target, operation, step

#: States of an ask that changed nothing, or has not come to its end.
_ROUTINE_STATES = ("answered", "received", "taken")
# So many numbers go into one query; SQLite takes more, but not without end.
_MAX_IN_VALUES = 500
# A step as far as the audit tells of it: the Space, how far, and why.
_StepOutcome = tuple[str, StepState, str, str | None]


@dataclass(frozen=True, slots=True)
class AuditRow:
    """An ask as it stands in the book."""

    id: int
    received_at: datetime
    user: str
    text: str
    source: str
    channel: str
    state: str
    result: str
    finished_at: datetime | None
    is_about_target: bool = False  # the Space that was asked about


@dataclass(frozen=True, slots=True)
class OperationSummary:
    """What has become of an operation, counted."""

    verb: Verb
    args: Mapping[str, str]
    state: str  # proposed, running, finished, dropped
    finished_at: datetime | None
    spaces: tuple[str, ...]
    counts: Mapping[StepState, int]
    first_failure: str = ""  # the first Space that failed, and why
    unsent: int = 0  # of those skipped: what somebody stopped before it was sent


def record_targets(tx: Tx, id: int, spaces: Iterable[str]) -> None:
    """Write down which Spaces ask *id* is about."""
    rows = [{"ask_id": id, "space": space} for space in dict.fromkeys(spaces)]
    if rows:
        tx.execute(ask_target.insert(), rows)


def record_operation_targets(tx: Tx, id: int, operation_id: int) -> None:
    """Write down that ask *id* is about the Spaces of operation *operation_id*."""
    spaces = select(literal(id), step.c.space).where(step.c.operation_id == operation_id)
    tx.execute(ask_target.insert().from_select(["ask_id", "space"], spaces))


def find_asks(tx: Tx, since: datetime, audit_query: AuditQuery, prefix: str = "") -> list[AuditRow]:
    """Return what was asked since then, newest first; one more than the limit if there is more.

    With a target: what touched the Space, and whatever may name it. *prefix* is cut from ids.
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


def _conditions(audit_query: AuditQuery) -> Iterator[ColumnElement[bool]]:
    """Yield what must be true of an ask, whatever it is about."""
    if audit_query.until:
        yield ask.c.received_at < audit_query.until
    if audit_query.who:
        yield ask.c.user == audit_query.who
    if not audit_query.include_reads:
        yield ask.c.state.not_in(_ROUTINE_STATES)


def _is_about(target: str, prefix: str, name: str) -> ColumnElement[bool]:
    """Return whether an ask touched the Space that is called so, by its name or its id."""
    if "/" in target:
        matches = func.lower(ask_target.c.space) == target.lower()
    else:
        ends = (f"/{name}", f"/{prefix}{name}")
        matches = or_(*(ask_target.c.space.iendswith(end, autoescape=True) for end in ends))
    return exists().where(ask_target.c.ask_id == ask.c.id, matches)


def _mentions(name: str) -> ColumnElement[bool]:
    """Return whether *name* stands anywhere in what was asked or answered, be it in a word."""
    return or_(*(said.icontains(name, autoescape=True) for said in (ask.c.text, ask.c.result)))


def summarize_operations(tx: Tx, ids: Iterable[int]) -> dict[int, OperationSummary]:
    """Return what has become of the operations with these numbers."""
    unique_ids = sorted(set(ids))
    summaries: dict[int, OperationSummary] = {}
    for start in range(0, len(unique_ids), _MAX_IN_VALUES):
        summaries |= _summarize_batch(tx, unique_ids[start : start + _MAX_IN_VALUES])
    return summaries


def _summarize_batch(tx: Tx, ids: Sequence[int]) -> dict[int, OperationSummary]:
    steps: dict[int, list[_StepOutcome]] = {number: [] for number in ids}
    columns = (step.c.space, step.c.progress, step.c.message, step.c.skip_reason)
    query = select(step.c.operation_id, *columns)
    query = query.where(step.c.operation_id.in_(ids)).order_by(step.c.position)
    for id, space, progress, note, reason in tx.execute(query):
        steps[id].append((space, StepState(progress), note, reason))
    rows = tx.execute(select(operation).where(operation.c.id.in_(ids)))
    return {row.id: _summary(row, steps[row.id]) for row in rows}


def _summary(row: Row[tuple[object, ...]], steps: Sequence[_StepOutcome]) -> OperationSummary:
    spaces = tuple(space for space, *_ in steps)
    counts = Counter(progress for _, progress, *_ in steps)
    failures = (f"{space}: {why}" for space, how, why, _ in steps if how is StepState.FAILED)
    return OperationSummary(
        verb=Verb(row.verb),
        args=row.args,
        state=row.state,
        finished_at=row.finished_at,
        spaces=spaces,
        counts=counts,
        first_failure=next(failures, ""),
        unsent=sum(reason == SkipReason.STOPPED for *_, reason in steps),
    )


def _audit_row(row: Row[tuple[object, ...]]) -> AuditRow:
    return AuditRow(
        row.id,
        row.received_at,
        row.user,
        row.text,
        row.source,
        row.channel,
        row.state,
        row.result or "",
        row.finished_at,
        bool(row.touches),
    )
