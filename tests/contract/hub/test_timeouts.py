"""
Real sockets that accept and then misbehave: no call exceeds its timeout.

The time of a call is measured here against a generous multiple of its timeout, since a busy
machine is slow too: without our deadline these servers would block a call forever.
"""

import socket
import socketserver
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event, Thread

import pytest

from bot.errors import HubError, HubUnavailable, OutcomeUnknown
from bot.hub import Hub, guards
from tests.contract.hub.calls import READS, WRITES

TIMEOUT = 0.3
WRITE_SECONDS = 1.0  # a write has to be sent within it
LOG_SECONDS = 2.0  # the first line has to arrive within it
MAX_SECONDS = 20.0
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
DRIP_SECONDS = 0.05

Behavior = Callable[[socket.socket, Event], None]


def drip(connection: socket.socket, stop: Event, drop: bytes) -> None:
    while not stop.wait(DRIP_SECONDS):
        connection.sendall(drop)


def silent(_: socket.socket, stop: Event) -> None:
    stop.wait()


def trickling_body(connection: socket.socket, stop: Event) -> None:
    connection.sendall(OK + b"Content-Length: 1000000\r\n\r\n[")
    drip(connection, stop, b" ")


def trickling_head(connection: socket.socket, stop: Event) -> None:
    connection.sendall(OK)
    drip(connection, stop, b"X-More: yes\r\n")


def trickling_error(connection: socket.socket, stop: Event) -> None:
    connection.sendall(b"HTTP/1.1 503 Down\r\nContent-Length: 1000000\r\n\r\n")
    drip(connection, stop, b" ")


def sending_keep_alives(connection: socket.socket, stop: Event) -> None:
    connection.sendall(OK + b"\r\n" + b'data: {"data":"hello\\n"}\n\n')
    drip(connection, stop, b"data:\n\n")


def falling_silent(connection: socket.socket, stop: Event) -> None:
    connection.sendall(OK + b"\r\n" + b'data: {"data":"hello\\n"}\n\n')
    stop.wait()


@contextmanager
def server(behavior: Behavior, *, never_reads: bool = False) -> Iterator[str]:
    """Serve each connection with *behavior*; a deaf server never reads what is sent."""
    stop = Event()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            try:
                if not never_reads:
                    self.request.recv(65536)
                behavior(self.request, stop)
            except OSError:
                pass  # the client closed the connection

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as listener:
        thread = Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.server_address[1]}"
        finally:
            stop.set()
            listener.shutdown()
            thread.join()


@contextmanager
def finishes_in_time() -> Iterator[None]:
    start = time.monotonic()
    yield
    assert time.monotonic() - start < MAX_SECONDS


# A log ends without an error, and a commit begins with a read.
SILENT_READS = {name: call for name, call in READS.items() if name != "logs"}
SILENT_WRITES = {name: call for name, call in WRITES.items() if name != "commit"}


@pytest.mark.parametrize("question", SILENT_READS.values(), ids=SILENT_READS)
def test_read_from_a_silent_hub_ends_at_the_deadline(
    make_hub: Callable[..., Hub], question: Callable[[Hub], object]
) -> None:
    with server(silent) as endpoint, finishes_in_time():
        hub = make_hub(endpoint=endpoint, timeout=TIMEOUT)
        with pytest.raises(HubUnavailable, match="in time"):
            question(hub)


@pytest.mark.parametrize("act", SILENT_WRITES.values(), ids=SILENT_WRITES)
def test_write_to_a_silent_hub_has_an_unknown_outcome(
    make_hub: Callable[..., Hub], act: Callable[[Hub], object]
) -> None:
    with server(silent) as endpoint, finishes_in_time():
        hub = make_hub(endpoint=endpoint, timeout=WRITE_SECONDS)
        with pytest.raises(OutcomeUnknown, match="may still have been done"):
            act(hub)


@pytest.mark.parametrize("manner", [trickling_body, trickling_head, trickling_error])
@pytest.mark.parametrize("call", ["fleet", "runtime"])
def test_trickling_hub_ends_at_the_deadline(
    make_hub: Callable[..., Hub], manner: Behavior, call: str
) -> None:
    with server(manner) as endpoint, finishes_in_time():
        hub = make_hub(endpoint=endpoint, timeout=TIMEOUT)
        with pytest.raises(HubUnavailable):
            READS[call](hub)


@pytest.mark.parametrize("manner", [sending_keep_alives, falling_silent])
def test_log_ends_after_its_seconds(make_hub: Callable[..., Hub], manner: Behavior) -> None:
    with server(manner) as endpoint, finishes_in_time():
        hub = make_hub(endpoint=endpoint)
        assert hub.logs("o/a", seconds=LOG_SECONDS) == ("hello",)


def test_log_that_never_starts_means_hub_unavailable(
    make_hub: Callable[..., Hub],
) -> None:
    with server(silent) as endpoint, finishes_in_time():
        hub = make_hub(endpoint=endpoint)
        with pytest.raises(HubUnavailable):
            hub.logs("o/a", seconds=TIMEOUT)


def test_upload_that_is_never_read_ends_at_the_deadline(make_hub: Callable[..., Hub]) -> None:
    with server(silent, never_reads=True) as endpoint, finishes_in_time():
        hub = make_hub(endpoint=endpoint, timeout=TIMEOUT)
        with pytest.raises(HubError):
            hub.validate_card("x" * 30_000_000)


def test_a_commit_ends_even_when_its_work_cannot_be_interrupted() -> None:
    release = Event()
    with finishes_in_time(), pytest.raises(OutcomeUnknown, match="may still arrive"):
        guards.run_upload(release.wait, 0.05)
    release.set()


def test_refused_connection_says_nothing_was_done(
    make_hub: Callable[..., Hub],
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{unused.getsockname()[1]}"
        hub = make_hub(endpoint=endpoint, timeout=TIMEOUT)
        with finishes_in_time(), pytest.raises(HubUnavailable, match="Nothing changed") as raised:
            hub.restart("o/a")
    assert not isinstance(raised.value, OutcomeUnknown)


def test_slow_name_lookup_means_hub_unavailable(
    make_hub: Callable[..., Hub], monkeypatch: pytest.MonkeyPatch
) -> None:
    release = Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: release.wait() and [])
    hub = make_hub(endpoint="http://hub.invalid", timeout=TIMEOUT)
    with finishes_in_time(), pytest.raises(HubUnavailable, match="in time"):
        hub.runtime("o/a")
    release.set()


def test_sixteen_threads_wait_concurrently(make_hub: Callable[..., Hub]) -> None:
    def runtime(number: int) -> str:
        with pytest.raises(HubUnavailable):
            hub.runtime(f"o/{number}")
        return "late"

    with server(silent) as endpoint, finishes_in_time(), ThreadPoolExecutor(32) as pool:
        hub = make_hub(endpoint=endpoint, timeout=TIMEOUT)
        assert list(pool.map(runtime, range(32))) == ["late"] * 32
