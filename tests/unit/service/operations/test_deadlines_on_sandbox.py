"""A deadline, up to 400 times as fast: the real adapter and prober, the sandbox Hub."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Lock
from time import monotonic

import pytest
from huggingface_hub import set_client_factory
from huggingface_hub.utils._http import default_client_factory

from bot.hub import Hub
from bot.model import Ask, Space
from bot.probe import Prober
from bot.sandbox.hub.control import World
from bot.sandbox.hub.latency import StageDurations
from bot.service import Bot
from tests.conftest import MakeBot
from tests.fakes import FakeClock, FakeSlack
from tests.unit.service.sandbox_hub import TOKEN, make_world, serve_world

OWNER = "ifcore-org"
ENVIRON = {"SPACEBOT_OWNER": OWNER, "SPACEBOT_PREFIX": "ifcore-"}
TEAMS = [f"{OWNER}/ifcore-team-{letter}" for letter in "abcdef"]
CRASHED, SILENT = TEAMS[:2]
T = datetime(2026, 11, 28, 14, tzinfo=UTC)
#: The command is typed so long before, which is before the first Space must be woken.
TYPED_BEFORE = timedelta(minutes=20)
SCALE = 400
LONGEST_STEP = timedelta(seconds=10)


class ScaledClock(FakeClock):
    """The system's clock, many times as fast, but in short steps.

    Without a bound, a pause of a busy machine would skip the minutes in which the bot reports.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lock = Lock()
        self._read_at, self._time = monotonic(), T - TYPED_BEFORE

    def __call__(self) -> datetime:
        with self._lock:
            now = monotonic()
            self._time += min(timedelta(seconds=SCALE * (now - self._read_at)), LONGEST_STEP)
            self._read_at = now
            return self._time


@pytest.fixture
def clock() -> ScaledClock:
    return ScaledClock()


@pytest.fixture
def world(clock: ScaledClock) -> World:
    durations = StageDurations(build=90.0, start=20.0)
    world = make_world(6, clock, durations=durations)
    for id in TEAMS:
        world.sleep(id)
    world.break_(CRASHED, for_good=True)
    world.set_app(SILENT, "502")
    return world


@pytest.fixture
def endpoint(world: World) -> Iterator[str]:
    with serve_world(world) as address:
        yield address


@pytest.fixture
def hub(endpoint: str, clock: ScaledClock) -> Iterator[Hub]:
    adapter = Hub(TOKEN, endpoint=endpoint, now=clock, timeout=5.0)
    yield adapter
    adapter.close()
    set_client_factory(default_client_factory)


@pytest.fixture
def prober(endpoint: str) -> Prober:
    """A prober that has loaded its certificates, which takes minutes of the scaled clock."""
    prober = Prober(TOKEN, endpoint)
    prober.probe(Space("", "", host=endpoint), ["/"])
    return prober


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
    assert {id: world.restarts[id] for id in TEAMS} == dict.fromkeys(TEAMS, 1) | {SILENT: 0}
    assert any("of 6 ready for 14:00" in text for text in texts), texts
    assert "4 of 6 ready at 14:00; 2 need you" in texts, texts
    (report,) = [m for m in slack.messages if "ready at 14:00" in m.text]
    assert "*team-b* needs you: running, but not answering (" in str(report.message.blocks)
