"""A deadline in real time, 400 times as fast, with the real adapter against the sandbox Hub."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest

from bot.hub import Hub
from bot.model import Ask
from bot.sandbox.hub.accounts import Token
from bot.sandbox.hub.control import World
from bot.sandbox.hub.latency import StageDurations
from bot.sandbox.hub.seed import classroom
from bot.service import Bot
from tests.conftest import MakeBot
from tests.fakes import FakeClock, FakeSlack
from tests.unit.service.operations.sandbox_hub import serve

TOKEN, OWNER = "hf_" + "t0ken" * 7, "ifcore-org"
ENVIRON = {"SPACEBOT_OWNER": OWNER, "SPACEBOT_PREFIX": "ifcore-"}
TEAMS = [f"{OWNER}/ifcore-team-{letter}" for letter in "abcdef"]
T = datetime(2026, 11, 28, 14, tzinfo=UTC)
#: The command is typed so long before, which is before the first Space must be woken.
TYPED_BEFORE = timedelta(minutes=20)
SCALE = 400


class ScaledClock(FakeClock):
    """The system's clock, many times as fast."""

    def __init__(self) -> None:
        super().__init__()
        self._began = monotonic()

    def __call__(self) -> datetime:
        return T - TYPED_BEFORE + timedelta(seconds=SCALE * (monotonic() - self._began))


@pytest.fixture
def clock() -> ScaledClock:
    return ScaledClock()


@pytest.fixture
def world(clock: ScaledClock) -> World:
    durations = StageDurations(build=90.0, start=60.0)
    world = classroom(spaces=6, clock=lambda: clock().timestamp(), durations=durations)
    world.tokens[TOKEN] = Token()
    for id in TEAMS:
        world.sleep(id)
    world.break_(TEAMS[0], for_good=True)
    return world


@pytest.fixture
def hub(world: World, clock: ScaledClock) -> Iterator[Hub]:
    with serve(world, clock, TOKEN) as served:
        yield served


def test_sleeping_spaces_are_ready_by_the_deadline_in_real_time(
    make_bot: MakeBot, world: World, clock: ScaledClock, slack: FakeSlack
) -> None:
    bot: Bot = make_bot(**ENVIRON)
    bot.ask(Ask("wake team-* before 14:00", "ULEAD", "C1", idempotency_key="deadline"))
    while clock() < T + timedelta(seconds=30):
        bot.run_schedules()
        bot.advance()
        bot.deliver()

    texts = [message.text for message in slack.messages]
    assert {world.restarts[id] for id in TEAMS} == {1}
    for when in ("for", "at"):
        assert f"5 of 6 ready {when} 14:00; 1 needs you" in texts, texts
