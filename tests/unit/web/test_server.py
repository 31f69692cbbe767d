"""Idle, slow or too many connections block no others and are closed within seconds."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from threading import Event

import pytest
from slack_bolt import Ack, App
from starlette.applications import Starlette

from bot.listeners import make_bolt_app
from bot.slack import Identity, make_client
from bot.web import Probes, Server, make_http_app
from tests.unit.listeners.conftest import SECRET, signed
from tests.unit.web.conftest import Get, make_get
from tests.unit.web.samples import BODY
from tests.unit.web.test_events import FORM

PROBES = ("/healthz", "/readyz", "/metrics")
HEAD = b"POST /slack/events HTTP/1.1\r\nhost: bot\r\ncontent-length: 10\r\n\r\n"
GET = b"GET /healthz HTTP/1.1\r\nhost: bot\r\n\r\n"


@pytest.fixture
def app() -> Iterator[App]:
    identity = Identity("T1", "U0BOT", "B0")
    app = make_bolt_app(make_client("xoxb-test", "http://127.0.0.1:9/"), lambda: identity, SECRET)
    app.command("/space")(lambda ack: ack("heard"))
    yield app
    app.listener_runner.listener_executor.shutdown()


@contextmanager
def serve_app(
    app: App, probes: Probes, capacity: int | None = None, **bounds: float
) -> Iterator[Server]:
    starlette_app: Starlette = make_http_app(probes, app, SECRET, capacity=capacity)
    server = Server(starlette_app, port=0, **bounds)  # type: ignore[arg-type]  # as a test gives them
    server.start()
    yield server
    server.stop()


def hold_requests(app: App) -> tuple[Event, Event]:
    """Hold each request of *app*; return the event of its arrival and the one that lets it end."""
    arrived, may_end = Event(), Event()

    @app.middleware
    def wait(next: Ack) -> None:
        arrived.set()
        may_end.wait(10)
        next()

    return arrived, may_end


def connect(server: Server, data: bytes = b"") -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=10)
    connection.sendall(data)
    return connection


def assert_all_answer(get: Get) -> None:
    command = get("/slack/events", BODY, {**FORM, **signed(BODY)})
    assert (command.status, command.text) == (200, "heard")
    assert {path: get(path).status for path in PROBES} == dict.fromkeys(PROBES, 200)


# (what each of them has sent): nothing, half a head, half a body, or a request long ago.
@pytest.mark.parametrize("sent", [b"", HEAD[:40], HEAD + b"half", GET])
def test_thousand_idle_connections_do_not_block_others(
    app: App, probes: Probes, sent: bytes
) -> None:
    with serve_app(app, probes) as server, ExitStack() as open_ones:
        get = make_get(server)
        for number in range(1000):
            open_ones.enter_context(connect(server, sent))
            if number % 200 == 199:
                assert_all_answer(get)


def test_connections_over_the_limit_do_not_block_others(app: App, probes: Probes) -> None:
    with serve_app(app, probes, connections=10) as server, ExitStack() as open_ones:
        for _ in range(50):
            open_ones.enter_context(connect(server))
        assert_all_answer(make_get(server))


def test_the_body_of_an_answer_does_not_wait_for_its_headers_to_be_acknowledged(
    app: App, probes: Probes
) -> None:
    with serve_app(app, probes) as server:
        assert_all_answer(make_get(server))
        (listener,) = server._server.servers[0].sockets
        assert listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_request_in_progress_is_never_cut_to_make_room(app: App, probes: Probes) -> None:
    arrived, may_end = hold_requests(app)
    with serve_app(app, probes, connections=4) as server, ExitStack() as open_ones:
        get = make_get(server)
        with ThreadPoolExecutor(1) as threads:
            command = threads.submit(get, "/slack/events", BODY, {**FORM, **signed(BODY)})
            assert arrived.wait(10)
            for _ in range(20):
                open_ones.enter_context(connect(server))
            assert get("/healthz").status == 200
            may_end.set()
            assert command.result().text == "heard"


def test_probes_answer_while_event_capacity_is_exhausted(app: App, probes: Probes) -> None:
    arrived, may_end = hold_requests(app)
    with serve_app(app, probes, capacity=1) as server, ThreadPoolExecutor(1) as threads:
        get = make_get(server)
        command = threads.submit(get, "/slack/events", BODY, {**FORM, **signed(BODY)})
        assert arrived.wait(10)
        assert get("/slack/events", BODY, {**FORM, **signed(BODY)}).status == 503
        assert get("/slack/events", BODY, FORM).status == 401, "strangers take no seat"
        assert {get(path).status for path in PROBES} == {200}
        may_end.set()
        assert command.result().text == "heard"


# (what was sent, what comes back before the connection ends)
@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        # no request has begun, so none is answered
        (b"", b""),
        # half a head
        (HEAD[:40], b"HTTP/1.1 408 "),
        # half a body
        (HEAD + b"half", b"HTTP/1.1 408 "),
        # the length is wrong
        (HEAD.replace(b"10", b"900000"), b"HTTP/1.1 408 "),
        # a chunk that never ends
        (HEAD.replace(b"content-length: 10", b"transfer-encoding: chunked"), b"HTTP/1.1 408 "),
        # half of a second request, after the response to the first
        (GET + HEAD[:40], b"HTTP/1.1 200 "),
    ],
)
def test_a_request_that_does_not_arrive_is_cut(
    app: App, probes: Probes, sent: bytes, answer: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with serve_app(app, probes, receive_seconds=0.2) as server, connect(server, sent) as slow:
        assert receive_all(slow).startswith(answer)
    assert "Traceback" not in caplog.text


# (what has been sent, what trickles after it)
@pytest.mark.parametrize(
    ("sent", "trickle"),
    [
        (b"POST /slack/events HTTP/1.1\r\nx: ", b"a"),
        (HEAD.replace(b"10", b"900000"), b"a"),
        # a response before the body has arrived
        (HEAD.replace(b"/slack/events", b"/nowhere").replace(b"10", b"900000"), b"a"),
        (GET + b"GET /healthz HTTP/1.1\r\nx: ", b"a"),
    ],
)
def test_a_request_that_trickles_is_cut_all_the_same(
    app: App, probes: Probes, sent: bytes, trickle: bytes
) -> None:
    with serve_app(app, probes, receive_seconds=0.3) as server, connect(server, sent) as slow:
        slow.settimeout(0.05)
        assert trickles_until_cut(slow, trickle) < 40, "it was listened to for two seconds"


def test_slow_answer_does_not_expire_the_request(app: App, probes: Probes) -> None:
    may_end = Event()

    @app.middleware
    def wait(next: Ack) -> None:
        may_end.wait(0.5)
        next()

    with serve_app(app, probes, receive_seconds=0.1) as server:
        answer = make_get(server)("/slack/events", BODY, {**FORM, **signed(BODY)})
        assert (answer.status, answer.text) == (200, "heard")


# A body of 4 MB is refused by its declared length, or else while it arrives.
@pytest.mark.parametrize("length", ["content-length: 4194304", "transfer-encoding: chunked"])
def test_body_of_four_megabytes_is_rejected(app: App, probes: Probes, length: str) -> None:
    head = f"POST /slack/events HTTP/1.1\r\nhost: bot\r\n{length}\r\n\r\n".encode()
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    with serve_app(app, probes) as server, connect(server, head) as sender:
        with suppress(OSError):  # it is cut while it is sent, and the answer may be lost
            sender.sendall(chunk * 64 if "chunked" in length else b"")
            assert receive_all(sender).startswith(b"HTTP/1.1 413 ")
        with pytest.raises(OSError, match=r"reset|pipe"):
            send_until_refused(sender)
        assert make_get(server)("/healthz").status == 200


def test_at_the_limit_of_file_descriptors_the_probes_answer() -> None:
    flooded = subprocess.run(
        ["sh", "-c", f"ulimit -S -n 64; exec {sys.executable} -m tests.unit.web.flooded"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert flooded.stdout.splitlines()[-1:] == ["healthz answers 200"], flooded.stderr


def receive_all(connection: socket.socket) -> bytes:
    """Return what arrives until the server ends the connection."""
    answer = b""
    while part := connection.recv(4096):
        answer += part
    return answer


def send_until_refused(connection: socket.socket) -> None:
    for _ in range(1000):
        connection.sendall(b"x" * 65536)


def trickles_until_cut(connection: socket.socket, trickle: bytes) -> int:
    """Send *trickle* every 50 ms until the server ends the connection; return how often."""
    for times in range(100):
        try:
            connection.sendall(trickle)
            if not connection.recv(4096):
                return times
        except TimeoutError:
            continue
        except OSError:
            return times
    return 100
