"""Concurrent reads share one list of the Hub, whether it succeeds or fails."""

import threading
from datetime import timedelta

import pytest

from bot.errors import HubUnavailable
from bot.model import Space
from bot.service.fleet_cache import FleetCache
from tests.fakes import FakeClock, FakeHub

ONE_SECOND = timedelta(seconds=1)


@pytest.fixture
def fleet_cache(hub: FakeHub, clock: FakeClock) -> FleetCache:
    hub.set(team_a="RUNNING")
    return FleetCache(hub, ("acme",), clock)


@pytest.mark.parametrize(
    ("later", "looks"),
    [
        # A recent snapshot is returned.
        (0, 1),
        (1, 1),
        # An older one isn't.
        (1.5, 2),
    ],
)
def test_snapshot_is_cached_briefly(
    fleet_cache: FleetCache, hub: FakeHub, clock: FakeClock, later: float, looks: int
) -> None:
    fleet_cache.fleet(ONE_SECOND)
    clock.tick(seconds=later)
    fleet_cache.fleet(ONE_SECOND)

    assert hub.calls == ["list"] * looks


@pytest.mark.parametrize(("later", "looks"), [(4, 1), (6, 2)])
def test_failed_hub_is_not_retried_at_once(
    fleet_cache: FleetCache, hub: FakeHub, clock: FakeClock, later: float, looks: int
) -> None:
    hub.go_down()
    for _ in range(2):
        with pytest.raises(HubUnavailable):
            fleet_cache.fleet(ONE_SECOND)
        clock.tick(seconds=later)

    assert hub.calls == ["list"] * looks


def test_cache_recovers_when_the_hub_is_back(
    fleet_cache: FleetCache, hub: FakeHub, clock: FakeClock
) -> None:
    hub.go_down()
    with pytest.raises(HubUnavailable):
        fleet_cache.fleet()
    hub.come_up()
    clock.tick(seconds=6)

    assert list(fleet_cache.fleet()) == ["acme/team-a"]


class BlockingHub(FakeHub):
    """A Hub that responds only once all readers wait."""

    def __init__(self, crowd: int) -> None:
        super().__init__(team_a="RUNNING")
        self.crowd = threading.Barrier(crowd + 1)

    def fleet(self, owner: str) -> list[Space]:
        self.crowd.wait(10)
        return super().fleet(owner)


def test_concurrent_reads_share_one_fetch(clock: FakeClock) -> None:
    hub = BlockingHub(1)
    fleet_cache = FleetCache(hub, ("acme",), clock)
    people = [threading.Thread(target=fleet_cache.fleet, args=(ONE_SECOND,)) for _ in range(8)]
    for person in people:
        person.start()
    hub.crowd.wait(10)
    for person in people:
        person.join(10)

    assert hub.calls == ["list"]
