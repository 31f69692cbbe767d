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

from bot.hub.deadline import remaining

_WRITE_BYTES = 64 * 1024  # bytes sent per wait
_MIN_CONNECT_SECONDS = 1.0  # seconds that one address of several gets at least


def _bounded_timeout(timeout: float | None, error_type: type[httpcore2.TimeoutException]) -> float:
    """Return how long the next wait may take; raise *error_type* when nothing is left."""
    seconds = remaining()
    if seconds <= 0:
        raise error_type("the time for this call is used up")
    return seconds if timeout is None else min(timeout, seconds)


class DeadlineStream(httpcore2.NetworkStream):
    """One connection, each wait of which is bounded by the deadline."""

    def __init__(self, stream: httpcore2.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _bounded_timeout(timeout, httpcore2.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _WRITE_BYTES):
            chunk = buffer[start : start + _WRITE_BYTES]
            self._stream.write(chunk, _bounded_timeout(timeout, httpcore2.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        available = _bounded_timeout(timeout, httpcore2.ConnectTimeout)
        return DeadlineStream(self._stream.start_tls(ssl_context, server_hostname, available))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class DeadlineBackend(httpcore2.SyncBackend):
    """Opens connections within the deadline, name lookup and every address included."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        available = _bounded_timeout(timeout, httpcore2.ConnectTimeout)
        addresses = _resolve(host, port, available)
        per_address = max(_MIN_CONNECT_SECONDS, available / len(addresses))
        failure: Exception | None = None
        for address in addresses:
            wait = _bounded_timeout(per_address, httpcore2.ConnectTimeout)
            try:
                stream = super().connect_tcp(address, port, wait, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
            else:
                return DeadlineStream(stream)
        raise failure or httpcore2.ConnectError(f"{host} has no address")


def _resolve(host: str, port: int, seconds: float) -> list[str]:
    """Look *host* up. The system's resolver knows no timeout, so a thread waits for it."""
    results: SimpleQueue[list[str] | Exception] = SimpleQueue()
    Thread(target=_resolve_into, args=(host, port, results), daemon=True, name="look-up").start()
    try:
        addresses = results.get(timeout=seconds)
    except Empty:
        raise httpcore2.ConnectTimeout(f"looking up {host} took too long") from None
    if isinstance(addresses, Exception):
        raise httpcore2.ConnectError(str(addresses)) from addresses
    return addresses


def _resolve_into(host: str, port: int, results: "SimpleQueue[list[str] | Exception]") -> None:
    try:
        entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        results.put(error)
    else:
        results.put(list(dict.fromkeys(str(entry[4][0]) for entry in entries)))
