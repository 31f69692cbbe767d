"""Many irrelevant events at once don't delay a command."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.listeners import BoundedExecutor, make_bolt_app, register_listeners
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
def web_api() -> Iterator[FakeWebApi]:
    with serve_web_api() as web_api:
        yield web_api


@pytest.fixture
def handler() -> FakeHandler:
    return FakeHandler()


@pytest.fixture
def slack_socket(web_api: FakeWebApi, handler: FakeHandler) -> Iterator[FakeSlackSocket]:
    """A socket of Slack's with a whole bot connected to it."""
    app = make_bolt_app(
        make_client("xoxb-test", web_api.url), lambda: Identity("T1", "U0BOT", "B0BOT")
    )
    with ThreadPoolExecutor(4) as threads, fake_slack_socket() as (slack_socket, proxy):
        web_api.reply(
            "apps.connections.open", {"ok": True, "url": f"ws://127.0.0.1:{proxy.port}/l"}
        )
        register_listeners(app, handler, FakeReplier(), BoundedExecutor(threads, 8))
        socket_mode = SocketMode(
            app, "xapp-test", threads=4, ping_interval=5.0, stale_after=30.0, check_interval=0.02
        )
        socket_mode.start()
        yield slack_socket
        socket_mode.stop()
        app.listener_runner.listener_executor.shutdown()


def test_command_is_accepted_behind_three_hundred_home_events(
    slack_socket: FakeSlackSocket, handler: FakeHandler, web_api: FakeWebApi
) -> None:
    connection = slack_socket.next_connection()
    for number in range(300):
        event = {"type": "event_callback", "team_id": "T1", "event_id": f"Ev{number}"}
        slack_socket.send_payload(
            connection, {**event, "event": OPENED}, f"home{number}", kind="events_api"
        )
    slack_socket.send_payload(connection, COMMAND)

    acknowledged = {slack_socket.next_acknowledgment()["envelope_id"] for _ in range(301)}

    assert len(acknowledged) == 301, "Slack repeats what isn't acknowledged"
    assert [ask.text for ask in handler.asks] == ["status"]
    assert {method for method, _ in web_api.requests} == {"apps.connections.open"}
