"""The real server on its own port, and an HTTP client."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any

import pytest
from starlette.applications import Starlette

from bot.web import Probes, Server


@dataclass(frozen=True)
class HttpResponse:
    status: int
    text: str
    content_type: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


Get = Callable[..., HttpResponse]
Open = Callable[[Starlette], Get]


def make_get(server: Server) -> Get:
    """Return a function that sends a request to *server* on a new connection."""

    def get(
        path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> HttpResponse:
        connection = HTTPConnection("127.0.0.1", server.port, timeout=5)
        with closing(connection):
            # The server may reject a request before it has read all of it.
            with suppress(BrokenPipeError, ConnectionResetError):
                connection.request(
                    "GET" if body is None else "POST", path, body, dict(headers or {})
                )
            answer = connection.getresponse()
            return HttpResponse(
                answer.status, answer.read().decode(), answer.headers["content-type"] or ""
            )

    return get


@contextmanager
def serve(app: Starlette) -> Iterator[Get]:
    server = Server(app, port=0)
    server.start()
    yield make_get(server)
    server.stop()


@pytest.fixture
def probes() -> Probes:
    return Probes(alive={"sweep": str}, ready={"database": str}, role=lambda: "leader")
