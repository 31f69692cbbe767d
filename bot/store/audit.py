"""Who asked for what, and what came of it: the book of asks, beside the operations they began."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, select

from bot.operations import Progress, Verb
from bot.store.engine import Tx
from bot.store.schema import ask, operation, step

#: States of an ask that changed nothing, or has not come to its end.
_UNREMARKABLE = ("answered", "received", "taken")
# So many numbers go into one query; SQLite takes more, but not without end.
_AT_ONCE = 500


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


@dataclass(frozen=True, slots=True)
class Began:
    """What has become of an operation, counted."""

    verb: Verb
    args: Mapping[str, str]
    finished_at: datetime | None
    spaces: tuple[str, ...]
    counts: Mapping[Progress, int]


def asked(tx: Tx, since: datetime, *, who: str | None, everything: bool, limit: int) -> list[Asked]:
    """Return what was asked since then, newest first: acts and refusals, or *everything*."""
    query = select(ask).where(ask.c.received_at >= since)
    if who:
        query = query.where(ask.c.user == who)
    if not everything:
        query = query.where(ask.c.state.not_in(_UNREMARKABLE))
    rows = tx.execute(query.order_by(ask.c.received_at.desc(), ask.c.id.desc()).limit(limit))
    return [_asked(row) for row in rows]


def began(tx: Tx, numbers: Iterable[int]) -> dict[int, Began]:
    """Return what has become of the operations with these numbers."""
    wanted = sorted(set(numbers))
    found: dict[int, Began] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        found |= _began(tx, wanted[start : start + _AT_ONCE])
    return found


def _began(tx: Tx, numbers: Sequence[int]) -> dict[int, Began]:
    steps: dict[int, list[tuple[str, Progress]]] = {number: [] for number in numbers}
    query = select(step.c.operation_id, step.c.space, step.c.progress)
    for id, space, progress in tx.execute(query.where(step.c.operation_id.in_(numbers))):
        steps[id].append((space, Progress(progress)))
    rows = tx.execute(select(operation).where(operation.c.id.in_(numbers)))
    return {row.id: _outcome(row, steps[row.id]) for row in rows}


def _outcome(row: Row[tuple[object, ...]], steps: Sequence[tuple[str, Progress]]) -> Began:
    spaces = tuple(space for space, _ in steps)
    counts = Counter(progress for _, progress in steps)
    return Began(Verb(row.verb), row.extra, row.finished_at, spaces, counts)


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
    )
