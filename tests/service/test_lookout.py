"""One look serves everybody who asks at the same moment, whether it succeeds or fails."""

import threading
from datetime import timedelta

import pytest

from bot.errors import HubUnavailable
from bot.model import Space
from bot.service.lookout import Lookout
from tests.fakes import FakeClock, FakeHub

MOMENT = timedelta(seconds=1)


@pytest.fixture
def lookout(hub: FakeHub, clock: FakeClock) -> Lookout:
    hub.set(team_a="RUNNING")
    return Lookout(hub, ("acme",), clock)


@pytest.mark.parametrize(
    ("later", "looks"),
    [
        # A picture of a moment ago is the picture.
        (0, 1),
        (1, 1),
        # An older one is not.
        (1.5, 2),
    ],
)
def test_a_picture_is_good_for_a_moment(
    lookout: Lookout, hub: FakeHub, clock: FakeClock, later: float, looks: int
) -> None:
    lookout.fleet(MOMENT)
    clock.tick(seconds=later)
    lookout.fleet(MOMENT)

    assert hub.calls == ["list"] * looks


@pytest.mark.parametrize(("later", "looks"), [(4, 1), (6, 2)])
def test_a_hub_that_has_just_failed_is_left_alone_for_a_while(
    lookout: Lookout, hub: FakeHub, clock: FakeClock, later: float, looks: int
) -> None:
    hub.break_down()
    for _ in range(2):
        with pytest.raises(HubUnavailable):
            lookout.fleet(MOMENT)
        clock.tick(seconds=later)

    assert hub.calls == ["list"] * looks


def test_it_sees_again_when_the_hub_is_back(
    lookout: Lookout, hub: FakeHub, clock: FakeClock
) -> None:
    hub.break_down()
    with pytest.raises(HubUnavailable):
        lookout.fleet()
    hub.mend()
    clock.tick(seconds=6)

    assert list(lookout.fleet()) == ["acme/team-a"]


class Gate(FakeHub):
    """A Hub that answers only once everybody has asked."""

    def __init__(self, crowd: int) -> None:
        super().__init__(team_a="RUNNING")
        self.crowd = threading.Barrier(crowd + 1)

    def fleet(self, owner: str) -> list[Space]:
        self.crowd.wait(10)
        return super().fleet(owner)


def test_who_asks_while_a_look_is_under_way_shares_it(clock: FakeClock) -> None:
    hub = Gate(1)
    lookout = Lookout(hub, ("acme",), clock)
    people = [threading.Thread(target=lookout.fleet, args=(MOMENT,)) for _ in range(8)]
    for person in people:
        person.start()
    hub.crowd.wait(10)
    for person in people:
        person.join(10)

    assert hub.calls == ["list"]
