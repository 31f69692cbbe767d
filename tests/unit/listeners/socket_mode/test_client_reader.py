"""The client's reader reads the newest connection and ends with it, whenever it looks for one.

slack_sdk's connect() assigns the connection and the state that ends its reader one after the
other. A reader that looked between the two would read with the state of an earlier connection,
which nothing ends: the bot would receive nothing any more, and its stop would wait without end.
"""

from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest
from slack_bolt import Ack, App

from bot.listeners import make_bolt_app
from bot.listeners.socket_mode.client import Client
from bot.slack import Identity, make_client
from tests.contract.slack.fake_web_api import serve_web_api
from tests.unit.listeners.socket_mode.fake_socket import FakeSlackSocket, fake_slack_socket

# Longer than the reader's pause, which is 100 ms.
PAUSE_SECONDS = 0.3


class SlowClient(Client):
    """Pauses between slack_sdk's two assignments of a connection."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "current_session_state" and self.__dict__.get("current_session"):
            Event().wait(PAUSE_SECONDS)
        super().__setattr__(name, value)


@pytest.fixture
def slack_socket() -> Iterator[tuple[FakeSlackSocket, App]]:
    with fake_slack_socket() as (end, proxy), serve_web_api() as wire:
        wire.reply("apps.connections.open", {"ok": True, "url": f"ws://127.0.0.1:{proxy.port}/l"})
        slack = make_client("xoxb-test", wire.url)
        app = make_bolt_app(slack, lambda: Identity("T1", "U0BOT", "B0BOT"))
        app.command("/space")(_acknowledge)
        yield end, app
        app.listener_runner.listener_executor.shutdown()


def _acknowledge(ack: Ack) -> None:
    ack("received")


def send_command(slack_socket: FakeSlackSocket) -> None:
    command = {"command": "/space", "text": "status", "team_id": "T1", "user_id": "U1"}
    slack_socket.send_payload(slack_socket.next_connection(), command)


@pytest.mark.timeout(20)
def test_each_of_two_connections_is_read_and_the_client_stops(
    slack_socket: tuple[FakeSlackSocket, App],
) -> None:
    end, app = slack_socket
    client = SlowClient(app, "xapp-test", threads=1, ping_interval=5)

    for _ in range(2):
        client.open()
        send_command(end)
        assert end.next_acknowledgment()["envelope_id"] == "e1"
        client.end_session()
    client.stop()

    assert not client.current_session_runner.is_alive()
