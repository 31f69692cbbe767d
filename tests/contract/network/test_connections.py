"""The deadline at the socket, on a clock of the test's."""

import math
import socket
from collections.abc import Callable, Iterator
from typing import Any

import httpcore2
import pytest

from bot.network import deadline
from bot.network.connections import DeadlineBackend, DeadlineStream


class SlowStream(httpcore2.NetworkStream):
    """A socket whose every send and receive takes a second."""

    def __init__(self, clock: list[float]) -> None:
        self.clock, self.timeouts = clock, list[float | None]()

    def _pass(self, timeout: float | None) -> None:
        self.timeouts.append(timeout)
        self.clock[0] += 1.0

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._pass(timeout)
        return b"x"

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._pass(timeout)


@pytest.fixture
def slow() -> Iterator[SlowStream]:
    clock = [0.0]
    with deadline.within(math.inf, clock=lambda: clock[0]):
        yield SlowStream(clock)


def test_slow_reader_does_not_stall_an_upload(slow: SlowStream) -> None:
    with deadline.within(3.0), pytest.raises(httpcore2.WriteTimeout):
        DeadlineStream(slow).write(b"x" * 30_000_000, timeout=9.0)
    assert slow.timeouts == [3.0, 2.0, 1.0]


def test_each_read_waits_at_most_the_remaining_time(slow: SlowStream) -> None:
    stream = DeadlineStream(slow)
    with deadline.within(3.0):
        assert [stream.read(1, 1.5), stream.read(1), stream.read(1)] == [b"x"] * 3
        with pytest.raises(httpcore2.ReadTimeout):
            stream.read(1)
    assert slow.timeouts == [1.5, 2.0, 1.0]


def test_inner_deadline_never_exceeds_the_outer(slow: SlowStream) -> None:
    with deadline.within(3.0):
        with deadline.within(9.0):
            assert deadline.remaining() == 3.0
        with deadline.within(1.0):
            assert deadline.remaining() == 1.0
        assert deadline.remaining() == 3.0
    assert not deadline.is_set()


def resolve(host: str, *addresses: str) -> Callable[..., Any]:
    """Return a resolver that knows *host* by these addresses, and the rest as the system does."""
    getaddrinfo = socket.getaddrinfo

    def resolved(name: str, *args: Any, **values: Any) -> list[Any]:
        names = addresses if name == host else (name,)
        return [entry for name in names for entry in getaddrinfo(name, *args, **values)]

    return resolved


def test_unreachable_address_leaves_time_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        monkeypatch.setattr(socket, "getaddrinfo", resolve("hub.test", "::1", "127.0.0.1"))
        with deadline.within(5.0):
            stream = DeadlineBackend().connect_tcp("hub.test", listener.getsockname()[1])
        assert stream.get_extra_info("server_addr")[0] == "127.0.0.1"
        stream.close()


def test_a_name_that_does_not_exist_is_a_failed_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def unknown(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with deadline.within(5.0), pytest.raises(httpcore2.ConnectError, match="not known"):
        DeadlineBackend().connect_tcp("nowhere.invalid", 443)
