"""Who asked for what, and what came of it: asks, the Spaces they touched, what they began."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, exists, false, func, literal, or_, select

from bot.operations import Progress, SkipReason, Verb
from bot.parsing.names import short
from bot.questions import Audit
from bot.store.engine import Tx
from bot.store.schema import ask, operation, step, touched

#: States of an ask that changed nothing, or has not come to its end.
_UNREMARKABLE = ("answered", "received", "taken")
# So many numbers go into one query; SQLite takes more, but not without end.
_AT_ONCE = 500
# A step as far as the audit tells of it: the Space, how far, and why.
_Stepped = tuple[str, Progress, str, str | None]


@dataclass(frozen=True, slots=True)
class Asked:
    """An ask as it stands in the book."""

    id: int
    at: datetime
    user: str
    text: str
    source: str
    channel: str
    state: str
    result: str
    settled_at: datetime | None
    touches: bool = False  # the Space that was asked about


@dataclass(frozen=True, slots=True)
class Began:
    """What has become of an operation, counted."""

    verb: Verb
    args: Mapping[str, str]
    state: str  # proposed, running, finished, dropped
    finished_at: datetime | None
    spaces: tuple[str, ...]
    counts: Mapping[Progress, int]
    trouble: str = ""  # the first Space that failed, and why
    unsent: int = 0  # of those skipped: what somebody stopped before it was sent


def touch(tx: Tx, id: int, spaces: Iterable[str]) -> None:
    """Write down which Spaces ask *id* is about."""
    rows = [{"ask_id": id, "space": space} for space in dict.fromkeys(spaces)]
    if rows:
        tx.execute(touched.insert(), rows)


def touch_those_of(tx: Tx, id: int, number: int) -> None:
    """Write down that ask *id* is about the Spaces of operation *number*."""
    spaces = select(literal(id), step.c.space).where(step.c.operation_id == number)
    tx.execute(touched.insert().from_select(["ask_id", "space"], spaces))


def asked(tx: Tx, since: datetime, question: Audit, prefix: str = "") -> list[Asked]:
    """Return what was asked since then, newest first; one more than the limit if there is more.

    With a target: what touched the Space, and whatever may name it. *prefix* is cut from ids.
    """
    touches: ColumnElement[bool] = false()
    query = select(ask).where(ask.c.received_at >= since)
    if question.target:
        name = short(prefix.casefold(), question.target.casefold())
        touches = _touches(question.target, prefix, name)
        query = query.where(or_(touches, _says(name)))
    query = query.where(*_narrow(question)).add_columns(touches.label("touches"))
    query = query.order_by(ask.c.received_at.desc(), ask.c.id.desc())
    return [_asked(row) for row in tx.execute(query.limit(question.limit + 1))]


def _narrow(question: Audit) -> Iterator[ColumnElement[bool]]:
    """Yield what must be true of an ask, whatever it is about."""
    if question.until:
        yield ask.c.received_at < question.until
    if question.who:
        yield ask.c.user == question.who
    if not question.everything:
        yield ask.c.state.not_in(_UNREMARKABLE)


def _touches(target: str, prefix: str, name: str) -> ColumnElement[bool]:
    """Return whether an ask touched the Space that is called so, by its name or its id."""
    if "/" in target:
        called = func.lower(touched.c.space) == target.lower()
    else:
        ends = (f"/{name}", f"/{prefix}{name}")
        called = or_(*(touched.c.space.iendswith(end, autoescape=True) for end in ends))
    return exists().where(touched.c.ask_id == ask.c.id, called)


def _says(name: str) -> ColumnElement[bool]:
    """Return whether *name* stands anywhere in what was asked or answered, be it in a word."""
    return or_(*(said.icontains(name, autoescape=True) for said in (ask.c.text, ask.c.result)))


def began(tx: Tx, numbers: Iterable[int]) -> dict[int, Began]:
    """Return what has become of the operations with these numbers."""
    wanted = sorted(set(numbers))
    found: dict[int, Began] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        found |= _began(tx, wanted[start : start + _AT_ONCE])
    return found


def _began(tx: Tx, numbers: Sequence[int]) -> dict[int, Began]:
    steps: dict[int, list[_Stepped]] = {number: [] for number in numbers}
    columns = (step.c.space, step.c.progress, step.c.note, step.c.skip_reason)
    query = select(step.c.operation_id, *columns)
    query = query.where(step.c.operation_id.in_(numbers)).order_by(step.c.position)
    for id, space, progress, note, reason in tx.execute(query):
        steps[id].append((space, Progress(progress), note, reason))
    rows = tx.execute(select(operation).where(operation.c.id.in_(numbers)))
    return {row.id: _outcome(row, steps[row.id]) for row in rows}


def _outcome(row: Row[tuple[object, ...]], steps: Sequence[_Stepped]) -> Began:
    spaces = tuple(space for space, *_ in steps)
    counts = Counter(progress for _, progress, *_ in steps)
    wrong = (f"{space}: {why}" for space, how, why, _ in steps if how is Progress.FAILED)
    return Began(
        verb=Verb(row.verb),
        args=row.extra,
        state=row.state,
        finished_at=row.finished_at,
        spaces=spaces,
        counts=counts,
        trouble=next(wrong, ""),
        unsent=sum(reason == SkipReason.STOPPED for *_, reason in steps),
    )


def _asked(row: Row[tuple[object, ...]]) -> Asked:
    return Asked(
        row.id,
        row.received_at,
        row.user,
        row.text,
        row.source,
        row.channel,
        row.state,
        row.result or "",
        row.settled_at,
        bool(row.touches),
    )
