"""The whole bot's sweeps on a virtual clock, with the real client and the sandbox's rate limit."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from bot.alerts.polling import PollInterval, PollReason
from bot.errors import LeaseLost
from bot.hub import Hub
from bot.sandbox.hub.accounts import Token
from bot.sandbox.hub.budget import RateLimit
from bot.sandbox.hub.control import World
from bot.sandbox.hub.seed import classroom
from bot.service import Bot
from bot.service.poll_schedule import PollSchedule
from tests.conftest import MakeBot
from tests.contract.hub.conftest import TOKEN
from tests.fakes import FakeClock, FakeLeadership, with_parts

OWNER, FREE_QUOTA = "acme", 1_000


@pytest.fixture
def spaces() -> int:
    return 12


@pytest.fixture
def world(clock: FakeClock, spaces: int) -> World:
    world = classroom(OWNER, "", spaces, clock=lambda: clock().timestamp())
    world.remove(f"{OWNER}/template")
    for id in world.ids():
        world.heal(id)
    world.faults.log_linger_seconds = 0
    world.tokens[TOKEN] = Token()
    world.faults.rate_limit.quota = FREE_QUOTA
    return world


@dataclass
class Poller:
    """The leader and its clock: sweeps as the scheduler does, without waiting."""

    bot: Bot
    clock: FakeClock

    def sweep(self) -> PollInterval:
        self.bot.sweep()
        interval = self.bot.poll_interval()
        self.clock.tick(seconds=interval.seconds)
        return interval

    def run(self, seconds: float) -> None:
        end = self.clock().timestamp() + seconds
        while self.clock().timestamp() < end:
            self.sweep()

    def fail_over(self) -> None:
        """Let another replica lead, without the state of earlier sweeps."""
        self.bot = with_parts(self.bot, poll_schedule=PollSchedule(None))


@pytest.fixture
def poller(
    make_bot: MakeBot, make_hub: Callable[..., Hub], endpoint: str, clock: FakeClock
) -> Iterator[Poller]:
    hub = make_hub(endpoint=endpoint, now=clock)
    yield Poller(with_parts(make_bot(), hub=hub), clock)
    hub.close()


@pytest.mark.parametrize("spaces", [500])
def test_500_spaces_use_less_than_a_tenth_of_the_window(poller: Poller, world: World) -> None:
    """A window of a minute with a fifth of the calls has the rate of the free plan."""
    limit = world.faults.rate_limit = RateLimit(quota=FREE_QUOTA // 5, window=60.0)
    poller.run(30)
    poller.fail_over()
    for space in world.spaces(predicate=lambda s: not s.is_static, limit=5):
        world.break_(space.id)
    poller.run(29)

    names = [call.name for call in world.calls if call.name != "logs"]
    assert (names.count("list"), names.count("runtime")) == (12, 5)
    assert len(names) <= 0.1 * limit.quota


def test_new_leader_knows_the_interval_after_its_first_sweep(poller: Poller) -> None:
    assert poller.sweep().seconds == 5
    poller.fail_over()
    assert poller.bot.poll_interval() == PollInterval(60, PollReason.UNKNOWN)
    assert poller.sweep() == PollInterval(5, PollReason.SHARE)


def test_replica_that_stands_by_calls_the_hub_never(poller: Poller, world: World) -> None:
    leadership = FakeLeadership(poller.bot.deps.store, None)
    standby = with_parts(poller.bot, leadership=leadership, poll_schedule=PollSchedule(None))

    with pytest.raises(LeaseLost):
        standby.sweep()

    assert world.calls == []
    assert standby.poll_interval() == PollInterval(60, PollReason.UNKNOWN)


def test_sweeps_pause_while_the_window_is_empty(poller: Poller, world: World) -> None:
    poller.sweep()
    world.faults.hub = "limited"
    pause = poller.sweep()
    world.faults.hub = "up"
    after = poller.sweep()

    assert (pause.reason, after.reason) == (PollReason.EMPTY, PollReason.SHARE)
    assert 290 < pause.seconds <= 300
    assert len(world.calls) == 3


def test_sweeps_wait_as_long_as_a_429_says(poller: Poller, world: World) -> None:
    world.faults.send_rate_limit_headers = False
    world.faults.refuse(429, call="list", times=1, headers={"Retry-After": "40"})

    pause = poller.sweep()
    assert (pause.reason, pause.seconds) == (PollReason.EMPTY, 40)
    assert poller.sweep().reason is PollReason.UNKNOWN
    assert [call.name for call in world.calls] == ["list", "list"]


def test_hub_without_rate_limit_headers_is_polled_once_a_minute(
    poller: Poller, world: World
) -> None:
    world.faults.send_rate_limit_headers = False

    assert [poller.sweep() for _ in range(3)] == [PollInterval(60, PollReason.UNKNOWN)] * 3


def test_failed_list_is_tried_again_after_half_a_minute(poller: Poller, world: World) -> None:
    world.faults.refuse(500, call="list", times=2)  # a read is retried once

    assert [poller.sweep().reason for _ in range(2)] == [PollReason.FAILED, PollReason.SHARE]


def test_other_work_slows_the_sweeps(poller: Poller, world: World) -> None:
    for _ in range(940):
        world.faults.rate_limit.try_acquire(world.now())

    interval = poller.sweep()
    assert (interval.reason, interval.seconds) == (PollReason.LOW, 60)
