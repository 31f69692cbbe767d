"""A loopback server that responds as a test wants, and records requests."""

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
class Reply:
    """One HTTP response."""

    body: Json | str = field(default_factory=lambda: {"ok": True})
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class NoReply:
    """Accepts the request and never responds."""


class ConnectionReset:
    """Accepts the request and breaks the connection."""


Answer = Reply | NoReply | ConnectionReset


class FakeWebApi:
    """The server: `answers` by method, and every request as received."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, Json]] = []
        self.headers: list[dict[str, str]] = []
        self.answers: dict[str, list[Answer]] = defaultdict(list)
        self.url = ""
        self.closing = Event()

    def reply(self, method: str, *bodies: Answer | Json) -> None:
        """Answer *method* with these in turn, repeating the last one."""
        self.answers[method] = [Reply(b) if isinstance(b, dict) else b for b in bodies]

    def bodies(self, method: str) -> list[Json]:
        return [body for name, body in self.requests if name == method]

    def next_answer(self, method: str) -> Answer:
        answers = self.answers[method]
        if not answers:
            return Reply({"ok": False, "error": "unknown_method"})
        return answers.pop(0) if len(answers) > 1 else answers[0]


def _handler(web_api: FakeWebApi) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            method = self.path.rpartition("/")[2]
            web_api.requests.append((method, self._body()))
            web_api.headers.append(dict(self.headers))
            self._answer(web_api.next_answer(method))

        def _body(self) -> Json:
            text = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
            if "json" in self.headers.get("content-type", "") and text:
                return dict(json.loads(text))
            return dict(parse_qsl(text))

        def _answer(self, answer: Answer) -> None:
            if isinstance(answer, NoReply):
                web_api.closing.wait(10)
            elif isinstance(answer, ConnectionReset):
                linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                self.connection.close()
            else:
                self._send(answer)

        def _send(self, answer: Reply) -> None:
            text = answer.body if isinstance(answer.body, str) else json.dumps(answer.body)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: Any) -> None:
            """Log nothing."""

    return Handler


class _QuietServer(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore errors of connections that were broken on purpose."""


@contextmanager
def serve_web_api() -> Iterator[FakeWebApi]:
    web_api = FakeWebApi()
    server = _QuietServer(("127.0.0.1", 0), _handler(web_api))
    web_api.url = f"http://127.0.0.1:{server.server_port}/"
    serve: Callable[[], None] = lambda: server.serve_forever(poll_interval=0.01)  # noqa: E731
    thread = Thread(target=serve)
    thread.start()
    yield web_api
    web_api.closing.set()
    server.shutdown()
    thread.join()
    server.server_close()
