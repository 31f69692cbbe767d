"""Slack's end of the line on loopback, and a proxy on the way that can go deaf or break."""

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

PATIENCE = 10.0
SHUT = b"\x01\x00\x00\x00\x00\x00\x00\x00"  # linger for no time: close with a reset


class SlackEnd:
    """Accepts lines, says hello on each, and keeps what comes back.

    `greeting` is what it says first; with `hangs_up` it then ends the line.
    """

    def __init__(self) -> None:
        self.greeting: dict[str, Any] = {"type": "hello", "num_connections": 1}
        self.hangs_up = False
        self.lines: Queue[ServerConnection] = Queue()
        self.heard: Queue[dict[str, Any]] = Queue()

    def next_line(self) -> ServerConnection:
        return self.lines.get(timeout=PATIENCE)

    def delivers(
        self,
        line: ServerConnection,
        payload: dict[str, Any],
        id: str = "e1",
        kind: str = "slash_commands",
    ) -> None:
        line.send(
            json.dumps(
                {
                    "type": kind,
                    "envelope_id": id,
                    "payload": payload,
                    "accepts_response_payload": True,
                }
            )
        )

    def acknowledged(self) -> dict[str, Any]:
        return self.heard.get(timeout=PATIENCE)

    def _serve(self, line: ServerConnection) -> None:
        line.send(json.dumps(self.greeting))
        self.lines.put(line)
        if self.hangs_up:
            return
        with suppress(ConnectionClosed):
            for frame in line:
                self.heard.put(json.loads(frame))


class Proxy:
    """Passes bytes on, until the lines of this moment go deaf or break."""

    def __init__(self, to: int) -> None:
        self._to = to
        self._deaf: set[socket.socket] = set()
        self._ends: list[socket.socket] = []
        self._threads: list[Thread] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._begin(self._accept)

    def go_deaf(self) -> None:
        """Keep every line open and pass nothing on: nobody is told."""
        self._deaf.update(self._ends)

    def break_off(self) -> None:
        """Reset every line, without a close frame."""
        for end in tuple(self._ends):  # those of this moment: new ones come at once
            with suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, SHUT)
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self.break_off()
        for thread in self._threads:
            thread.join()
        for end in (self._listening, *self._ends):
            end.close()

    def _begin(self, work: Any, *arguments: Any) -> None:
        thread = Thread(target=work, args=arguments)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                far = socket.create_connection(("127.0.0.1", self._to))
                self._ends += [near, far]
                self._begin(self._pump, near, far)
                self._begin(self._pump, far, near)

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(4096):
                if source not in self._deaf:
                    sink.sendall(data)
            if source not in self._deaf:
                sink.shutdown(socket.SHUT_WR)


@contextmanager
def slack_end() -> Iterator[tuple[SlackEnd, Proxy]]:
    end = SlackEnd()
    quiet = logging.getLogger("websockets.test")
    quiet.setLevel(logging.CRITICAL)
    with serve(end._serve, "127.0.0.1", 0, logger=quiet, close_timeout=0.1) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        proxy = Proxy(server.socket.getsockname()[1])
        yield end, proxy
        proxy.close()
        server.shutdown()
        thread.join()
