"""Many events at once that concern nobody hold up no command."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.listeners import BoundedExecutor, bind, make_bolt_app
from bot.listeners.socket_mode import SocketMode
from bot.slack import Identity, make_client
from tests.contract.slack.fake_web_api import FakeWebApi, serve_web_api
from tests.unit.listeners.conftest import FakeHandler, FakeReplier
from tests.unit.listeners.socket_mode.fake_socket import FakeSlackSocket, fake_slack_socket

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
def wire() -> Iterator[FakeWebApi]:
    with serve_web_api() as wire:
        yield wire


@pytest.fixture
def door() -> FakeHandler:
    return FakeHandler()


@pytest.fixture
def end(wire: FakeWebApi, door: FakeHandler) -> Iterator[FakeSlackSocket]:
    """Slack's end of a bot with all that stands between Slack and what it asks."""
    app = make_bolt_app(
        make_client("xoxb-test", wire.url), lambda: Identity("T1", "U0BOT", "B0BOT")
    )
    with ThreadPoolExecutor(4) as threads, fake_slack_socket() as (end, proxy):
        wire.reply("apps.connections.open", {"ok": True, "url": f"ws://127.0.0.1:{proxy.port}/l"})
        bind(app, door, FakeReplier(), BoundedExecutor(threads, 8))
        line = SocketMode(
            app, "xapp-test", threads=4, ping_interval=5.0, stale_after=30.0, check_interval=0.02
        )
        line.start()
        yield end
        line.stop()
        app.listener_runner.listener_executor.shutdown()


def test_a_command_is_taken_behind_three_hundred_people_who_open_the_apps_page(
    end: FakeSlackSocket, door: FakeHandler, wire: FakeWebApi
) -> None:
    slack = end.next_connection()
    for number in range(300):
        event = {"type": "event_callback", "team_id": "T1", "event_id": f"Ev{number}"}
        end.send_payload(slack, {**event, "event": OPENED}, f"home{number}", kind="events_api")
    end.send_payload(slack, COMMAND)

    acknowledged = {end.next_acknowledgment()["envelope_id"] for _ in range(301)}

    assert len(acknowledged) == 301, "Slack repeats what isn't acknowledged"
    assert [ask.text for ask in door.asks] == ["status"]
    assert {method for method, _ in wire.requests} == {"apps.connections.open"}
