"""Single values by name."""

from bot.store import Store, key_values


def test_value_is_replaced_and_none_deletes_it(any_store: Store) -> None:
    found = []
    for value in ({"since": 1}, [1, "ä"], None, 0):
        with any_store.transaction() as tx:
            key_values.put(tx, "outage", value)
            key_values.put(tx, "other", "stays")
            found.append(key_values.get(tx, "outage"))

    assert found == [{"since": 1}, [1, "ä"], None, 0]
    with any_store.transaction() as tx:
        assert key_values.get(tx, "other") == "stays"
        assert key_values.get(tx, "missing") is None
