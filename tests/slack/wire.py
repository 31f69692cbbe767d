"""A loopback server that says what a test wants of the Web API, and remembers what it was asked."""

import json
import socket
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qsl

Json = dict[str, Any]


@dataclass(frozen=True)
class Says:
    """One answer on the wire."""

    body: Json | str = field(default_factory=lambda: {"ok": True})
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class Hangs:
    """Takes the request and never answers."""


class Resets:
    """Takes the request and breaks the connection."""


Answer = Says | Hangs | Resets


class Wire:
    """The server's end: `answers` by method, and every request as it came."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, Json]] = []
        self.headers: list[dict[str, str]] = []
        self.answers: dict[str, list[Answer]] = defaultdict(list)
        self.url = ""
        self.closing = Event()

    def says(self, method: str, *bodies: Answer | Json) -> None:
        """Answer *method* with these, in turn, and then with the last one."""
        self.answers[method] = [Says(b) if isinstance(b, dict) else b for b in bodies]

    def asked(self, method: str) -> list[Json]:
        return [body for name, body in self.requests if name == method]

    def next(self, method: str) -> Answer:
        waiting = self.answers[method]
        if not waiting:
            return Says({"ok": False, "error": "unknown_method"})
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]


def _handler(wire: Wire) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            method = self.path.rpartition("/")[2]
            wire.requests.append((method, self._body()))
            wire.headers.append(dict(self.headers))
            self._say(wire.next(method))

        def _body(self) -> Json:
            text = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
            if "json" in self.headers.get("content-type", "") and text:
                return dict(json.loads(text))
            return dict(parse_qsl(text))

        def _say(self, answer: Answer) -> None:
            if isinstance(answer, Hangs):
                wire.closing.wait(10)
            elif isinstance(answer, Resets):
                linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                self.connection.close()
            else:
                self._send(answer)

        def _send(self, answer: Says) -> None:
            text = answer.body if isinstance(answer.body, str) else json.dumps(answer.body)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing on the terminal."""

    return Handler


class _Quiet(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that was broken on purpose is no error."""


@contextmanager
def served() -> Iterator[Wire]:
    wire = Wire()
    server = _Quiet(("127.0.0.1", 0), _handler(wire))
    wire.url = f"http://127.0.0.1:{server.server_port}/"
    serve: Callable[[], None] = lambda: server.serve_forever(poll_interval=0.01)  # noqa: E731
    thread = Thread(target=serve)
    thread.start()
    yield wire
    wire.closing.set()
    server.shutdown()
    thread.join()
    server.server_close()
