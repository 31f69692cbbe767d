"""A frame larger than any of Slack's costs neither the connection nor memory."""

import resource
from collections.abc import Iterator

import pytest
from slack_bolt import Ack, App

from bot.listeners import bolt
from bot.slack import Identity, client
from bot.socket_mode import SocketMode
from tests.slack.wire import Wire, served
from tests.socket_mode.line import SlackEnd, slack_end

COMMAND = {"command": "/space", "text": "status", "team_id": "T1", "user_id": "U1"}
MEGABYTE = 1024 * 1024


@pytest.fixture
def end_and_wire() -> Iterator[tuple[SlackEnd, Wire]]:
    with slack_end() as (end, proxy), served() as wire:
        wire.says("apps.connections.open", {"ok": True, "url": f"ws://127.0.0.1:{proxy.port}/l"})
        yield end, wire


@pytest.fixture
def end(end_and_wire: tuple[SlackEnd, Wire]) -> SlackEnd:
    return end_and_wire[0]


@pytest.fixture
def heard(end_and_wire: tuple[SlackEnd, Wire]) -> Iterator[list[int]]:
    """The lengths of the texts that a bot on this connection hears."""
    lengths: list[int] = []
    app = bolt(client("xoxb-test", end_and_wire[1].url), lambda: Identity("T1", "U0BOT", "B0"))

    @app.command("/space")
    def hear(ack: Ack, command: dict[str, str]) -> None:
        lengths.append(len(command["text"]))
        ack("heard")

    line = SocketMode(app, "xapp-test", threads=4, ping=5.0, silence=30.0, look=0.02)
    line.start()
    yield lengths
    line.stop()
    stop_listeners(app)


def stop_listeners(app: App) -> None:
    app.listener_runner.listener_executor.shutdown()


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def test_after_a_frame_of_four_megabytes_the_same_connection_answers(
    end: SlackEnd, heard: list[int], caplog: pytest.LogCaptureFixture
) -> None:
    connection = end.next_line()
    end.delivers(connection, COMMAND, "before")
    assert end.acknowledged()["envelope_id"] == "before"

    before = peak_megabytes()
    end.delivers(connection, {**COMMAND, "text": "x" * 4 * MEGABYTE}, "large")
    end.delivers(connection, COMMAND, "after")

    assert end.acknowledged()["envelope_id"] == "after"
    assert heard == [6, 6]
    assert end.lines.empty(), "it connected again"
    assert peak_megabytes() - before < 40
    assert "skipped a frame of 4194" in caplog.text


def test_a_large_frame_within_the_bound_is_heard(end: SlackEnd, heard: list[int]) -> None:
    length = MEGABYTE - 1000
    end.delivers(end.next_line(), {**COMMAND, "text": "x" * length})

    assert end.acknowledged()["envelope_id"] == "e1"
    assert heard == [length]
