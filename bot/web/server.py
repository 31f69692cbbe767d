"""
The HTTP server, run in its own thread, with deadlines and limits that uvicorn lacks.

uvicorn's own limit counts idle connections, so a few hundred of them block every new one, and it
waits forever for the rest of a request. Behind a reverse proxy all connections come from one
address, so nothing here counts by address. The limits derive from the process's limit on file
descriptors: the database, the Hub, Slack and the log need them as well, so a flood of connections
must not use up all of them.
"""

import asyncio
import socket
import sys
from threading import Thread
from typing import Any, cast

import h11
import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot import metrics

_MAX_CONNECTIONS = 1000
_MAX_BACKLOG = 1024
# For head and body of a request together. Slack sends both in one or two packets.
RECEIVE_SECONDS = 10.0
# h11's states in which no more of the current request is expected.
_RECEIVED = (h11.DONE, h11.MUST_CLOSE, h11.CLOSED, h11.ERROR)

# For requests in progress when the bot stops.
_GRACE_SECONDS = 3
# Must exceed the 60 s of nginx and of most load balancers, because a request that they send on an
# idle connection while we close it is lost.
_KEEP_ALIVE_SECONDS = 75


def max_connections() -> int:
    """Return the limit on open connections, at most half of the file descriptors."""
    return min(_MAX_CONNECTIONS, max(2, _file_descriptors() // 2))


def listen_backlog() -> int:
    """Return the limit on connections that wait in the kernel to be accepted.

    Must be a small part of the file descriptors, because asyncio accepts as many at once before
    `BoundedProtocol` can count or close any of them.
    """
    return min(_MAX_BACKLOG, max(4, _file_descriptors() // 16))


def _file_descriptors() -> int:
    if sys.platform == "win32":
        return 2 * _MAX_CONNECTIONS
    import resource  # noqa: PLC0415 - does not exist on Windows

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 2 * _MAX_CONNECTIONS if soft == resource.RLIM_INFINITY else soft


class BoundedProtocol(H11Protocol):
    """Closes connections whose request is late, and idle ones in favor of new ones."""

    receive_seconds = RECEIVE_SECONDS
    max_connections = 1000

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        """Start the deadline of the first request; close a waiting connection over the limit."""
        super().connection_made(transport)
        self.has_answered = False
        self.waiting_since = self.loop.time()
        self._deadline: asyncio.TimerHandle | None = None
        self._start_deadline()
        self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        """Cancel the deadline."""
        self._stop_deadline()
        super().connection_lost(exc)

    def handle_events(self) -> None:
        """Parse the received bytes, then start or cancel the deadline accordingly."""
        super().handle_events()
        if self.conn.their_state in _RECEIVED:
            self._stop_deadline()
        elif self._deadline is None and self.conn.trailing_data[0]:
            self._start_deadline()

    def on_response_complete(self) -> None:
        """Mark the connection as waiting for the next request."""
        self.has_answered = True
        self.waiting_since = self.loop.time()
        super().on_response_complete()

    @property
    def is_waiting(self) -> bool:
        """Whether no complete request is being answered on this connection."""
        return self._deadline is not None or self.cycle is None or self.cycle.response_complete

    def cut(self, reason: str) -> None:
        """Close the connection, with status 408 if a request has begun and has no response."""
        metrics.http_cut.labels(reason).inc()
        if self.cycle is not None:
            self.cycle.disconnected = True  # stops the app's own response
        if self.conn.trailing_data[0] or self.conn.our_state is h11.SEND_RESPONSE:
            self._send_timeout()
        self.transport.close()

    def _make_room(self) -> None:
        """Close one waiting connection if over the limit, first those without any request."""
        if len(self.connections) <= self.max_connections:
            return
        others = (cast("BoundedProtocol", c) for c in self.connections if c is not self)
        waiting = [c for c in others if c.is_waiting and not c.transport.is_closing()]
        min(waiting, key=lambda c: (c.has_answered, c.waiting_since), default=self).cut("full")

    def _send_timeout(self) -> None:
        headers = [(b"connection", b"close"), (b"content-length", b"0")]
        try:
            head = self.conn.send(h11.Response(status_code=408, headers=headers))
            end = self.conn.send(h11.EndOfMessage())
        except h11.LocalProtocolError:
            return  # a response has begun, so no other can follow
        self.transport.write((head or b"") + (end or b""))

    def _start_deadline(self) -> None:
        self._deadline = self.loop.call_later(self.receive_seconds, self._expire)

    def _stop_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _expire(self) -> None:
        self._deadline = None
        if not self.transport.is_closing():
            self.cut("slow")


def make_bounded_protocol(receive_seconds: float, max_connections: int) -> Any:
    """Return a protocol class for uvicorn with these limits."""
    bounds = {"receive_seconds": receive_seconds, "max_connections": max_connections}
    return type("Bounded", (BoundedProtocol,), bounds)


class Server:
    """Serves *app* from `start` to `stop`. In a container *host* must be 0.0.0.0."""

    def __init__(
        self,
        app: Starlette,
        host: str = "127.0.0.1",
        port: int = 8080,
        *,
        receive_seconds: float = RECEIVE_SECONDS,
        connections: int | None = None,
    ) -> None:
        self._host, self.port = host, port
        self._server = uvicorn.Server(
            uvicorn.Config(
                app,
                loop="asyncio",
                http=make_bounded_protocol(receive_seconds, connections or max_connections()),
                ws="none",
                lifespan="on",
                log_config=None,
                access_log=False,
                server_header=False,
                backlog=listen_backlog(),
                timeout_keep_alive=_KEEP_ALIVE_SECONDS,
                timeout_graceful_shutdown=_GRACE_SECONDS,
            )
        )
        self._thread: Thread | None = None

    def start(self) -> None:
        """Bind the port and start the server's thread.

        Raises:
            OSError: if the port is in use.
        """
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        address = (self._host, self.port)
        listener = socket.create_server(address, family=family, backlog=listen_backlog())
        # asyncio sets it just on sockets that it opens. Without it, the body of an answer waits for
        # the acknowledgment of its headers, which Linux delays by 40 ms.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.port = listener.getsockname()[1]
        self._thread = Thread(target=self._server.run, args=([listener],), name="http", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Wait for requests in progress, then close the port."""
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join(timeout=_GRACE_SECONDS + 2)
