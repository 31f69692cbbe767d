"""A relay between the bot and the emulator: it records each call, and can lose a response."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import parse_qs

import httpx2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.network.connections import tls_context
from tests.contract.sandbox.serving import running_server
from tests.e2e.process import WAIT_SECONDS

Found = TypeVar("Found")


@dataclass(frozen=True)
class RecordedCall:
    """One call of the bot, with the emulator's response."""

    method: str
    sent: dict[str, Any]
    response: dict[str, Any]


@dataclass
class Relay:
    """Forwards requests to *target*. Response URLs end here, as the emulator has none."""

    target: str = ""
    url: str = ""
    calls: list[RecordedCall] = field(default_factory=list)
    responses: list[dict[str, Any]] = field(default_factory=list)
    _dropped_text: str = ""
    _changed: threading.Condition = field(default_factory=threading.Condition)

    @property
    def api(self) -> str:
        return f"{self.url}/api/"

    @property
    def response_url(self) -> str:
        return f"{self.url}/response"

    def drop_answer_to(self, text: str) -> None:
        """Forward the next message that begins with *text*, and lose the response to its post."""
        self._dropped_text = text

    def wait_until(self, predicate: Callable[[], Found], timeout: float = WAIT_SECONDS) -> Found:
        """Wait until *predicate* holds after a call of the bot."""
        with self._changed:
            found = self._changed.wait_for(predicate, timeout)
        if not found:
            recent = "\n".join(f"{c.method} {c.sent} -> {c.response}" for c in self.calls[-20:])
            raise TimeoutError(f"It did not come about. The last calls were:\n{recent}")
        return found

    @contextmanager
    def record_calls(self, method: str) -> Iterator[list[RecordedCall]]:
        """Run the block, then wait for calls of *method* and add those since it began."""
        before, since = len(self._calls_of(method)), list[RecordedCall]()
        yield since
        since += self.wait_until(lambda: self._calls_of(method)[before:])

    def _calls_of(self, method: str) -> list[RecordedCall]:
        return [call for call in self.calls if call.method == method]

    async def forward(self, request: Request) -> Response:
        """Forward a request; to lose its response, don't respond until the bot has ended."""
        path, body = request.url.path, await request.body()
        async with httpx2.AsyncClient(trust_env=False, verify=tls_context()) as client:
            answer = await client.request(
                request.method,
                f"{self.target}{path}",
                content=body,
                headers=_forwarded_headers(request),
            )
        if path.startswith("/api/") and self._record(path.removeprefix("/api/"), answer):
            while (await request.receive())["type"] != "http.disconnect":
                pass
        kind = answer.headers["content-type"]
        return Response(answer.content, answer.status_code, media_type=kind)

    async def respond(self, request: Request) -> Response:
        """Record what the bot posts to a response URL."""
        payload = await request.json()
        with self._changed:
            self.responses.append(payload)
            self._changed.notify_all()
        return PlainTextResponse("ok")

    def _record(self, method: str, answer: httpx2.Response) -> bool:
        """Record a call; return whether its response is to be lost."""
        call = RecordedCall(method, _fields(answer.request), answer.json())
        with self._changed:
            self.calls.append(call)
            self._changed.notify_all()
            text = call.sent.get("text", "") if method == "chat.postMessage" else ""
            is_dropped = bool(self._dropped_text) and text.startswith(self._dropped_text)
            self._dropped_text = "" if is_dropped else self._dropped_text
        return is_dropped


@contextmanager
def run_relay() -> Iterator[Relay]:
    """Run a relay without a target yet, because the emulator needs the relay's address first."""
    server = Relay()
    routes = [
        Route("/response", server.respond, methods=["POST"]),
        Route("/{path:path}", server.forward, methods=["GET", "POST"]),
    ]
    with running_server(Starlette(routes=routes)) as server.url:
        yield server


def _forwarded_headers(request: Request) -> dict[str, str]:
    names = ("authorization", "content-type")
    return {name: request.headers[name] for name in names if name in request.headers}


def _fields(request: httpx2.Request) -> dict[str, Any]:
    if request.headers.get("content-type", "").startswith("application/json"):
        return dict(json.loads(request.content or b"{}"))
    return {name: value for name, [value] in parse_qs(request.content.decode()).items()}
