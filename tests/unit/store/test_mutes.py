"""Mutes: one per Space, until they expire."""

from datetime import timedelta

from bot.alerts.incident import Mute
from bot.store import Store, mutes
from tests.unit.store.samples import NOW

LATER = NOW + timedelta(hours=1)


def mute(space: str, minutes: int = 60, age: int = 0, reason: str = "") -> Mute:
    until, at = NOW + timedelta(minutes=minutes), NOW - timedelta(minutes=age)
    return Mute(space, until, "UTA", at, reason)


def test_a_mute_replaces_the_earlier_one_of_its_space(any_store: Store) -> None:
    with any_store.transaction() as tx:
        mutes.add(tx, [mute("a/b", 10), mute("a/c")])
        mutes.add(tx, [mute("a/b", 90, reason="demo")])
        assert mutes.active(tx, NOW) == {"a/b": mute("a/b", 90, reason="demo"), "a/c": mute("a/c")}


def test_expired_mutes_are_deleted_and_named(any_store: Store) -> None:
    with any_store.transaction() as tx:
        mutes.add(tx, [mute("a/b", 0), mute("a/c", 1)])
        assert list(mutes.active(tx, NOW)) == ["a/c"], "it ends at its time"
        assert mutes.expire(tx, NOW) == [mute("a/b", 0)]
        assert mutes.expire(tx, NOW) == []
        assert list(mutes.active(tx, NOW)) == ["a/c"]


def test_a_rename_keeps_the_newer_of_two_mutes(any_store: Store) -> None:
    for old, new in ((1, 2), (2, 1)):
        with any_store.transaction() as tx:
            mutes.add(
                tx, [mute("a/old", age=old, reason="old"), mute("a/new", age=new, reason="new")]
            )
            mutes.rename(tx, "a/old", "a/new")
            (left,) = mutes.active(tx, NOW).values()
        assert (left.space, left.reason) == ("a/new", "old" if old < new else "new")


def test_removing_no_mutes_removes_none(any_store: Store) -> None:
    with any_store.transaction() as tx:
        mutes.add(tx, [mute("a/b")])
        mutes.remove(tx, [])
        assert list(mutes.active(tx, NOW)) == ["a/b"]
        mutes.remove(tx, ["a/b", "a/c"])
        assert mutes.active(tx, NOW) == {}
