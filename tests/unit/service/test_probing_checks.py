"""Checks that people set, resolved against the fleet of the moment."""

from bot.health.check import HealthCheck, StoredCheck
from bot.model import Space
from bot.service.probing import load_checks
from bot.store import Store, health
from tests.unit.store.samples import NOW

FLEET = {f"acme/if-{name}": Space(f"acme/if-{name}", "RUNNING") for name in ("a", "b", "lab")}


def load(store: Store, *checks: tuple[str, HealthCheck]) -> dict[str, HealthCheck]:
    with store.transaction() as tx:
        for targets, check in checks:
            health.set_check(tx, StoredCheck(tuple(targets.split()), check, "UTA", NOW))
        return dict(load_checks(tx, "if-", FLEET))


def test_later_check_wins_and_keeps_the_rest(store: Store) -> None:
    found = load(
        store, ("all", HealthCheck("/x", is_continuous=True)), ("lab", HealthCheck("/docs"))
    )

    assert found["acme/if-a"] == HealthCheck("/x", is_continuous=True)
    assert found["acme/if-lab"] == HealthCheck("/docs", is_continuous=True)


def test_target_that_is_gone_is_ignored(store: Store) -> None:
    found = load(store, ("a gone", HealthCheck("/x")), ("vanished", HealthCheck("/y")))

    assert found == {"acme/if-a": HealthCheck("/x")}


def test_no_check_costs_nothing(store: Store) -> None:
    assert load(store) == {}
