"""
Sockets that keep to the deadline: looking up, connecting, sending and every single read.

This is where a trickling server meets its end. The layers above set a timeout once per answer;
the network asks what is left each time it waits.
"""

import socket
import ssl
from collections.abc import Iterable
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

import httpcore2

from bot.hub.deadline import left

_PIECE = 64 * 1024  # bytes sent per wait
_SHORTEST = 1.0  # seconds that one address of several gets at least


def _rest(timeout: float | None, late: type[httpcore2.TimeoutException]) -> float:
    """Return how long the next wait may take; raise *late* when nothing is left."""
    rest = left()
    if rest <= 0:
        raise late("the time for this call is used up")
    return rest if timeout is None else min(timeout, rest)


class PatientStream(httpcore2.NetworkStream):
    """One connection, each wait of which is bounded by the deadline."""

    def __init__(self, stream: httpcore2.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _rest(timeout, httpcore2.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _PIECE):
            piece = buffer[start : start + _PIECE]
            self._stream.write(piece, _rest(timeout, httpcore2.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        rest = _rest(timeout, httpcore2.ConnectTimeout)
        return PatientStream(self._stream.start_tls(ssl_context, server_hostname, rest))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class PatientBackend(httpcore2.SyncBackend):
    """Opens connections within the deadline, name lookup and every address included."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        rest = _rest(timeout, httpcore2.ConnectTimeout)
        addresses = _addresses(host, port, rest)
        share = max(_SHORTEST, rest / len(addresses))
        failure: Exception | None = None
        for address in addresses:
            wait = _rest(share, httpcore2.ConnectTimeout)
            try:
                stream = super().connect_tcp(address, port, wait, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
            else:
                return PatientStream(stream)
        raise failure or httpcore2.ConnectError(f"{host} has no address")


def _addresses(host: str, port: int, seconds: float) -> list[str]:
    """Look *host* up. The system's resolver knows no timeout, so a thread waits for it."""
    answer: SimpleQueue[list[str] | Exception] = SimpleQueue()
    Thread(target=_look_up, args=(host, port, answer), daemon=True, name="look-up").start()
    try:
        found = answer.get(timeout=seconds)
    except Empty:
        raise httpcore2.ConnectTimeout(f"looking up {host} took too long") from None
    if isinstance(found, Exception):
        raise httpcore2.ConnectError(str(found)) from found
    return found


def _look_up(host: str, port: int, answer: "SimpleQueue[list[str] | Exception]") -> None:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        answer.put(error)
    else:
        answer.put(list(dict.fromkeys(str(entry[4][0]) for entry in found)))
