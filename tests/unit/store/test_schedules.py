"""Schedules as rows, on every engine."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Thread

from sqlalchemy import Engine, text

from bot.schedules import OffReason, Schedule, ScheduleState
from bot.store import Store, schedules
from tests.unit.store.samples import wait_for_lock_waiters

NINE = datetime(2026, 11, 28, 8, tzinfo=UTC)
DAILY = Schedule(
    "wake all", "every day at 9", "UTC", "every day at 09:00 in UTC", NINE, "UTA", "C1", NINE
)


def test_a_schedule_is_stored_with_all_that_it_has(any_store: Store) -> None:
    full = replace(
        DAILY,
        thread="17.0",
        state=ScheduleState.OFF,
        off_reason=OffReason.PERMISSION,
        off_detail="operators only",
        confirmed_dollars=0.4,
        missed_at=NINE,
    )
    with any_store.transaction() as tx:
        number = schedules.add(tx, full)

        assert schedules.get(tx, number) == replace(full, id=number)
        assert schedules.get(tx, 99) is None


def test_a_change_of_all_schedules_waits_for_one_of_a_person(
    postgres_store: Store, other_engine: Engine
) -> None:
    """Otherwise a rename would switch a schedule on again that someone switches off."""
    seen: list[ScheduleState] = []
    with postgres_store.transaction() as tx:
        number = schedules.add(tx, DAILY)

    def change_all() -> None:
        with postgres_store.transaction() as tx:
            seen.extend(one.state for one in schedules.lock_kept(tx))

    other = Thread(target=change_all)
    with postgres_store.transaction() as tx:
        found = schedules.get(tx, number)
        assert found is not None
        other.start()
        wait_for_lock_waiters(other_engine)
        schedules.save(tx, replace(found, state=ScheduleState.OFF))
    other.join(10)

    assert seen == [ScheduleState.OFF]


def test_due_schedules_are_claimed_once(any_store: Store) -> None:
    with any_store.transaction() as tx:
        schedules.lock_schedules(tx)
        schedules.add(tx, DAILY)
        (due,) = schedules.due(tx, NINE, 5)
        tomorrow = replace(due, next_at=NINE + timedelta(days=1))

        assert schedules.due(tx, NINE - timedelta(seconds=1), 5) == []
        assert schedules.claim_due(tx, due, tomorrow)
        assert not schedules.claim_due(tx, due, tomorrow)
        assert schedules.due(tx, NINE, 5) == []


def test_only_schedules_that_are_on_or_off_count(any_store: Store) -> None:
    with any_store.transaction() as tx:
        for state in ScheduleState:
            schedules.add(tx, replace(DAILY, state=state, owner=f"U{state}".upper()))

        assert {s.state for s in schedules.list_kept(tx)} == {"on", "off"}
        assert schedules.count_kept(tx) == 2
        assert schedules.count_kept(tx, "UON") == 1
        assert [s.state for s in schedules.due(tx, NINE, 9)] == ["on"]


def test_a_saved_schedule_replaces_the_old_one(any_store: Store) -> None:
    with any_store.transaction() as tx:
        number = schedules.add(tx, DAILY)
        off = replace(DAILY, id=number, state=ScheduleState.OFF, off_reason=OffReason.PERSON)
        schedules.save(tx, off)

        assert schedules.list_kept(tx) == [off]


def test_due_schedules_are_found_by_an_index(store: Store) -> None:
    query = (
        "EXPLAIN QUERY PLAN SELECT * FROM schedule WHERE state = 'on' AND next_at <= 1 "
        "ORDER BY next_at LIMIT 50"
    )
    with store.transaction() as tx:
        plan = tx.execute(text(query)).all()

    assert "USING INDEX ix_schedule_due" in str(plan)
