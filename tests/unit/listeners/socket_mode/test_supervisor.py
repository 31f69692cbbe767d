"""The connection to Slack opens once Slack is up, and is replaced when it is lost."""

import logging
import threading
from collections.abc import Callable, Iterator
from time import monotonic
from typing import Any

import pytest
from slack_bolt import Ack, App
from websockets.sync.server import ServerConnection

from bot import metrics
from bot.listeners import make_bolt_app
from bot.listeners.socket_mode import SocketMode
from bot.listeners.socket_mode.supervisor import Backoff
from bot.slack import Identity, make_client
from tests.contract.slack.fake_web_api import FakeWebApi, Reply, serve_web_api
from tests.unit.listeners.socket_mode.fake_socket import FakeSlackSocket, Proxy, fake_slack_socket

# A hundred times faster than in production: a minute is 600 ms.
MINUTE = 0.6
QUICK = Backoff(first_pause=0.01, longest_pause=0.08, stable=0.3)
COMMAND = {"command": "/space", "text": "swordfish", "team_id": "T1", "user_id": "U1"}


@pytest.fixture
def slack() -> Iterator[tuple[FakeSlackSocket, Proxy]]:
    with fake_slack_socket() as both:
        yield both


@pytest.fixture
def slack_socket(slack: tuple[FakeSlackSocket, Proxy]) -> FakeSlackSocket:
    return slack[0]


@pytest.fixture
def proxy(slack: tuple[FakeSlackSocket, Proxy]) -> Proxy:
    return slack[1]


@pytest.fixture
def wire(proxy: Proxy) -> Iterator[FakeWebApi]:
    with serve_web_api() as wire:
        wire.reply("apps.connections.open", {"ok": True, "url": f"ws://127.0.0.1:{proxy.port}/l"})
        yield wire


@pytest.fixture
def app(wire: FakeWebApi) -> Iterator[App]:
    app = make_bolt_app(
        make_client("xoxb-test", wire.url), lambda: Identity("T1", "U0BOT", "B0BOT")
    )

    @app.command("/space")
    def acknowledge(ack: Ack) -> None:
        ack("heard")

    yield app
    app.listener_runner.listener_executor.shutdown()


def make_socket_mode(
    app: App, check_interval: float = 0.02, stale_after: float = 0.5
) -> SocketMode:
    """Return a client as in production, but a hundred times faster."""
    return SocketMode(
        app,
        "xapp-test",
        threads=4,
        ping_interval=0.1,
        stale_after=stale_after,
        check_interval=check_interval,
        backoff=QUICK,
    )


@pytest.fixture
def socket_mode(app: App) -> Iterator[SocketMode]:
    socket_mode = make_socket_mode(app)
    socket_mode.start()
    yield socket_mode
    socket_mode.stop()


def test_command_is_received_and_acknowledged(
    socket_mode: SocketMode, slack_socket: FakeSlackSocket, wire: FakeWebApi
) -> None:
    slack_socket.send_payload(slack_socket.next_connection(), COMMAND)

    assert slack_socket.next_acknowledgment() == {"envelope_id": "e1", "payload": {"text": "heard"}}
    assert socket_mode.is_alive_within(5)
    assert wire.headers[0]["Authorization"] == "Bearer xapp-test"


# However a connection is lost, the next command arrives by itself.
@pytest.mark.parametrize(
    "lose",
    [
        # the other end is gone without a reset: bytes get lost
        Proxy.go_silent,
        # it broke, without a close frame
        Proxy.reset_all,
    ],
)
def test_lost_connection_is_replaced(
    socket_mode: SocketMode,
    slack_socket: FakeSlackSocket,
    proxy: Proxy,
    lose: Callable[[Proxy], None],
) -> None:
    _wait_until_up(slack_socket)
    lose(proxy)
    slack_socket.send_payload(slack_socket.next_connection(), COMMAND, "e2")

    assert slack_socket.next_acknowledgment()["envelope_id"] == "e2"
    assert socket_mode.is_alive_within(5)


def test_the_end_of_a_connection_is_noticed_without_a_silence(
    app: App, slack_socket: FakeSlackSocket, proxy: Proxy
) -> None:
    """Otherwise slack_sdk reads the ended connection in a loop, as fast as the processor can."""
    socket_mode = make_socket_mode(app, stale_after=60)
    socket_mode.start()
    _wait_until_up(slack_socket)
    proxy.reset_all()
    slack_socket.send_payload(slack_socket.next_connection(), COMMAND, "e2")

    assert slack_socket.next_acknowledgment()["envelope_id"] == "e2"
    socket_mode.stop()


def test_connection_is_renewed_when_slack_asks(
    socket_mode: SocketMode, slack_socket: FakeSlackSocket
) -> None:
    _wait_until_up(slack_socket).send('{"type": "disconnect", "reason": "refresh_requested"}')
    slack_socket.send_payload(slack_socket.next_connection(), COMMAND, "e2")

    assert slack_socket.next_acknowledgment()["envelope_id"] == "e2"


def test_connection_closed_by_slack_is_replaced(
    socket_mode: SocketMode, slack_socket: FakeSlackSocket
) -> None:
    _wait_until_up(slack_socket).close()
    slack_socket.send_payload(slack_socket.next_connection(), COMMAND, "e2")

    assert slack_socket.next_acknowledgment()["envelope_id"] == "e2"


def test_healthy_connection_is_kept(socket_mode: SocketMode, slack_socket: FakeSlackSocket) -> None:
    connection = _wait_until_up(slack_socket)
    for number in range(10):  # some silences long, in commands and pings
        connection.ping().wait(0.1)
        slack_socket.send_payload(connection, COMMAND, f"e{number}")
        slack_socket.next_acknowledgment()

    assert slack_socket.connections.empty()


# While Slack closes each connection at once, the bot opens at most ten a minute.
@pytest.mark.parametrize(
    ("greeting", "hangs_up"),
    [
        ({"type": "disconnect", "reason": "too_many_websockets"}, True),
        # it stays open but is useless
        ({"type": "disconnect", "reason": "too_many_websockets"}, False),
        ({"type": "hello", "num_connections": 1}, True),
        ({"type": "disconnect", "reason": "refresh_requested"}, True),
        ({"type": "disconnect", "reason": "link_disabled"}, True),
    ],
)
def test_connections_that_slack_ends_at_once_are_opened_with_growing_pauses(
    app: App,
    slack_socket: FakeSlackSocket,
    wire: FakeWebApi,
    greeting: dict[str, Any],
    hangs_up: bool,
) -> None:
    slack_socket.greeting, slack_socket.closes_at_once = greeting, hangs_up
    socket_mode = make_socket_mode(app, check_interval=0.001)
    socket_mode.start()
    for _ in range(4):
        slack_socket.next_connection()
    threading.Event().wait(MINUTE)
    opened = _count_opens(wire)
    threading.Event().wait(MINUTE)

    assert _count_opens(wire) - opened <= 10

    slack_socket.greeting, slack_socket.closes_at_once = {"type": "hello"}, False
    while not slack_socket.connections.empty():
        slack_socket.next_connection()
    slack_socket.send_payload(slack_socket.next_connection(), COMMAND, "e2")
    assert slack_socket.next_acknowledgment()["envelope_id"] == "e2"
    socket_mode.stop()


# Slack's Retry-After is respected for an error code and for an error status.
@pytest.mark.parametrize(
    "refusal",
    [
        Reply({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": "1"}),
        Reply({"ok": False, "error": "ratelimited"}, 200, {"Retry-After": "1"}),
    ],
)
def test_retry_after_is_respected(
    app: App, slack_socket: FakeSlackSocket, wire: FakeWebApi, refusal: Reply
) -> None:
    accepted = wire.answers["apps.connections.open"][0]
    wire.reply("apps.connections.open", refusal, accepted)
    socket_mode = make_socket_mode(app)
    started_at = monotonic()
    socket_mode.start()
    slack_socket.next_connection()
    socket_mode.stop()

    assert monotonic() - started_at >= 1
    assert _count_opens(wire) == 2


def test_foreign_connections_are_logged_once_per_change(
    app: App, slack_socket: FakeSlackSocket, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bot.listeners.socket_mode")
    socket_mode = make_socket_mode(app)
    counts, gauge_values = [], []
    slack_socket.greeting = {"type": "hello", "num_connections": 3}
    socket_mode.start()
    for next_count in (3, 1, 1):
        connection = _wait_until_up(slack_socket)
        counts.append(socket_mode.hello().other_connections)
        gauge_values.append(metrics.REGISTRY.get_sample_value("spacebot_slack_other_connections"))
        slack_socket.greeting = {"type": "hello", "num_connections": next_count}
        connection.close()
    socket_mode.stop()

    assert (counts, gauge_values) == ([2, 2, 0], [2.0, 2.0, 0.0])
    log_lines = [text for text in caplog.messages if text.startswith("Slack counts")]
    assert [text.split()[2] for text in log_lines] == ["2", "0"]


def test_own_old_connection_is_not_counted_as_foreign(
    socket_mode: SocketMode, slack_socket: FakeSlackSocket
) -> None:
    connection = _wait_until_up(slack_socket)
    slack_socket.greeting = {"type": "hello", "num_connections": 2}
    connection.send('{"type": "disconnect", "reason": "warning"}')
    slack_socket.send_payload(slack_socket.next_connection(), COMMAND, "e2")
    slack_socket.next_acknowledgment()

    assert socket_mode.hello().other_connections == 0


# The bot starts even if Slack is down or refuses.
@pytest.mark.parametrize(
    "no", [Reply("down", 503), Reply({"ok": False, "error": "internal_error"})]
)
def test_connection_opens_once_slack_is_available(
    app: App,
    slack_socket: FakeSlackSocket,
    wire: FakeWebApi,
    no: Reply,
    caplog: pytest.LogCaptureFixture,
) -> None:
    accepted = wire.answers["apps.connections.open"][0]
    wire.reply("apps.connections.open", no, no, accepted)
    socket_mode = make_socket_mode(app)
    assert not socket_mode.is_alive_within(60)
    socket_mode.start()

    slack_socket.next_connection()
    socket_mode.stop()

    assert "no connection to Slack" in caplog.text
    assert "xapp-test" not in caplog.text
    assert not socket_mode.is_alive_within(60)


def test_stopping_sends_the_last_acknowledgment_and_leaves_no_thread(
    wire: FakeWebApi, app: App, slack_socket: FakeSlackSocket
) -> None:
    before = {thread.name for thread in threading.enumerate()}
    socket_mode = make_socket_mode(app)
    may_end = threading.Event()

    @app.middleware
    def slow(next: Callable[[], None]) -> None:
        reached.set()
        may_end.wait(5)
        next()

    reached = threading.Event()
    socket_mode.start()
    slack_socket.send_payload(slack_socket.next_connection(), COMMAND)
    assert reached.wait(5)
    threading.Timer(0.1, may_end.set).start()
    socket_mode.stop()

    assert slack_socket.next_acknowledgment()["envelope_id"] == "e1"
    remaining = {t.name for t in threading.enumerate() if t.is_alive()} - before
    assert not [name for name in remaining if not name.startswith(("listener", "Thread"))]


def test_payload_is_never_logged(
    socket_mode: SocketMode, slack_socket: FakeSlackSocket, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        slack_socket.send_payload(slack_socket.next_connection(), COMMAND)
        slack_socket.next_acknowledgment()

    assert "swordfish" not in caplog.text


def _count_opens(wire: FakeWebApi) -> int:
    return len(wire.headers)


def _wait_until_up(slack_socket: FakeSlackSocket) -> ServerConnection:
    """Wait until the connection is open at both ends; Slack's end opens first."""
    connection = slack_socket.next_connection()
    slack_socket.send_payload(connection, COMMAND, "e0")
    assert slack_socket.next_acknowledgment()["envelope_id"] == "e0"
    return connection
