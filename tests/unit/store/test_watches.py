"""Watches: one per channel and targets, merged when they become equal."""

import pytest

from bot.alerts.routing import Watch
from bot.store import Store, watches
from tests.unit.store.samples import NOW


def watch(channel: str, targets: str = "", problems: str = "error") -> Watch:
    return Watch(channel, tuple(targets.split()), tuple(problems.split()), "UTA")


def test_a_watch_replaces_the_one_of_the_same_targets(any_store: Store) -> None:
    with any_store.transaction() as tx:
        for one in (watch("C1", "team-*"), watch("C1"), watch("C1", "team-*", "error sleeping")):
            watches.add(tx, one, NOW)
        assert watches.list_all(tx) == [watch("C1"), watch("C1", "team-*", "error sleeping")]


@pytest.mark.parametrize(
    ("targets", "removed", "left"),
    [
        (None, 2, [watch("C2")]),
        (("team-a",), 1, [watch("C1"), watch("C2")]),
        ((), 1, [watch("C1", "team-a"), watch("C2")]),
        (("other",), 0, [watch("C1"), watch("C1", "team-a"), watch("C2")]),
    ],
)
def test_watches_are_removed_by_targets_or_all(
    store: Store, targets: tuple[str, ...] | None, removed: int, left: list[Watch]
) -> None:
    with store.transaction() as tx:
        for one in (watch("C1"), watch("C1", "team-a"), watch("C2")):
            watches.add(tx, one, NOW)
        assert watches.remove(tx, "C1", targets) == removed
        assert watches.list_all(tx) == left


def test_a_renamed_target_merges_watches_that_become_equal(store: Store) -> None:
    with store.transaction() as tx:
        for one in (watch("C1", "Old b"), watch("C1", "new b", "sleeping"), watch("C2", "b")):
            watches.add(tx, one, NOW)
        assert watches.rename(tx, {"old": "new"}) == ["C1"]
        merged, other = sorted(watches.list_all(tx), key=lambda one: one.channel)
    assert (merged.targets, set(merged.problems)) == (("new", "b"), {"error", "sleeping"})
    assert other == watch("C2", "b")


def test_watches_follow_their_channel_to_its_new_id(store: Store) -> None:
    with store.transaction() as tx:
        for one in (watch("C1", "a"), watch("C9", "a", "sleeping"), watch("C1")):
            watches.add(tx, one, NOW)
        watches.move_channel(tx, "C1", "C9")
        found = watches.list_all(tx)
    assert {one.channel for one in found} == {"C9"}
    assert sorted(one.targets for one in found) == [(), ("a",)]
