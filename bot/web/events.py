"""`POST /slack/events`: what Slack sends in HTTP mode. Only what is signed goes further."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor

from slack_bolt import App
from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.web.signature import is_genuine

MOST_BYTES = 1024 * 1024


class Events:
    """Hands signed requests to Bolt, in threads: its own adapter would block every other one."""

    def __init__(self, app: App, secret: str, threads: Executor, now: Callable[[], float]) -> None:
        self._app, self._secret, self._threads, self._now = app, secret, threads, now

    async def __call__(self, request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return PlainTextResponse("More than Slack ever sends.", 413)
        if not self._is_genuine(request, body):
            return PlainTextResponse("Not signed by Slack, or too long ago.", 401)
        answer = await asyncio.get_running_loop().run_in_executor(
            self._threads, self._app.dispatch, to_bolt_request(request, body)
        )
        return to_starlette_response(answer)

    def _is_genuine(self, request: Request, body: bytes) -> bool:
        timestamp = request.headers.get("x-slack-request-timestamp", "")
        signature = request.headers.get("x-slack-signature", "")
        return is_genuine(self._secret, timestamp, signature, body, self._now())


async def _body(request: Request) -> bytes | None:
    """Return the body; None as soon as it is too long, without reading the rest."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    return bytes(body)
