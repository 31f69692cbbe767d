"""The real server on its own port, and an HTTP client."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

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
    opener = build_opener(ProxyHandler({}))

    def get(
        path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> HttpResponse:
        request = Request(f"http://127.0.0.1:{server.port}{path}", body, dict(headers or {}))
        try:
            with opener.open(request, timeout=5) as answer:
                return HttpResponse(
                    answer.status, answer.read().decode(), answer.headers["content-type"]
                )
        except HTTPError as error:
            with error:
                return HttpResponse(
                    error.code, error.read().decode(), error.headers["content-type"] or ""
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
