"""Cold starts in the database: the last 20 of each Space."""

from bot.operations.cold_starts import KEPT_SAMPLES, ColdStart
from bot.store import Store, cold_starts
from tests.unit.store.samples import NOW


def test_the_last_cold_starts_of_each_space_are_kept(any_store: Store) -> None:
    with any_store.transaction() as tx:
        for n in range(KEPT_SAMPLES + 3):
            cold_starts.add(tx, [ColdStart("acme/a", float(n)), ColdStart("acme/b", 9.0)], NOW)
        found = cold_starts.load(tx)

    assert found["acme/a"] == [float(n) for n in range(3, KEPT_SAMPLES + 3)]
    assert found["acme/b"] == [9.0] * KEPT_SAMPLES


def test_a_renamed_space_keeps_its_cold_starts(any_store: Store) -> None:
    with any_store.transaction() as tx:
        cold_starts.add(tx, [ColdStart("acme/a", 60.0), ColdStart("acme/b", 9.0)], NOW)
        cold_starts.rename(tx, "acme/a", "acme/z")

        assert cold_starts.load(tx) == {"acme/z": [60.0], "acme/b": [9.0]}
