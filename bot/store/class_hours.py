"""Class hours as rows, one for the same targets."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Row, delete, func, select, update

from bot.class_hours import ClassHours, Lesson, WeeklyRule
from bot.store.engine import Tx
from bot.store.schema import class_hours as table

_ALL = select(table).order_by(table.c.id)


def list_all(tx: Tx) -> list[ClassHours]:
    """Return all class hours, oldest first."""
    return [_class_hours(row) for row in tx.execute(_ALL)]


def count(tx: Tx) -> int:
    """Return the number of class hours."""
    return int(tx.execute(select(func.count()).select_from(table)).scalar_one())


def save(tx: Tx, hours: ClassHours, now: datetime) -> None:
    """Insert class hours, replacing those of the same targets."""
    remove(tx, hours.targets)
    values = {
        "targets": " ".join(hours.targets),
        "zone": hours.zone,
        "weekly": [_rule_to_json(rule) for rule in hours.weekly],
        "lessons": [[one.starts_at.timestamp(), one.ends_at.timestamp()] for one in hours.listed],
        "file_name": hours.file_name,
        "wakes": hours.wakes,
        "made_by": hours.made_by,
        "made_at": now,
        "schedule_id": hours.schedule,
    }
    tx.execute(table.insert().values(values))


def find(tx: Tx, targets: Sequence[str]) -> ClassHours | None:
    """Return the class hours of *targets*; None if there are none."""
    is_same = table.c.targets == " ".join(targets)
    row = tx.execute(select(table).where(is_same)).one_or_none()
    return _class_hours(row) if row else None


def remove(tx: Tx, targets: Sequence[str]) -> ClassHours | None:
    """Delete the class hours of *targets*; return them, or None if there were none."""
    found = find(tx, targets)
    if found:
        tx.execute(delete(table).where(table.c.targets == " ".join(targets)))
    return found


def woken_by(tx: Tx, schedule: int) -> ClassHours | None:
    """Return the class hours whose Spaces *schedule* wakes; None if they were removed."""
    row = tx.execute(select(table).where(table.c.schedule_id == schedule)).one_or_none()
    return _class_hours(row) if row else None


def stop_waking(tx: Tx, schedule: int) -> None:
    """Save that *schedule* wakes no Spaces any more before lessons."""
    change = update(table).where(table.c.schedule_id == schedule)
    tx.execute(change.values(wakes=False, schedule_id=None))


def rename(tx: Tx, spellings: Mapping[str, str]) -> list[int]:
    """Replace targets by their new *spellings*, by casefolded old one.

    Of two class hours with equal targets, those of the renamed Space are kept. Return the schedules
    of the others, which wake nothing any more.
    """
    schedules: list[int | None] = []
    for row in tx.execute(select(table).order_by(table.c.id)).all():
        words = row.targets.split()
        targets = " ".join(dict.fromkeys(spellings.get(word.casefold(), word) for word in words))
        if targets != row.targets:
            merged = delete(table).where(table.c.targets == targets)
            schedules += tx.execute(merged.returning(table.c.schedule_id)).scalars()
            tx.execute(update(table).where(table.c.id == row.id).values(targets=targets))
    return [number for number in schedules if number is not None]


def _class_hours(row: Row[Any]) -> ClassHours:
    return ClassHours(
        tuple(row.targets.split()),
        row.zone,
        row.made_by,
        tuple(_rule_from_json(rule) for rule in row.weekly),
        tuple(Lesson(_moment(start), _moment(end)) for start, end in row.lessons),
        row.file_name,
        row.wakes,
        row.id,
        row.schedule_id,
    )


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _rule_to_json(rule: WeeklyRule) -> dict[str, Any]:
    return {
        "days": rule.days,
        "start": rule.start.isoformat(),
        "end": rule.end.isoformat(),
        "excluded": [day.isoformat() for day in rule.excluded],
        "until": rule.until.isoformat() if rule.until else None,
    }


def _rule_from_json(value: Mapping[str, Any]) -> WeeklyRule:
    return WeeklyRule(
        tuple(value["days"]),
        time.fromisoformat(value["start"]),
        time.fromisoformat(value["end"]),
        tuple(map(date.fromisoformat, value["excluded"])),
        date.fromisoformat(value["until"]) if value["until"] else None,
    )
