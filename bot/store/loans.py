"""Loans of hardware as rows, one for each Space."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    bindparam,
    delete,
    exists,
    or_,
    select,
    update,
)

from bot.loans import Loan
from bot.store.engine import Tx
from bot.store.schema import loan as table

_ALL = select(table).order_by(table.c.space)
# Built once, because it runs each second.
_NEEDS_NOTICE = (table.c.ends_at <= bindparam("notice_at")) & table.c.noticed_at.is_(None)
_IS_DUE: ColumnElement[bool] = or_(
    table.c.ends_at <= bindparam("now"), table.c.attempts > 0, _NEEDS_NOTICE
)
_HAS_DUE = select(exists().where(_IS_DUE))
# The fields that a replaced loan is stored with, as times in epoch seconds and others.
_TIMES = ("started_at", "ends_at", "noticed_at")
_FIELDS = tuple(field.name for field in fields(Loan) if field.name != "replaced")


def by_space(tx: Tx) -> dict[str, Loan]:
    """Return all loans, by Space."""
    return {row.space: _loan(row) for row in tx.execute(_ALL)}


def lock_all(tx: Tx) -> dict[str, Loan]:
    """Return all loans, by Space, locked until the end of *tx*."""
    return {row.space: _loan(row) for row in tx.execute(_ALL.with_for_update())}


def get(tx: Tx, space: str) -> Loan | None:
    """Return the loan of *space*, locked until the end of *tx*; else None."""
    row = tx.execute(_ALL.where(table.c.space == space).with_for_update()).one_or_none()
    return _loan(row) if row else None


def has_due(tx: Tx, now: datetime, notice_at: datetime) -> bool:
    """Return whether a loan ended by *now*, or ends by *notice_at* without a notice.

    One that is being returned has ended, too.
    """
    return bool(tx.execute(_HAS_DUE, {"now": now, "notice_at": notice_at}).scalar())


def save(tx: Tx, loans: Iterable[Loan]) -> None:
    """Save *loans*, replacing those of the same Spaces."""
    for loan in loans:
        values = _values(loan)
        change = update(table).where(table.c.space == loan.space)
        if not tx.execute(change.values(values)).rowcount:
            tx.execute(table.insert().values(values))


def remove(tx: Tx, spaces: Collection[str]) -> None:
    """Delete the loans of *spaces*."""
    if spaces:
        rows = [{"key": space} for space in spaces]
        tx.execute(delete(table).where(table.c.space == bindparam("key")), rows)


def rename(tx: Tx, old: str, new: str) -> None:
    """Rename the Space of a loan."""
    remove(tx, [new])
    tx.execute(update(table).where(table.c.space == old).values(space=new))


def _values(loan: Loan) -> dict[str, Any]:
    values = {name: getattr(loan, name) for name in _FIELDS}
    return {**values, "replaced": _to_json(loan.replaced) if loan.replaced else None}


def _to_json(loan: Loan) -> dict[str, Any]:
    values = {name: getattr(loan, name) for name in _FIELDS}
    return {**values, **{name: at.timestamp() for name in _TIMES if (at := values[name])}}


def _from_json(stored: Mapping[str, Any], space: str) -> Loan:
    """Return the replaced loan of *space*, which may have had another name then."""
    times = {name: datetime.fromtimestamp(at, UTC) for name in _TIMES if (at := stored[name])}
    return Loan(**{**stored, **times, "space": space})


def _loan(row: Row[Any]) -> Loan:
    values = {name: getattr(row, name) for name in _FIELDS}
    return Loan(**values, replaced=_from_json(row.replaced, row.space) if row.replaced else None)
