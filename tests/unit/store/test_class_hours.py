"""Class hours in the database: one for the same targets, read as they were saved."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

from bot.class_hours import ClassHours, Lesson, WeeklyRule
from bot.store import Store, class_hours
from tests.unit.store.samples import NOW

RULE = WeeklyRule((0, 2), time(9, 45), time(12), (date(2026, 12, 24),), date(2027, 1, 31))
TYPED = ClassHours(("team-*",), "Europe/Berlin", "UTA", (RULE, replace(RULE, until=None)))
LESSON = Lesson(datetime(2026, 11, 30, 8, 45, tzinfo=UTC), datetime(2026, 11, 30, 11, tzinfo=UTC))
CALENDAR = ClassHours(("all", "except", "lab"), "UTC", "UTA", (), (LESSON,), "term.ics", wakes=True)


def test_class_hours_are_read_as_they_were_saved(any_store: Store) -> None:
    with any_store.transaction() as tx:
        for hours in (TYPED, CALENDAR):
            class_hours.save(tx, hours, NOW)
        found = class_hours.list_all(tx)
        assert [replace(hours, id=0) for hours in found] == [TYPED, CALENDAR]
        assert class_hours.count(tx) == 2


def test_class_hours_replace_those_of_the_same_targets(store: Store) -> None:
    with store.transaction() as tx:
        class_hours.save(tx, TYPED, NOW)
        class_hours.save(tx, replace(CALENDAR, targets=("team-*",)), NOW)
        assert [hours.file_name for hours in class_hours.list_all(tx)] == ["term.ics"]


def test_removed_class_hours_are_returned_once(store: Store) -> None:
    with store.transaction() as tx:
        class_hours.save(tx, TYPED, NOW)
        removed = class_hours.remove(tx, ("team-*",))
        assert removed is not None
        assert removed.weekly == TYPED.weekly
        assert class_hours.remove(tx, ("team-*",)) is None
        assert class_hours.list_all(tx) == []


def test_a_renamed_space_is_renamed_in_the_targets(store: Store) -> None:
    old = replace(TYPED, targets=("team-a", "team-b"))
    with store.transaction() as tx:
        class_hours.save(tx, old, NOW)
        class_hours.save(tx, replace(CALENDAR, targets=("team-z", "team-b")), NOW)
        assert class_hours.rename(tx, {"team-a": "team-z"}) == []
        [left] = class_hours.list_all(tx)
        assert (left.targets, left.file_name) == (("team-z", "team-b"), "")
