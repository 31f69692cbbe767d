"""HTTP mode: the same payloads as signed POSTs to the app's request URL."""

import hashlib
import hmac
import json
import ssl
import time
from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import urlencode

import httpx2

from bot.sandbox.slack.delivery import COMMAND, EVENT, Envelope, Undelivered

FORM = "application/x-www-form-urlencoded"


def signed(secret: str, body: bytes, at: float) -> dict[str, str]:
    """The headers that prove that Slack sent this body, at this time."""
    stamp = str(int(at))
    base = f"v0:{stamp}:".encode() + body
    digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


def encoded(envelope: Envelope) -> tuple[bytes, str]:
    """The body of the POST and its content type."""
    if envelope.kind == EVENT:
        return json.dumps(envelope.payload).encode(), "application/json"
    if envelope.kind == COMMAND:
        return urlencode(envelope.payload).encode(), FORM
    return urlencode({"payload": json.dumps(envelope.payload)}).encode(), FORM


class HttpDelivery:
    """Signs with the wall clock, as the app checks it against its own."""

    def __init__(
        self, request_url: str, secret: str, wall: Callable[[], float] = time.time
    ) -> None:
        self._request_url = request_url
        self._secret = secret
        self._wall = wall

    async def deliver(self, envelope: Envelope, within: float) -> Any:
        body, kind = encoded(envelope)
        headers = {"Content-Type": kind, **signed(self._secret, body, self._wall())}
        if envelope.attempt:
            headers["X-Slack-Retry-Num"] = str(envelope.attempt)
            headers["X-Slack-Retry-Reason"] = "http_" + envelope.reason.removeprefix("http_")
        response = await self._post(body, headers, within)
        if response.status_code != 200:
            stop = response.headers.get("X-Slack-No-Retry") == "1"
            raise Undelivered("dispatch_failed", again=not stop)
        return _answer(response)

    async def _post(self, body: bytes, headers: dict[str, str], within: float) -> httpx2.Response:
        try:
            certificates = _certificates()
            async with httpx2.AsyncClient(
                trust_env=False, timeout=within, verify=certificates
            ) as client:
                return await client.post(self._request_url, content=body, headers=headers)
        except httpx2.TimeoutException:
            raise Undelivered("operation_timeout") from None
        except httpx2.TransportError:
            raise Undelivered("dispatch_failed") from None


@cache
def _certificates() -> ssl.SSLContext:
    """Return what each client checks, made once: it takes longer than an event may."""
    return ssl.create_default_context()


def _answer(response: httpx2.Response) -> Any:
    if not response.content:
        return None
    if response.headers.get("Content-Type", "").startswith("application/json"):
        return response.json()
    return {"text": response.text}
