"""`POST /slack/events`: what Slack sends in HTTP mode. Only signed payloads go further."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Executor

from slack_bolt import App, BoltRequest
from slack_bolt.adapter.starlette.handler import to_starlette_response
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from bot.web.payload import MalformedPayload, Payload, read_payload
from bot.web.rejections import RejectionLog
from bot.web.signature import verify

logger = logging.getLogger(__name__)

MAX_BODY_BYTES = 1024 * 1024
# A body that is not read to its end would be taken for the next request.
_CLOSE_HEADERS: Mapping[str, str] = {"connection": "close"}


class BodyTooLarge(Exception):
    """The body is longer than any that Slack sends."""


class Events:
    """Hands signed requests to Bolt, in threads: its own adapter would block every other one.

    *capacity* counts requests that are verified and not yet answered. Connections that are idle,
    still sending or unsigned take none of it.
    """

    def __init__(
        self, app: App, secret: str, threads: Executor, now: Callable[[], float], capacity: int
    ) -> None:
        self._app, self._secret, self._threads, self._now = app, secret, threads, now
        self._rejections = RejectionLog(now)
        self._capacity, self._in_progress = capacity, 0

    async def __call__(self, request: Request) -> Response:
        """Return Bolt's answer to a signed payload; a status of 400 or more to anything else."""
        try:
            body = await _read_body(request)
        except BodyTooLarge:
            return PlainTextResponse("Larger than any request of Slack's.", 413, _CLOSE_HEADERS)
        except ClientDisconnect:
            return Response(status_code=408)  # the connection is gone, so this is not sent
        if not self._is_genuine(request, body):
            return PlainTextResponse("Not signed by Slack, or too long ago.", 401)
        try:
            payload = read_payload(body, request.headers.get("content-type", ""))
            bolt_request = _bolt_request(request, payload)
        except MalformedPayload as error:
            logger.warning("a signed request to /slack/events is malformed: %s", error)
            return PlainTextResponse(f"Malformed: {error}.", 400)
        return await self._dispatch(bolt_request)

    async def _dispatch(self, request: BoltRequest) -> Response:
        if self._in_progress >= self._capacity:
            return PlainTextResponse("Too many requests in progress.", 503)
        self._in_progress += 1
        try:
            loop = asyncio.get_running_loop()
            response = await loop.run_in_executor(self._threads, self._app.dispatch, request)
        finally:
            self._in_progress -= 1
        return to_starlette_response(response)

    def _is_genuine(self, request: Request, body: bytes) -> bool:
        timestamp = request.headers.get("x-slack-request-timestamp", "")
        signature = request.headers.get("x-slack-signature", "")
        rejection = verify(self._secret, timestamp, signature, body, self._now())
        if rejection:
            self._rejections.record(rejection)
        return rejection is None


async def _read_body(request: Request) -> bytes:
    """Return the body. Raises BodyTooLarge as soon as it is known, without reading the rest."""
    if int(request.headers.get("content-length", "0")) > MAX_BODY_BYTES:  # h11 lets only digits in
        raise BodyTooLarge
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise BodyTooLarge
    return bytes(body)


def _bolt_request(request: Request, payload: Payload) -> BoltRequest:
    """Return *payload* as Bolt takes it from a socket: parsed, and not to be verified again."""
    retries = {
        name: value for name, value in request.headers.items() if name.startswith("x-slack-retry-")
    }
    try:
        return BoltRequest(mode="socket_mode", body=payload, headers=retries)  # type: ignore[arg-type]  # str is what it takes
    except (AttributeError, IndexError, KeyError, TypeError) as error:
        # Bolt looks up ids in several places at once, and expects each to be as documented.
        raise MalformedPayload("a field has another shape than documented") from error
