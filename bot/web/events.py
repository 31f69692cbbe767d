"""`POST /slack/events`, the endpoint of HTTP mode: passes signed payloads to Bolt."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Executor

from slack_bolt import App, BoltRequest
from slack_bolt.adapter.starlette.handler import to_starlette_response
from slack_sdk.signature import SignatureVerifier
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from bot.web.payload import MalformedPayload, Payload, read_payload
from bot.web.signature import RejectionLog, verify

logger = logging.getLogger(__name__)

MAX_BODY_BYTES = 1024 * 1024
# The rest of an unread body would be parsed as the next request.
_CLOSE_HEADERS: Mapping[str, str] = {"connection": "close"}


class BodyTooLarge(Exception):
    """The body exceeds `MAX_BODY_BYTES`."""


class Events:
    """Passes signed requests to Bolt in a thread pool.

    Bolt's own Starlette adapter would block the event loop. *capacity* limits the verified
    requests in progress; idle, incomplete and unsigned requests don't count.

    Raises:
        ValueError: *secret* is blank.
    """

    def __init__(
        self, app: App, secret: str, threads: Executor, now: Callable[[], float], capacity: int
    ) -> None:
        self._app, self._threads, self._now = app, threads, now
        self._verifier = SignatureVerifier(secret)
        self._rejections = RejectionLog(now)
        self._capacity, self._in_progress = capacity, 0

    async def __call__(self, request: Request) -> Response:
        """Return Bolt's response to a signed payload, an error status for any other request."""
        try:
            body = await _read_body(request)
        except BodyTooLarge:
            return PlainTextResponse("Larger than any request of Slack's.", 413, _CLOSE_HEADERS)
        except ClientDisconnect:
            return Response(status_code=408)  # never sent: the connection is closed
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
        rejection = verify(self._verifier, timestamp, signature, body, self._now())
        if rejection:
            self._rejections.record(rejection)
        return rejection is None


async def _read_body(request: Request) -> bytes:
    """Return the body of *request*.

    Raises:
        BodyTooLarge: before the rest of the body is read.
    """
    if int(request.headers.get("content-length", "0")) > MAX_BODY_BYTES:  # h11 allows only digits
        raise BodyTooLarge
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise BodyTooLarge
    return bytes(body)


def _bolt_request(request: Request, payload: Payload) -> BoltRequest:
    """Return *payload* as a request in Socket Mode, which Bolt neither parses nor verifies.

    Raises:
        MalformedPayload: if Bolt can't read an id that it needs.
    """
    retries = {
        name: value for name, value in request.headers.items() if name.startswith("x-slack-retry-")
    }
    try:
        return BoltRequest(mode="socket_mode", body=payload, headers=retries)  # type: ignore[arg-type]  # str is what it takes
    except (AttributeError, IndexError, KeyError, TypeError) as error:
        # Bolt reads ids from several fields and assumes their documented shapes.
        raise MalformedPayload("a field has another shape than documented") from error
