"""Loans of hardware as rows, one for each Space."""

from collections.abc import Collection, Iterable
from dataclasses import asdict, fields
from datetime import datetime
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

_FIELDS = tuple(field.name for field in fields(Loan))


def by_space(tx: Tx) -> dict[str, Loan]:
    """Return all loans, by Space."""
    rows = tx.execute(select(table).order_by(table.c.space))
    return {row.space: _loan(row) for row in rows}


def get(tx: Tx, space: str) -> Loan | None:
    """Return the loan of *space*; None if it has none."""
    row = tx.execute(select(table).where(table.c.space == space)).one_or_none()
    return _loan(row) if row else None


def has_due(tx: Tx, now: datetime, notice_at: datetime) -> bool:
    """Return whether a loan ended by *now*, or ends by *notice_at* without a notice."""
    is_due: ColumnElement[bool] = or_(
        table.c.ends_at <= now, (table.c.ends_at <= notice_at) & table.c.noticed_at.is_(None)
    )
    return bool(tx.execute(select(exists().where(is_due))).scalar())


def save(tx: Tx, loans: Iterable[Loan]) -> None:
    """Save *loans*, replacing those of the same Spaces."""
    rows = [asdict(loan) for loan in loans]
    remove(tx, [row["space"] for row in rows])
    if rows:
        tx.execute(table.insert(), rows)


def remove(tx: Tx, spaces: Collection[str]) -> None:
    """Delete the loans of *spaces*."""
    if spaces:
        rows = [{"key": space} for space in spaces]
        tx.execute(delete(table).where(table.c.space == bindparam("key")), rows)


def rename(tx: Tx, old: str, new: str) -> None:
    """Rename the Space of a loan."""
    remove(tx, [new])
    tx.execute(update(table).where(table.c.space == old).values(space=new))


def _loan(row: Row[Any]) -> Loan:
    return Loan(**{name: getattr(row, name) for name in _FIELDS})
