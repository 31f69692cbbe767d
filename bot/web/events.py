"""
`POST /slack/events`, the endpoint of HTTP mode: passes signed payloads to Bolt.

Bolt's own parser drops a command whose text contains the word "payload", and fails on shapes that
Slack never sends. So Bolt gets the payload that is parsed and validated here.
"""

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from typing import Any
from urllib.parse import parse_qsl

from slack_bolt import App, BoltRequest
from slack_bolt.adapter.starlette.handler import to_starlette_response
from slack_sdk.signature import SignatureVerifier
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from bot.web.signature import RejectionLog, verify

logger = logging.getLogger(__name__)

Payload = dict[str, Any]

_JSON = "application/json"
# Fields of an interaction or event that are objects where present.
_OBJECT_FIELDS = ("user", "team", "channel", "container", "view", "message", "event", "enterprise")
# Fields without which a payload of this type cannot be attributed or answered.
_REQUIRED_FIELDS: Mapping[str, tuple[str, ...]] = {
    "event_callback": ("event.type",),
    "block_actions": ("user.id", "actions"),
    "view_submission": ("user.id", "view.id", "view.type"),
    "view_closed": ("user.id", "view.id", "view.type"),
    "message_action": ("user.id", "channel.id", "callback_id", "action_ts"),
    "shortcut": ("user.id", "callback_id"),
    "block_suggestion": ("user.id", "action_id"),
    "url_verification": ("challenge",),
}
_COMMAND_FIELDS = ("command", "user_id", "channel_id", "team_id")

MAX_BODY_BYTES = 1024 * 1024
# The rest of an unread body would be parsed as the next request.
_CLOSE_HEADERS: Mapping[str, str] = {"connection": "close"}


class MalformedPayload(ValueError):
    """The body isn't a payload of Slack's. The message names the fault without any content."""


def read_payload(body: bytes, content_type: str) -> Payload:
    """Return the payload in *body*, in a shape that Bolt and the listeners can read.

    *body* is UTF-8, because its signature is verified.

    Raises:
        MalformedPayload: if the body is neither a form nor JSON, or lacks a required field.
    """
    payload = _parse(body, content_type)
    if "command" in payload:
        _require(payload, _COMMAND_FIELDS)
    elif "ssl_check" not in payload:
        _check_interaction(payload)
    return payload


def _parse(body: bytes, content_type: str) -> Payload:
    text = body.decode()
    if content_type.partition(";")[0].strip().lower() == _JSON or text.startswith("{"):
        return _parse_object(text)
    try:
        fields = dict(parse_qsl(text, keep_blank_values=True, strict_parsing=True))
    except ValueError as error:
        raise MalformedPayload("the body is neither a form nor JSON") from error
    return _parse_object(fields["payload"]) if "payload" in fields else fields


def _parse_object(text: str) -> Payload:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise MalformedPayload("the JSON cannot be parsed") from error
    if not isinstance(value, dict):
        raise MalformedPayload("the JSON is no object")
    return value


def _check_interaction(payload: Payload) -> None:
    for name in _OBJECT_FIELDS:
        if not isinstance(payload.get(name), dict | None):
            raise MalformedPayload(f"{name} is no object")
    kind = payload.get("type")
    if not isinstance(kind, str) or not kind:
        raise MalformedPayload("it has no type")
    _require(payload, _REQUIRED_FIELDS.get(kind, ()))
    if kind == "block_actions":
        _check_actions(payload["actions"])


def _check_actions(actions: object) -> None:
    if not isinstance(actions, list) or not actions:
        raise MalformedPayload("actions is no list with an entry")
    if not all(isinstance(action, dict) for action in actions):
        raise MalformedPayload("an action is no object")


def _require(payload: Payload, paths: tuple[str, ...]) -> None:
    for path in paths:
        value: Any = payload
        for name in path.split("."):
            value = value.get(name) if isinstance(value, dict) else None
        if not value or (path != "actions" and not isinstance(value, str)):
            raise MalformedPayload(f"{path} is missing")


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
