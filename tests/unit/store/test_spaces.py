"""Spaces: every field round-trips."""

from bot.alerts.problems import TrackedSpace
from bot.store import Store, spaces
from tests.unit.store.samples import NOW, SPACE


def test_space_round_trips(any_store: Store) -> None:
    with any_store.transaction() as tx:
        spaces.save(tx, [TrackedSpace(SPACE, NOW)], ())
        assert spaces.fleet(tx) == {"a/b": SPACE}
        assert spaces.get(tx, "a/b") == TrackedSpace(SPACE, NOW)
        assert spaces.get(tx, "a/other") is None
        assert spaces.ids(tx) == ["a/b"]
