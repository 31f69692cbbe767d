"""Connections that keep to the deadline: name lookup, connect, write and every read.

The layers above set a timeout once per answer, which a trickling server never exceeds. Here each
wait is bounded by the remaining seconds.
"""

import socket
import ssl
from collections.abc import Iterable, Sequence
from functools import cache
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

import httpcore2
import httpx2

from bot.network.deadline import remaining

_WRITE_BYTES = 64 * 1024  # sent per wait
_MIN_CONNECT_SECONDS = 1.0  # per address, if a host has several

#: Every failure of a connection.
ERRORS = (
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    httpcore2.ProxyError,
    httpcore2.TimeoutException,
    httpcore2.UnsupportedProtocol,
)


def _bounded_timeout(timeout: float | None, error_type: type[httpcore2.TimeoutException]) -> float:
    """Return the seconds that the next wait may take.

    Raises:
        httpcore2.TimeoutException: The deadline has passed, as an *error_type*.

    """
    seconds = remaining()
    if seconds <= 0:
        raise error_type("the time limit was reached")
    return seconds if timeout is None else min(timeout, seconds)


class DeadlineStream(httpcore2.NetworkStream):
    """A connection that bounds each wait by the deadline."""

    def __init__(self, stream: httpcore2.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return up to *max_bytes* received bytes."""
        return self._stream.read(max_bytes, _bounded_timeout(timeout, httpcore2.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send *buffer* in chunks, each within the deadline."""
        for start in range(0, len(buffer), _WRITE_BYTES):
            chunk = buffer[start : start + _WRITE_BYTES]
            self._stream.write(chunk, _bounded_timeout(timeout, httpcore2.WriteTimeout))

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        """Return the connection with TLS."""
        available = _bounded_timeout(timeout, httpcore2.ConnectTimeout)
        return DeadlineStream(self._stream.start_tls(ssl_context, server_hostname, available))

    def get_extra_info(self, info: str) -> Any:
        """Return what the original stream has for *info*."""
        return self._stream.get_extra_info(info)


class DeadlineBackend(httpcore2.SyncBackend):
    """A network backend that opens connections within the deadline."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """Return a connection to the first address of *host* that accepts one.

        The deadline includes the name lookup and all addresses.

        Raises:
            httpcore2.ConnectError: No address accepts a connection.
            httpcore2.ConnectTimeout: The deadline has passed.

        """
        available = _bounded_timeout(timeout, httpcore2.ConnectTimeout)
        addresses = self.select(host, _resolve(host, port, available))
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

    def select(self, host: str, addresses: Sequence[str]) -> Sequence[str]:
        """Return those of the *addresses* of *host* to which a connection may be opened."""
        del host  # a subclass may need it
        return addresses


def _resolve(host: str, port: int, seconds: float) -> list[str]:
    """Return the addresses of *host*, resolved in a thread.

    The system's resolver has no timeout, so only the wait for it can be bounded. It isn't asked for
    a name below `localhost`, because not every system knows it:
    https://www.rfc-editor.org/rfc/rfc6761#section-6.3
    """
    if host.endswith(".localhost"):
        return ["127.0.0.1"]
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


@cache
def tls_context() -> ssl.SSLContext:
    """Return the TLS context of the process.

    There is one, because a context parses all certificates, which takes 20 ms of CPU.
    """
    return httpx2.create_ssl_context()


def make_proxy(address: str) -> httpcore2.Proxy:
    """Return the proxy at *address*, with the credentials in it."""
    proxy = httpx2.Proxy(address)
    return httpcore2.Proxy(to_httpcore_url(proxy.url), auth=proxy.raw_auth)


def to_httpcore_url(url: httpx2.URL) -> httpcore2.URL:
    """Return *url* in the type of httpcore2."""
    return httpcore2.URL(
        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
    )
