"""Health as rows: the record of each probed app, and the checks that people set."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, delete, select, update

from bot.health.check import HealthCheck, StoredCheck, merge
from bot.health.record import HealthRecord
from bot.health.verdict import ProbeProblem, Verdict
from bot.store.engine import Tx
from bot.store.schema import health_check as checks
from bot.store.schema import health_record as table

# Built once, because each sweep reads all records and each probe saves one.
_ALL, _UPDATE = select(table), update(table).where(table.c.space == bindparam("key"))


def records(tx: Tx, spaces: Iterable[str] | None = None) -> dict[str, HealthRecord]:
    """Return the records of *spaces*, or of all probed Spaces."""
    query = _ALL if spaces is None else _ALL.where(table.c.space.in_(spaces))
    return {row.space: _record(row) for row in tx.execute(query)}


def save(tx: Tx, record: HealthRecord) -> None:
    """Insert *record* or replace the one of its Space."""
    values = _values(record)
    if tx.execute(_UPDATE, {"key": record.space, **values}).rowcount == 0:
        tx.execute(table.insert().values(values))


def forget(tx: Tx, spaces: Iterable[str]) -> None:
    """Delete the records of *spaces*."""
    tx.execute(delete(table).where(table.c.space.in_(list(spaces))))


def rename(tx: Tx, old: str, new: str) -> None:
    """Rename the Space of a record. A former record of the new name is dropped."""
    forget(tx, [new])
    tx.execute(update(table).where(table.c.space == old).values(space=new))


def stored_checks(tx: Tx) -> list[StoredCheck]:
    """Return the checks that people set, oldest first."""
    return [_check(row) for row in tx.execute(select(checks).order_by(checks.c.id))]


def set_check(tx: Tx, stored: StoredCheck) -> None:
    """Save a check as the newest. Fields that it doesn't set stay for the same targets."""
    same = [one.check for one in stored_checks(tx) if one.targets == stored.targets]
    check = merge([*same, stored.check])
    remove_check(tx, stored.targets)
    values = {
        "targets": " ".join(stored.targets),
        "path": check.path,
        "status": check.status,
        "max_seconds": check.max_seconds,
        "is_continuous": check.is_continuous,
        "set_by": stored.set_by,
        "set_at": stored.set_at,
    }
    tx.execute(checks.insert().values(values))


def remove_check(tx: Tx, targets: Sequence[str]) -> int:
    """Delete the checks of exactly *targets*; return how many there were."""
    where = checks.c.targets == " ".join(targets)
    return int(tx.execute(delete(checks).where(where)).rowcount)


def rename_targets(tx: Tx, spellings: Mapping[str, str]) -> None:
    """Replace targets by their new *spellings*, by casefolded old one."""
    for row in tx.execute(select(checks)).all():
        words = row.targets.split()
        targets = " ".join(spellings.get(word.casefold(), word) for word in words)
        if targets != row.targets:
            tx.execute(update(checks).where(checks.c.id == row.id).values(targets=targets))


def _check(row: Row[Any]) -> StoredCheck:
    check = HealthCheck(row.path, row.status, row.max_seconds, row.is_continuous)
    return StoredCheck(tuple(row.targets.split()), check, row.set_by, row.set_at)


def _record(row: Row[Any]) -> HealthRecord:
    problem = ProbeProblem(row.problem) if row.problem else None
    return HealthRecord(
        row.space,
        row.at,
        Verdict(problem, row.status, row.seconds, row.path),
        row.failing_since,
        row.failures,
        row.successes,
        is_down=row.is_down,
    )


def _values(record: HealthRecord) -> dict[str, Any]:
    return {
        "space": record.space,
        "at": record.at,
        "problem": record.verdict.problem,
        "status": record.verdict.status,
        "seconds": record.verdict.seconds,
        "path": record.verdict.path,
        "failing_since": record.failing_since,
        "failures": record.failures,
        "successes": record.successes,
        "is_down": record.is_down,
    }
