"""A frame larger than any of Slack's costs neither the connection nor memory."""

import resource
from collections.abc import Iterator

import pytest
from slack_bolt import Ack, App

from bot.listeners import make_bolt_app
from bot.listeners.socket_mode import SocketMode
from bot.slack import Identity, make_client
from tests.contract.slack.fake_web_api import FakeWebApi, serve_web_api
from tests.unit.listeners.socket_mode.fake_socket import FakeSlackSocket, fake_slack_socket

COMMAND = {"command": "/space", "text": "status", "team_id": "T1", "user_id": "U1"}
MEGABYTE = 1024 * 1024


@pytest.fixture
def socket_and_wire() -> Iterator[tuple[FakeSlackSocket, FakeWebApi]]:
    with fake_slack_socket() as (end, proxy), serve_web_api() as wire:
        wire.reply("apps.connections.open", {"ok": True, "url": f"ws://127.0.0.1:{proxy.port}/l"})
        yield end, wire


@pytest.fixture
def slack_socket(socket_and_wire: tuple[FakeSlackSocket, FakeWebApi]) -> FakeSlackSocket:
    return socket_and_wire[0]


@pytest.fixture
def received_lengths(socket_and_wire: tuple[FakeSlackSocket, FakeWebApi]) -> Iterator[list[int]]:
    """Return the lengths of the texts that the bot receives on this connection."""
    lengths: list[int] = []
    app = make_bolt_app(
        make_client("xoxb-test", socket_and_wire[1].url), lambda: Identity("T1", "U0BOT", "B0")
    )

    @app.command("/space")
    def record(ack: Ack, command: dict[str, str]) -> None:
        lengths.append(len(command["text"]))
        ack("heard")

    socket_mode = SocketMode(
        app, "xapp-test", threads=4, ping_interval=5.0, stale_after=30.0, check_interval=0.02
    )
    socket_mode.start()
    yield lengths
    socket_mode.stop()
    stop_listeners(app)


def stop_listeners(app: App) -> None:
    app.listener_runner.listener_executor.shutdown()


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def test_after_a_frame_of_four_megabytes_the_same_connection_answers(
    slack_socket: FakeSlackSocket, received_lengths: list[int], caplog: pytest.LogCaptureFixture
) -> None:
    connection = slack_socket.next_connection()
    slack_socket.send_payload(connection, COMMAND, "before")
    assert slack_socket.next_acknowledgment()["envelope_id"] == "before"

    before = peak_megabytes()
    slack_socket.send_payload(connection, {**COMMAND, "text": "x" * 4 * MEGABYTE}, "large")
    slack_socket.send_payload(connection, COMMAND, "after")

    assert slack_socket.next_acknowledgment()["envelope_id"] == "after"
    assert received_lengths == [6, 6]
    assert slack_socket.connections.empty(), "it connected again"
    assert peak_megabytes() - before < 40
    assert "skipped a frame of 4194" in caplog.text


def test_large_frame_within_the_limit_is_received(
    slack_socket: FakeSlackSocket, received_lengths: list[int]
) -> None:
    length = MEGABYTE - 1000
    slack_socket.send_payload(slack_socket.next_connection(), {**COMMAND, "text": "x" * length})

    assert slack_socket.next_acknowledgment()["envelope_id"] == "e1"
    assert received_lengths == [length]
