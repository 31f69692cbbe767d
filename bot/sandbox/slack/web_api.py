"""The HTTP endpoints of the Web API, response URLs and files, with their faults."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from bot.sandbox.slack import (
    methods,
    methods_chat,
    methods_conversations,
    methods_files,
    methods_people,
    methods_views,
    response_urls,
)
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.fault_protocol import DroppedConnection, NoResponse
from bot.sandbox.slack.faults import RESPONSE_URL, Fault, FaultKind, Faults, rate_limited
from bot.sandbox.slack.methods import ApiCall
from bot.sandbox.slack.model import BOT_USER, Json
from bot.sandbox.slack.state_lock import StateLock
from bot.sandbox.slack.workspace import Workspace

METHOD_MODULES = (methods_chat, methods_conversations, methods_files, methods_people, methods_views)
SECONDS_PER_MESSAGE = 1.0


class MessageRateLimit:
    """Slack's limit of about one message a second in each channel."""

    def __init__(self, state_lock: StateLock) -> None:
        self._state_lock = state_lock
        self._last_message_at: dict[str, float] = {}

    def check(self, channel: str) -> Fault | None:
        """Return a 429 if a message comes too soon after the last one, else None."""
        now = self._state_lock.clock()
        if now - self._last_message_at.get(channel, float("-inf")) < SECONDS_PER_MESSAGE:
            return rate_limited(1)
        self._last_message_at[channel] = now
        return None


class WebApi:
    """Handles the app's requests. *released* ends hanging ones."""

    def __init__(self, workspace: Workspace, faults: Faults, released: asyncio.Event) -> None:
        self._workspace = workspace
        self._faults = faults
        self._released = released
        self._message_rate = MessageRateLimit(workspace.state_lock)

    async def call_method(self, request: Request) -> Response:
        """Handle `POST /api/{method}`."""
        name = request.path_params["method"]
        if self._faults.state == "down":
            return self._no_response()
        args = await _arguments(request)
        fault = self._faults.take(name) or self._message_rate_fault(name, args)
        if fault is not None and not fault.stored:
            return self._fault_response(fault, self._json_response(self._error_body(fault, name)))
        call = ApiCall(name, args, self._workspace, self._faults)
        response = self._json_response(methods.run_method(call, _bearer(request, args)))
        return response if fault is None else self._fault_response(fault, response)

    async def post_to_response_url(self, request: Request) -> Response:
        """Handle a POST to a response URL."""
        if self._faults.state == "down":
            return self._no_response()
        fault = self._faults.take(RESPONSE_URL)
        if fault is not None and not fault.stored:
            return self._fault_response(fault, _response_url_error(fault))
        response = self._post_response(request.path_params["id"], await request.body())
        return response if fault is None else self._fault_response(fault, response)

    async def upload(self, request: Request) -> Response:
        """Store the content of an upload, sent raw or as the first file of a form."""
        if self._faults.state == "down":
            return self._no_response()
        try:
            content = await _content(request)
            self._workspace.files.receive(request.path_params["id"], content, BOT_USER)
        except SlackError as refusal:
            return PlainTextResponse(refusal.code, 400)
        return PlainTextResponse(f"OK - {len(content)}")

    async def download(self, request: Request) -> Response:
        """Return a private file; without the bot's token, redirect to the sign-in page."""
        if self._faults.state == "down":
            return self._no_response()
        if _bearer(request, {}) != self._workspace.installation.bot_token:
            return RedirectResponse(f"{self._workspace.base_url}/signin", 302)
        try:
            file = self._workspace.files.get(request.path_params["file"].partition("-")[2])
        except SlackError:
            return PlainTextResponse("not found", 404)
        return Response(file.content, media_type=file.mimetype)

    async def sign_in(self, _request: Request) -> Response:
        """Return the sign-in page."""
        page = "<!DOCTYPE html><title>Sign in | Slack</title>"
        return Response(page, media_type="text/html")

    def _post_response(self, id: str, body: bytes) -> Response:
        try:
            payload = json.loads(body)
            response_urls.post_response(
                self._workspace, self._workspace.ephemeral_ids.use_response_url(id), payload
            )
        except SlackError as refusal:
            is_expired = refusal.code in ("no_service", "expired_url", "used_url")
            return JSONResponse(refusal.body(), 404 if is_expired else 400)
        except ValueError:
            return PlainTextResponse("invalid_payload", 400)
        return PlainTextResponse("ok")

    def _error_body(self, fault: Fault, method: str) -> Json:
        """Return the body of an error, which names a missing scope as Slack does."""
        if fault.code != "missing_scope":
            return SlackError(fault.code, fault.details).body()
        spec = methods.METHODS.get(method)
        needed = spec.scopes[0] if spec and spec.scopes else "unknown"
        return methods.missing_scope_error(needed, self._scopes()).body()

    def _message_rate_fault(self, method: str, args: Mapping[str, Any]) -> Fault | None:
        if not self._faults.enforces_message_rate or method != "chat.postMessage":
            return None
        return self._message_rate.check(str(args.get("channel")))

    def _fault_response(self, fault: Fault, response: Response) -> Response:
        if fault.kind is FaultKind.NO_RESPONSE:
            return self._no_response()
        if fault.kind is FaultKind.DROPPED:
            return DroppedConnection()
        if fault.kind is FaultKind.STATUS:
            body = {"ok": False, "error": fault.code}
            headers = {"Retry-After": str(fault.retry_after)} if fault.retry_after else None
            return JSONResponse(body, fault.status, headers)
        if fault.kind is FaultKind.INVALID_ANSWER:
            return PlainTextResponse(fault.body, fault.status)
        return response

    def _no_response(self) -> Response:
        return NoResponse(self._released, self._faults.hang_seconds)

    def _json_response(self, body: Json) -> Response:
        if self._faults.hides_scopes:
            return JSONResponse(body)
        return JSONResponse(body, headers={"X-OAuth-Scopes": ",".join(sorted(self._scopes()))})

    def _scopes(self) -> frozenset[str]:
        return self._workspace.installation.scopes - self._faults.missing_scopes


def _response_url_error(fault: Fault) -> Response:
    """Return the error of a response URL, which always has an HTTP error status."""
    status = 404 if fault.kind is FaultKind.REFUSED else fault.status
    return PlainTextResponse(fault.code, status)


def _bearer(request: Request, args: Mapping[str, Any]) -> str:
    header = request.headers.get("Authorization", "")
    return header.removeprefix("Bearer ") or str(args.get("token") or "")


async def _arguments(request: Request) -> dict[str, Any]:
    """Return the arguments in the query and in the body, JSON or a form."""
    args: dict[str, Any] = dict(request.query_params)
    body = await request.body()
    if request.headers.get("Content-Type", "").startswith("application/json"):
        args.update(json.loads(body or b"{}"))
    else:
        args.update(parse_qsl(body.decode(), keep_blank_values=True))
    return args


async def _content(request: Request) -> bytes:
    if not request.headers.get("Content-Type", "").startswith("multipart/form-data"):
        return await request.body()
    async with request.form() as form:
        for part in form.values():
            if not isinstance(part, str):
                return await part.read()
    raise SlackError("no_file_data")
