"""The processing common to all calls of the simulated Hub.

A call is recorded, delayed by the Hub's state, counted against the rate limit, authenticated,
subjected to faults, and then passed to its handler.
"""

import asyncio
import base64
import contextlib
import hashlib
import json
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from bot.sandbox.hub.accounts import Token, authorize, parse_bearer
from bot.sandbox.hub.control import World
from bot.sandbox.hub.errors import HubHttpError, rate_limited
from bot.sandbox.hub.faults import Fault, Faults
from bot.sandbox.hub.fleet import RecordedCall
from bot.sandbox.hub.request import (
    HubJsonResponse,
    HubRequest,
    request_base_url,
    request_path,
    space_id,
)

#: Headers of each response, recorded from the Hub.
FIXED_HEADERS = {
    "X-Powered-By": "huggingface-moon",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
#: Headers that let pages of other origins read a response; those about secrets don't have them.
CORS_HEADERS = {
    "Access-Control-Allow-Origin": "https://huggingface.co",
    "Access-Control-Expose-Headers": (
        "X-Repo-Commit,X-Request-Id,X-Error-Code,X-Error-Message,X-Total-Count,ETag,Link,"
        "Accept-Ranges,Content-Range,X-Xet-Access-Token,X-Xet-Token-Expiration,"
        "X-Xet-Refresh-Route,X-Xet-Cas-Url,X-Xet-Hash"
    ),
    "Vary": "Origin",
}
SECRET_CALLS = ("secrets", "set-secret", "delete-secret")
POLL_SECONDS = 0.02  # between checks whether a hanging call may continue

Handler = Callable[[HubRequest], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One endpoint of the API.

    If *is_write*, it changes something and needs a token with write access. If *is_presigned*,
    its URL is the permission, and a token is refused, as Amazon S3 does.
    """

    world: World
    base_url: str
    call: str
    handler: Handler
    is_write: bool = False
    is_presigned: bool = False

    async def handle(self, request: Request) -> Response:
        """Return the handler's response or the error, with the Hub's headers."""
        await request.body()  # must precede is_disconnected()
        self._record_call(request)
        try:
            response = await self._respond(request)
        except HubHttpError as refusal:
            response = error_response(refusal)
        return self._with_hub_headers(request, response)

    def _record_call(self, request: Request) -> None:
        path = request_path(request)
        now = self.world.now()
        self.world.record_call(
            RecordedCall(self.call, request.method, path, request.url.query, now)
        )

    async def _respond(self, request: Request) -> Response:
        faults = self.world.faults
        spaces = await _space_ids(request, self.call)
        await _apply_hub_state(faults, request)
        self._count_call()
        hub_request = HubRequest(
            self.world,
            request,
            self._authenticate(request),
            self.base_url or request_base_url(request),
        )
        fault = faults.take(self.call, spaces, is_write=self.is_write)
        if instead := await _apply_fault(fault, faults, request):
            return instead
        response = self._redirect_if_renamed(hub_request) or await self.handler(hub_request)
        fault = faults.take(self.call, spaces, is_write=self.is_write, after=True)
        return await _apply_fault(fault, faults, request) or response

    def _count_call(self) -> None:
        rate_limit, now = self.world.faults.rate_limit, self.world.now()
        if not rate_limit.try_acquire(now):
            raise rate_limited(rate_limit.seconds_until_reset(now))

    def _authenticate(self, request: Request) -> Token | None:
        if self.is_presigned:
            if "authorization" in request.headers:
                raise HubHttpError(400, "Only one auth mechanism allowed")
            return None
        value = parse_bearer(request.headers.get("authorization", ""))
        token = self.world.tokens.get(value) if value else None
        is_repo = space_id(request) is not None
        authorize(
            token,
            has_token=value is not None,
            call=self.call,
            is_write=self.is_write,
            is_repo=is_repo,
        )
        return token

    def _redirect_if_renamed(self, hub_request: HubRequest) -> Response | None:
        new = self.world.renames.get(hub_request.id)
        if new is None:
            return None
        path = hub_request.path.replace(hub_request.id, new, 1)
        query = hub_request.http.url.query
        return RedirectResponse(f"{hub_request.base_url}{path}{'?' if query else ''}{query}", 307)

    def _with_hub_headers(self, request: Request, response: Response) -> Response:
        faults = self.world.faults
        headers = FIXED_HEADERS | {"X-Request-Id": _request_id(request)}
        if self.call not in SECRET_CALLS:
            headers |= CORS_HEADERS
        if not isinstance(response, StreamingResponse):
            headers["ETag"] = weak_etag(bytes(response.body))
        if faults.send_rate_limit_headers:
            headers |= faults.rate_limit.headers(self.world.now())
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        return response


def weak_etag(content: bytes) -> str:
    """Return the ETag of a body as the Hub computes it: its length, and most of its SHA-1.

    >>> weak_etag(b"OK")  # recorded from the Hub
    'W/"2-nOO9QiTIwXgNtWtBJezz8kv3SLc"'
    """
    digest = hashlib.sha1(content, usedforsecurity=False).digest()
    return f'W/"{len(content):x}-{base64.b64encode(digest).decode()[:27]}"'


def _request_id(request: Request) -> str:
    """Return a new id of the request, which ends with the caller's own, if it has one."""
    own = request.headers.get("X-Amzn-Trace-Id")
    root = f"Root=1-{uuid.uuid4().hex[:8]}-{uuid.uuid4().hex[:24]}"
    return f"{root};{own}" if own else root


def error_response(error: HubHttpError) -> Response:
    """Return *error* as a response, with the message in the body and in a header."""
    text = " ".join(error.message.split())
    headers = {"X-Error-Message": text.encode("ascii", "replace").decode()}
    if error.code:
        headers["X-Error-Code"] = error.code
    body = {"error": error.message, **error.extra}
    return HubJsonResponse(body, error.status, headers=headers | error.headers)


async def _space_ids(request: Request, call: str) -> frozenset[str]:
    """Return the Space ids in the path, and in the body of calls that create or delete."""
    ids = {space_id(request)}
    if call in {"create", "duplicate", "delete"}:
        with contextlib.suppress(ValueError, AttributeError):  # the handler reports it
            body = json.loads(await request.body())
            ids |= {body.get("repository"), f"{body.get('organization')}/{body.get('name')}"}
    return frozenset(name for name in ids if name)


async def _apply_hub_state(faults: Faults, request: Request) -> None:
    seconds = faults.latency + (faults.slow if faults.hub == "slow" else 0.0)
    if seconds:
        await asyncio.sleep(seconds)
    await _hang(faults, request, lambda: faults.hub == "down")


async def _apply_fault(fault: Fault | None, faults: Faults, request: Request) -> Response | None:
    if fault is None:
        return None
    if fault.kind == "answer":
        return _fault_response(fault, request)
    if fault.kind == "hang":
        await _hang(faults, request, lambda: faults.is_active(fault))
        return None
    raise HubHttpError(fault.status, fault.message, code=fault.code, headers=fault.headers)


def _fault_response(fault: Fault, request: Request) -> Response:
    headers = dict(fault.headers)
    if headers.get("Location") == "":
        headers["Location"] = str(request.url)
    return Response(fault.message, fault.status, headers)


async def _hang(faults: Faults, request: Request, is_hanging: Callable[[], bool]) -> None:
    """Wait while *is_hanging* returns True.

    Raises:
        HubHttpError: if the caller disconnects or the wait ends otherwise, so that the call
            isn't executed.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + faults.hang_seconds
    while is_hanging():
        if await request.is_disconnected():
            raise HubHttpError(499, "Client Closed Request")
        if faults.is_released or loop.time() >= deadline:
            raise HubHttpError(504, "Gateway Timeout")
        await asyncio.sleep(POLL_SECONDS)
