"""Slack's end of a WebSocket on loopback, and a proxy that can hang or break."""

import json
import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from queue import Queue
from threading import Thread
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

TIMEOUT_SECONDS = 10.0
RESET_LINGER = b"\x01\x00\x00\x00\x00\x00\x00\x00"  # linger for no time: close with a reset


class FakeSlackSocket:
    """Accepts connections, sends hello on each, and records the frames received.

    `greeting` is the first frame; with `closes_at_once` the connection is closed after it.
    """

    def __init__(self) -> None:
        self.greeting: dict[str, Any] = {"type": "hello", "num_connections": 1}
        self.closes_at_once = False
        self.connections: Queue[ServerConnection] = Queue()
        self.received: Queue[dict[str, Any]] = Queue()

    def next_connection(self) -> ServerConnection:
        return self.connections.get(timeout=TIMEOUT_SECONDS)

    def send_payload(
        self,
        connection: ServerConnection,
        payload: dict[str, Any],
        id: str = "e1",
        kind: str = "slash_commands",
    ) -> None:
        connection.send(
            json.dumps(
                {
                    "type": kind,
                    "envelope_id": id,
                    "payload": payload,
                    "accepts_response_payload": True,
                }
            )
        )

    def next_acknowledgment(self) -> dict[str, Any]:
        return self.received.get(timeout=TIMEOUT_SECONDS)

    def _serve(self, connection: ServerConnection) -> None:
        connection.send(json.dumps(self.greeting))
        self.connections.put(connection)
        if self.closes_at_once:
            return
        with suppress(ConnectionClosed):
            for frame in connection:
                self.received.put(json.loads(frame))


class Proxy:
    """Forwards bytes until the current connections hang or break."""

    def __init__(self, to: int) -> None:
        self._to = to
        self._silent: set[socket.socket] = set()
        self._ends: list[socket.socket] = []
        self._threads: list[Thread] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._start_thread(self._accept)

    def go_silent(self) -> None:
        """Keep every connection open but forward nothing."""
        self._silent.update(self._ends)

    def reset_all(self) -> None:
        """Reset every connection, without a close frame."""
        for end in tuple(self._ends):  # those of this moment: new ones come at once
            with suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_LINGER)
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self.reset_all()
        for thread in self._threads:
            thread.join()
        for end in (self._listening, *self._ends):
            end.close()

    def _start_thread(self, work: Any, *arguments: Any) -> None:
        thread = Thread(target=work, args=arguments)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                far = socket.create_connection(("127.0.0.1", self._to))
                self._ends += [near, far]
                self._start_thread(self._pump, near, far)
                self._start_thread(self._pump, far, near)

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(4096):
                if source not in self._silent:
                    sink.sendall(data)
            if source not in self._silent:
                sink.shutdown(socket.SHUT_WR)


@contextmanager
def fake_slack_socket() -> Iterator[tuple[FakeSlackSocket, Proxy]]:
    slack_socket = FakeSlackSocket()
    library_logger = logging.getLogger("websockets.test")
    library_logger.setLevel(logging.CRITICAL)
    with serve(
        slack_socket._serve, "127.0.0.1", 0, logger=library_logger, close_timeout=0.1
    ) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        proxy = Proxy(server.socket.getsockname()[1])
        yield slack_socket, proxy
        proxy.close()
        server.shutdown()
        thread.join()
