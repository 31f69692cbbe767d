"""
Real sockets that accept and then misbehave: no call takes longer than it may.

The time of a call is measured here against a generous multiple of its timeout, since a busy
machine is slow too: what these servers do without our deadline is to hold a call for ever.
"""

import socket
import socketserver
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event, Thread

import pytest

from bot.errors import HubError, HubUnavailable, Unanswered
from bot.hub import Hub, network, patience

TIMEOUT = 0.3
ACT_SECONDS = 1.0  # an act has to leave within it
LOG_SECONDS = 2.0  # the first line has to come through within it
AT_MOST = 20.0
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
PACE = 0.05

Manner = Callable[[socket.socket, Event], None]


def drip(connection: socket.socket, over: Event, drop: bytes) -> None:
    while not over.wait(PACE):
        connection.sendall(drop)


def silent(_: socket.socket, over: Event) -> None:
    over.wait()


def trickling_body(connection: socket.socket, over: Event) -> None:
    connection.sendall(OK + b"Content-Length: 1000000\r\n\r\n[")
    drip(connection, over, b" ")


def trickling_head(connection: socket.socket, over: Event) -> None:
    connection.sendall(OK)
    drip(connection, over, b"X-More: yes\r\n")


def trickling_refusal(connection: socket.socket, over: Event) -> None:
    connection.sendall(b"HTTP/1.1 503 Down\r\nContent-Length: 1000000\r\n\r\n")
    drip(connection, over, b" ")


def keeping_alive(connection: socket.socket, over: Event) -> None:
    connection.sendall(OK + b"\r\n" + b'data: {"data":"hello\\n"}\n\n')
    drip(connection, over, b"data:\n\n")


def falling_silent(connection: socket.socket, over: Event) -> None:
    connection.sendall(OK + b"\r\n" + b'data: {"data":"hello\\n"}\n\n')
    over.wait()


@contextmanager
def server(manner: Manner, *, deaf: bool = False) -> Iterator[str]:
    """Serve each connection in *manner*; a deaf one never reads what is sent."""
    over = Event()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            try:
                if not deaf:
                    self.request.recv(65536)
                manner(self.request, over)
            except OSError:
                pass  # the other side had enough

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as listening:
        thread = Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.server_address[1]}"
        finally:
            over.set()
            listening.shutdown()
            thread.join()


@contextmanager
def soon() -> Iterator[None]:
    start = time.monotonic()
    yield
    assert time.monotonic() - start < AT_MOST


QUESTIONS: dict[str, Callable[[Hub], object]] = {
    "fleet": lambda hub: hub.fleet("o"),
    "runtime": lambda hub: hub.runtime("o/a"),
    "space": lambda hub: hub.space("o/a"),
    "whoami": lambda hub: hub.whoami(),
    "flavours": lambda hub: hub.flavours(),
    "secrets": lambda hub: hub.secrets("o/a"),
    "variables": lambda hub: hub.variables("o/a"),
    "card": lambda hub: hub.validate_card("---\n---\n"),
}
ACTS: dict[str, Callable[[Hub], object]] = {
    "restart": lambda hub: hub.restart("o/a"),
    "pause": lambda hub: hub.pause("o/a"),
    "sleep": lambda hub: hub.set_sleep("o/a", 60),
    "hardware": lambda hub: hub.set_hardware("o/a", "t4-small"),
    "secret": lambda hub: hub.set_secret("o/a", "K", "v"),
    "variable": lambda hub: hub.set_variable("o/a", "K", "v"),
    "create": lambda hub: hub.create("o/a", sdk="docker", private=True),
    "duplicate": lambda hub: hub.duplicate("o/t", "o/a", private=True, secrets={}, variables={}),
    "delete": lambda hub: hub.delete("o/a"),
}


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_no_question_waits_for_a_hub_that_accepts_and_never_answers(
    make_hub: Callable[..., Hub], question: Callable[[Hub], object]
) -> None:
    with server(silent) as endpoint, soon():
        hub = make_hub(endpoint=endpoint, timeout=TIMEOUT)
        with pytest.raises(HubUnavailable, match="ran out"):
            question(hub)


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_no_act_waits_either_and_says_that_it_may_have_been_done(
    make_hub: Callable[..., Hub], act: Callable[[Hub], object]
) -> None:
    with server(silent) as endpoint, soon():
        hub = make_hub(endpoint=endpoint, timeout=ACT_SECONDS)
        with pytest.raises(Unanswered, match="may have been done"):
            act(hub)


@pytest.mark.parametrize("manner", [trickling_body, trickling_head, trickling_refusal])
@pytest.mark.parametrize("call", ["fleet", "runtime"])
def test_a_hub_that_trickles_is_left_at_the_deadline(
    make_hub: Callable[..., Hub], manner: Manner, call: str
) -> None:
    with server(manner) as endpoint, soon():
        hub = make_hub(endpoint=endpoint, timeout=TIMEOUT)
        with pytest.raises(HubUnavailable):
            QUESTIONS[call](hub)


@pytest.mark.parametrize("manner", [keeping_alive, falling_silent])
def test_a_log_ends_with_its_seconds(make_hub: Callable[..., Hub], manner: Manner) -> None:
    with server(manner) as endpoint, soon():
        hub = make_hub(endpoint=endpoint)
        assert hub.logs("o/a", seconds=LOG_SECONDS) == ("hello",)


def test_a_log_that_does_not_begin_is_a_hub_that_does_not_answer(
    make_hub: Callable[..., Hub],
) -> None:
    with server(silent) as endpoint, soon():
        hub = make_hub(endpoint=endpoint)
        with pytest.raises(HubUnavailable):
            hub.logs("o/a", seconds=TIMEOUT)


def test_an_upload_that_nobody_reads_ends(make_hub: Callable[..., Hub]) -> None:
    with server(silent, deaf=True) as endpoint, soon():
        hub = make_hub(endpoint=endpoint, timeout=TIMEOUT)
        with pytest.raises(HubError):
            hub.validate_card("x" * 30_000_000)


def test_a_commit_ends_even_when_its_work_cannot_be_interrupted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(patience, "_GRACE", 0.05)
    release = Event()
    with soon(), pytest.raises(Unanswered, match="may still arrive"):
        patience.bounded(release.wait, 0.05)
    release.set()


def test_nobody_listening_is_an_unreachable_hub_where_nothing_was_done(
    make_hub: Callable[..., Hub],
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{unused.getsockname()[1]}"
        hub = make_hub(endpoint=endpoint, timeout=TIMEOUT)
        with soon(), pytest.raises(HubUnavailable, match="Nothing was done") as raised:
            hub.restart("o/a")
    assert not isinstance(raised.value, Unanswered)


def test_a_name_that_nobody_looks_up_in_time_is_an_unreachable_hub(
    make_hub: Callable[..., Hub], monkeypatch: pytest.MonkeyPatch
) -> None:
    release = Event()
    monkeypatch.setattr(network, "_look_up", lambda *_: release.wait())
    hub = make_hub(endpoint="http://hub.invalid", timeout=TIMEOUT)
    with soon(), pytest.raises(HubUnavailable, match="ran out"):
        hub.runtime("o/a")
    release.set()


def test_sixteen_threads_wait_side_by_side(make_hub: Callable[..., Hub]) -> None:
    def runtime(number: int) -> str:
        with pytest.raises(HubUnavailable):
            hub.runtime(f"o/{number}")
        return "late"

    with server(silent) as endpoint, soon(), ThreadPoolExecutor(32) as pool:
        hub = make_hub(endpoint=endpoint, timeout=TIMEOUT)
        assert list(pool.map(runtime, range(32))) == ["late"] * 32
