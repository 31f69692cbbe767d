"""The line to Slack: it comes up when Slack does, and comes back when it has gone deaf."""

import logging
import threading
from collections.abc import Callable, Iterator
from time import monotonic
from typing import Any

import pytest
from slack_bolt import Ack, App
from websockets.sync.server import ServerConnection

from bot import metrics
from bot.listeners import bolt
from bot.slack import Identity, client
from bot.socket_mode import SocketMode
from bot.socket_mode.backoff import Backoff
from tests.slack.wire import Says, Wire, served
from tests.socket_mode.line import Proxy, SlackEnd, slack_end

# A hundred times as impatient as in earnest; a minute is 600 ms.
MINUTE = 0.6
QUICK = Backoff(first_pause=0.01, longest_pause=0.08, stable=0.3)
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
    line = SocketMode(app, "xapp-test", threads=4, ping=0.1, silence=0.5, look=0.02, backoff=QUICK)
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


# However Slack ends each line at once, it is not asked for more than ten a minute.
@pytest.mark.parametrize(
    ("greeting", "hangs_up"),
    [
        ({"type": "disconnect", "reason": "too_many_websockets"}, True),
        # it stays open, and is of no use
        ({"type": "disconnect", "reason": "too_many_websockets"}, False),
        ({"type": "hello", "num_connections": 1}, True),
        ({"type": "disconnect", "reason": "refresh_requested"}, True),
        ({"type": "disconnect", "reason": "link_disabled"}, True),
    ],
)
def test_lines_that_slack_ends_at_once_are_opened_ever_more_rarely(
    app: App, end: SlackEnd, wire: Wire, greeting: dict[str, Any], hangs_up: bool
) -> None:
    end.greeting, end.hangs_up = greeting, hangs_up
    line = SocketMode(app, "xapp-test", ping=0.1, silence=0.5, look=0.001, backoff=QUICK)
    line.start()
    for _ in range(4):
        end.next_line()
    threading.Event().wait(MINUTE)
    opened = _opens(wire)
    threading.Event().wait(MINUTE)

    assert _opens(wire) - opened <= 10

    end.greeting, end.hangs_up = {"type": "hello"}, False
    while not end.lines.empty():
        end.next_line()
    end.delivers(end.next_line(), COMMAND, "e2")
    assert end.acknowledged()["envelope_id"] == "e2"
    line.stop()


# Refused by its own answer or by its status, Slack's wait is kept.
@pytest.mark.parametrize(
    "refusal",
    [
        Says({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": "1"}),
        Says({"ok": False, "error": "ratelimited"}, 200, {"Retry-After": "1"}),
    ],
)
def test_slacks_own_wait_is_kept(app: App, end: SlackEnd, wire: Wire, refusal: Says) -> None:
    yes = wire.answers["apps.connections.open"][0]
    wire.says("apps.connections.open", refusal, yes)
    line = SocketMode(app, "xapp-test", ping=0.1, silence=0.5, look=0.02, backoff=QUICK)
    began = monotonic()
    line.start()
    end.next_line()
    line.stop()

    assert monotonic() - began >= 1
    assert _opens(wire) == 2


def test_connections_of_others_are_named_once_per_change(
    app: App, end: SlackEnd, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bot.socket_mode")
    line = SocketMode(app, "xapp-test", ping=0.1, silence=0.5, look=0.02, backoff=QUICK)
    seen, shown = [], []
    end.greeting = {"type": "hello", "num_connections": 3}
    line.start()
    for next_count in (3, 1, 1):
        upper = _up(end)
        seen.append(line.hello().other_connections)
        shown.append(metrics.REGISTRY.get_sample_value("spacebot_slack_other_connections"))
        end.greeting = {"type": "hello", "num_connections": next_count}
        upper.close()
    line.stop()

    assert (seen, shown) == ([2, 2, 0], [2.0, 2.0, 0.0])
    named = [text for text in caplog.messages if text.startswith("Slack counts")]
    assert [text.split()[2] for text in named] == ["2", "0"]


def test_our_own_old_connection_is_none_of_others(line: SocketMode, end: SlackEnd) -> None:
    upper = _up(end)
    end.greeting = {"type": "hello", "num_connections": 2}
    upper.send('{"type": "disconnect", "reason": "warning"}')
    end.delivers(end.next_line(), COMMAND, "e2")
    end.acknowledged()

    assert line.hello().other_connections == 0


# Slack down, or refusing, at the start: the bot starts all the same.
@pytest.mark.parametrize("no", [Says("down", 503), Says({"ok": False, "error": "internal_error"})])
def test_the_line_comes_up_when_slack_does(
    app: App, end: SlackEnd, wire: Wire, no: Says, caplog: pytest.LogCaptureFixture
) -> None:
    yes = wire.answers["apps.connections.open"][0]
    wire.says("apps.connections.open", no, no, yes)
    line = SocketMode(app, "xapp-test", ping=0.1, silence=0.5, look=0.02, backoff=QUICK)
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
    line = SocketMode(app, "xapp-test", threads=4, ping=0.1, silence=0.5, look=0.02, backoff=QUICK)
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


def _opens(wire: Wire) -> int:
    return len(wire.headers)


def _up(end: SlackEnd) -> ServerConnection:
    """Wait until the line is up at both ends: Slack's is up before ours."""
    line = end.next_line()
    end.delivers(line, COMMAND, "e0")
    assert end.acknowledged()["envelope_id"] == "e0"
    return line
