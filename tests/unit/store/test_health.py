"""Health as rows: one record per Space, and checks of which the newest wins."""

from dataclasses import replace
from datetime import timedelta

from bot.health.check import HealthCheck, StoredCheck
from bot.health.record import HealthRecord
from bot.health.verdict import ProbeProblem, Verdict
from bot.store import Store, health, spaces
from tests.unit.store.samples import NOW

RECORD = HealthRecord(
    "a/b",
    NOW,
    Verdict(ProbeProblem.STATUS, 502, 1.5, "/docs"),
    NOW - timedelta(seconds=50),
    failures=3,
    successes=1,
    is_down=True,
)


def stored(check: HealthCheck, *targets: str, seconds: int = 0) -> StoredCheck:
    return StoredCheck(targets, check, "UTA", NOW + timedelta(seconds=seconds))


def test_record_round_trips_and_is_replaced(any_store: Store) -> None:
    ready = HealthRecord("a/b", NOW, Verdict(status=200), successes=1)
    with any_store.transaction() as tx:
        health.save(tx, RECORD)
        assert health.records(tx) == {"a/b": RECORD}
        health.save(tx, ready)
        assert health.records(tx, ["a/b", "a/c"]) == {"a/b": ready}
        assert health.records(tx, ["a/c"]) == {}


def test_record_follows_its_space(any_store: Store) -> None:
    with any_store.transaction() as tx:
        health.save(tx, RECORD)
        health.save(tx, replace(RECORD, space="a/new", failures=9))
        spaces.rename(tx, "a/b", "a/new")
        assert health.records(tx) == {"a/new": replace(RECORD, space="a/new")}
        spaces.delete_rows(tx, ["a/new"])
        assert health.records(tx) == {}


def test_check_keeps_what_a_newer_one_does_not_set(any_store: Store) -> None:
    with any_store.transaction() as tx:
        health.set_check(tx, stored(HealthCheck("/a", 200, 2.0), "team-a"))
        health.set_check(tx, stored(HealthCheck("/x"), "all"))
        health.set_check(tx, stored(HealthCheck("/b", is_continuous=True), "team-a", seconds=1))
        assert health.stored_checks(tx) == [
            stored(HealthCheck("/x"), "all"),
            stored(HealthCheck("/b", 200, 2.0, is_continuous=True), "team-a", seconds=1),
        ]
        assert health.remove_check(tx, ["team-a"]) == 1
        assert [one.targets for one in health.stored_checks(tx)] == [("all",)]


def test_check_follows_a_rename(any_store: Store) -> None:
    with any_store.transaction() as tx:
        health.set_check(tx, stored(HealthCheck("/a"), "Team-a", "team-b"))
        health.rename_targets(tx, {"team-a": "team-z"})
        assert health.stored_checks(tx)[0].targets == ("team-z", "team-b")
