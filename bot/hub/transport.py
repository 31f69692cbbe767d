"""
The HTTP transport to the Hub, through a proxy if one is set.

httpx2's own transport offers no network backend. Its errors are those of httpcore2 under the same
names.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

import httpcore2
import httpx2

from bot.network.connections import (
    ERRORS,
    DeadlineBackend,
    make_proxy,
    tls_context,
    to_httpcore_url,
)
from bot.network.proxies import proxy_for

_MAX_CONNECTIONS = 64  # for 24 steps, 24 lookups, the logs, and a margin
_IDLE_SECONDS = 5.0  # httpx2's default


class DeadlineTransport(httpx2.BaseTransport):
    """Sends requests over pooled connections that keep to the deadline."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._pools: dict[str | None, httpcore2.ConnectionPool] = {}  # by proxy

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Return the answer to *request*, with its body still unread.

        Raises:
            httpx2.TransportError: The connection fails, or the deadline passes.

        """
        pool = self._pool(proxy_for(str(request.url)))
        with _httpx_errors():
            response = pool.handle_request(_to_httpcore(request))
        return httpx2.Response(
            response.status,
            headers=response.headers,
            stream=_Body(response),
            extensions=response.extensions,
        )

    def close(self) -> None:
        """Close all connections."""
        for pool in self._pools.values():
            pool.close()

    def _pool(self, proxy: str | None) -> httpcore2.ConnectionPool:
        with self._lock:
            if proxy not in self._pools:
                self._pools[proxy] = self._make_pool(proxy)
            return self._pools[proxy]

    def _make_pool(self, proxy: str | None) -> httpcore2.ConnectionPool:
        return httpcore2.ConnectionPool(
            ssl_context=tls_context(),
            proxy=make_proxy(proxy) if proxy else None,
            max_connections=_MAX_CONNECTIONS,
            max_keepalive_connections=_MAX_CONNECTIONS,
            keepalive_expiry=_IDLE_SECONDS,
            network_backend=DeadlineBackend(),
        )


class _Body(httpx2.SyncByteStream):
    def __init__(self, response: httpcore2.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        with _httpx_errors():
            yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


def _to_httpcore(request: httpx2.Request) -> httpcore2.Request:
    return httpcore2.Request(
        request.method,
        to_httpcore_url(request.url),
        headers=request.headers.raw,
        content=request.stream,
        extensions=request.extensions,
    )


@contextmanager
def _httpx_errors() -> Iterator[None]:
    try:
        yield
    except ERRORS as error:
        raise getattr(httpx2, type(error).__name__)(str(error)) from error
