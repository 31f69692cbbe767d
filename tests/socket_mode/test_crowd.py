"""Many events at once that concern nobody hold up no command."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.listeners import Pool, bind, bolt
from bot.slack import Identity, client
from bot.socket_mode import SocketMode
from tests.listeners.conftest import FakeDoor, FakeVoice
from tests.slack.wire import Wire, served
from tests.socket_mode.line import SlackEnd, slack_end

OPENED = {"type": "app_home_opened", "user": "U1", "channel": "D1", "tab": "home"}
COMMAND = {
    "command": "/space",
    "text": "status",
    "team_id": "T1",
    "user_id": "U1",
    "channel_id": "C1",
    "trigger_id": "13.7.a",
    "response_url": "https://hooks.slack.com/commands/R1",
}


@pytest.fixture
def wire() -> Iterator[Wire]:
    with served() as wire:
        yield wire


@pytest.fixture
def door() -> FakeDoor:
    return FakeDoor()


@pytest.fixture
def end(wire: Wire, door: FakeDoor) -> Iterator[SlackEnd]:
    """Slack's end of a bot with all that stands between Slack and what it asks."""
    app = bolt(client("xoxb-test", wire.url), lambda: Identity("T1", "U0BOT", "B0BOT"))
    with ThreadPoolExecutor(4) as threads, slack_end() as (end, proxy):
        wire.says("apps.connections.open", {"ok": True, "url": f"ws://127.0.0.1:{proxy.port}/l"})
        bind(app, door, FakeVoice(), Pool(threads, 8))
        line = SocketMode(app, "xapp-test", threads=4, ping=5.0, silence=30.0, look=0.02)
        line.start()
        yield end
        line.stop()
        app.listener_runner.listener_executor.shutdown()


def test_a_command_is_taken_behind_three_hundred_people_who_open_the_apps_page(
    end: SlackEnd, door: FakeDoor, wire: Wire
) -> None:
    slack = end.next_line()
    for number in range(300):
        event = {"type": "event_callback", "team_id": "T1", "event_id": f"Ev{number}"}
        end.delivers(slack, {**event, "event": OPENED}, f"home{number}", kind="events_api")
    end.delivers(slack, COMMAND)

    acknowledged = {end.acknowledged()["envelope_id"] for _ in range(301)}

    assert len(acknowledged) == 301, "Slack repeats what isn't acknowledged"
    assert [ask.text for ask in door.asks] == ["status"]
    assert {method for method, _ in wire.requests} == {"apps.connections.open"}
