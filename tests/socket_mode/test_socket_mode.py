"""The line to Slack: it comes up when Slack does, and comes back when it has gone deaf."""

import logging
import threading
from collections.abc import Callable, Iterator
from queue import Empty

import pytest
from slack_bolt import Ack, App
from websockets.sync.server import ServerConnection

from bot.listeners import bolt
from bot.slack import Identity, client
from bot.socket_mode import SocketMode
from tests.slack.wire import Says, Wire, served
from tests.socket_mode.line import Proxy, SlackEnd, slack_end

COMMAND = {"command": "/space", "text": "swordfish", "team_id": "T1", "user_id": "U1"}


@pytest.fixture
def slack() -> Iterator[tuple[SlackEnd, Proxy]]:
    with slack_end() as both:
        yield both


@pytest.fixture
def end(slack: tuple[SlackEnd, Proxy]) -> SlackEnd:
    return slack[0]


@pytest.fixture
def proxy(slack: tuple[SlackEnd, Proxy]) -> Proxy:
    return slack[1]


@pytest.fixture
def wire(proxy: Proxy) -> Iterator[Wire]:
    with served() as wire:
        wire.says("apps.connections.open", {"ok": True, "url": f"ws://127.0.0.1:{proxy.port}/l"})
        yield wire


@pytest.fixture
def app(wire: Wire) -> Iterator[App]:
    app = bolt(client("xoxb-test", wire.url), lambda: Identity("T1", "U0BOT", "B0BOT"))

    @app.command("/space")
    def heard(ack: Ack) -> None:
        ack("heard")

    yield app
    app.listener_runner.listener_executor.shutdown()


@pytest.fixture
def line(app: App) -> Iterator[SocketMode]:
    """As in earnest, but a hundred times as impatient."""
    line = SocketMode(app, "xapp-test", threads=4, ping=0.1, silence=0.5, look=0.02)
    line.start()
    yield line
    line.stop()


def test_a_command_is_heard_and_acknowledged(line: SocketMode, end: SlackEnd, wire: Wire) -> None:
    end.delivers(end.next_line(), COMMAND)

    assert end.acknowledged() == {"envelope_id": "e1", "payload": {"text": "heard"}}
    assert line.heard_within(5)
    assert wire.headers[0]["Authorization"] == "Bearer xapp-test"


# However a line is lost, the next command is heard without anybody's help.
@pytest.mark.parametrize(
    "lose",
    [
        # the other end is gone and nobody told us: bytes go nowhere
        Proxy.go_deaf,
        # it broke, without a close frame
        Proxy.break_off,
    ],
)
def test_a_lost_line_comes_back(
    line: SocketMode, end: SlackEnd, proxy: Proxy, lose: Callable[[Proxy], None]
) -> None:
    _up(end)
    lose(proxy)
    end.delivers(end.next_line(), COMMAND, "e2")

    assert end.acknowledged()["envelope_id"] == "e2"
    assert line.heard_within(5)


def test_the_line_is_renewed_when_slack_asks(line: SocketMode, end: SlackEnd) -> None:
    _up(end).send('{"type": "disconnect", "reason": "refresh_requested"}')
    end.delivers(end.next_line(), COMMAND, "e2")

    assert end.acknowledged()["envelope_id"] == "e2"


def test_while_slack_sdk_changes_lines_nobody_interferes(
    app: App, end: SlackEnd, proxy: Proxy
) -> None:
    line = SocketMode(app, "xapp-test", threads=4, ping=0.3, silence=0.6, look=0.02)
    line.start()
    _up(end)
    assert line._handler
    client = line._handler.client
    with client.connect_operation_lock:  # held by slack_sdk while it connects
        proxy.go_deaf()
        with pytest.raises(Empty):
            end.lines.get(timeout=1)  # longer than the silence that is borne
        assert client.is_connected(), "the old line was given up before there was a new one"
    assert end.next_line()
    line.stop()


def test_a_line_that_slack_closes_comes_back(line: SocketMode, end: SlackEnd) -> None:
    _up(end).close()
    end.delivers(end.next_line(), COMMAND, "e2")

    assert end.acknowledged()["envelope_id"] == "e2"


def test_a_line_that_is_well_is_left_alone(line: SocketMode, end: SlackEnd) -> None:
    only = _up(end)
    for number in range(10):  # some silences long, in commands and pings
        only.ping().wait(0.1)
        end.delivers(only, COMMAND, f"e{number}")
        end.acknowledged()

    assert end.lines.empty()


# Slack down, or refusing, at the start: the bot starts all the same.
@pytest.mark.parametrize("no", [Says("down", 503), Says({"ok": False, "error": "internal_error"})])
def test_the_line_comes_up_when_slack_does(
    app: App, end: SlackEnd, wire: Wire, no: Says, caplog: pytest.LogCaptureFixture
) -> None:
    yes = wire.answers["apps.connections.open"][0]
    wire.says("apps.connections.open", no, no, yes)
    line = SocketMode(app, "xapp-test", ping=0.1, silence=0.5, look=0.02)
    assert not line.heard_within(60)
    line.start()

    end.next_line()
    line.stop()

    assert "no line to Slack" in caplog.text
    assert "xapp-test" not in caplog.text
    assert not line.heard_within(60)


def test_stopping_sends_the_last_acknowledgement_and_leaves_no_thread(
    wire: Wire, app: App, end: SlackEnd
) -> None:
    before = {thread.name for thread in threading.enumerate()}
    line = SocketMode(app, "xapp-test", threads=4, ping=0.1, silence=0.5, look=0.02)
    may_end = threading.Event()

    @app.middleware
    def slow(next: Callable[[], None]) -> None:
        reached.set()
        may_end.wait(5)
        next()

    reached = threading.Event()
    line.start()
    end.delivers(end.next_line(), COMMAND)
    assert reached.wait(5)
    threading.Timer(0.1, may_end.set).start()
    line.stop()

    assert end.acknowledged()["envelope_id"] == "e1"
    left = {t.name for t in threading.enumerate() if t.is_alive()} - before
    assert not [name for name in left if not name.startswith(("listener", "Thread"))]


def test_the_payload_is_never_logged(
    line: SocketMode, end: SlackEnd, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        end.delivers(end.next_line(), COMMAND)
        end.acknowledged()

    assert "swordfish" not in caplog.text


def _up(end: SlackEnd) -> ServerConnection:
    """Wait until the line is up at both ends: Slack's is up before ours."""
    line = end.next_line()
    end.delivers(line, COMMAND, "e0")
    assert end.acknowledged()["envelope_id"] == "e0"
    return line
