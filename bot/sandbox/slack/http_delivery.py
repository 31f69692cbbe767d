"""The transport of HTTP mode: signed POSTs to the app's request URL."""

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

from bot.sandbox.slack.delivery import COMMAND, EVENT, Envelope, NotAcknowledged

FORM_CONTENT_TYPE = "application/x-www-form-urlencoded"


def signature_headers(secret: str, body: bytes, at: float) -> dict[str, str]:
    """Return the headers with Slack's signature of *body* at time *at*."""
    timestamp = str(int(at))
    base = f"v0:{timestamp}:".encode() + body
    digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}"}


def encode_envelope(envelope: Envelope) -> tuple[bytes, str]:
    """Return the body of the POST and its content type."""
    if envelope.kind == EVENT:
        return json.dumps(envelope.payload).encode(), "application/json"
    if envelope.kind == COMMAND:
        return urlencode(envelope.payload).encode(), FORM_CONTENT_TYPE
    return urlencode({"payload": json.dumps(envelope.payload)}).encode(), FORM_CONTENT_TYPE


class HttpDelivery:
    """Delivers by signed POST.

    Signs with the wall clock, because the app compares the timestamp with its own clock.
    """

    def __init__(
        self, request_url: str, secret: str, clock: Callable[[], float] = time.time
    ) -> None:
        self._request_url = request_url
        self._secret = secret
        self._clock = clock

    async def deliver(self, envelope: Envelope, seconds: float) -> Any:
        """Send *envelope* and return the payload of the acknowledgment.

        Raises:
            NotAcknowledged: if no response with status 200 arrives within *seconds*.
        """
        body, content_type = encode_envelope(envelope)
        headers = {
            "Content-Type": content_type,
            **signature_headers(self._secret, body, self._clock()),
        }
        if envelope.attempt:
            headers["X-Slack-Retry-Num"] = str(envelope.attempt)
            headers["X-Slack-Retry-Reason"] = "http_" + envelope.reason.removeprefix("http_")
        response = await self._post(body, headers, seconds)
        if response.status_code != 200:
            no_retry = response.headers.get("X-Slack-No-Retry") == "1"
            raise NotAcknowledged("dispatch_failed", may_retry=not no_retry)
        return _parse_response(response)

    async def _post(self, body: bytes, headers: dict[str, str], seconds: float) -> httpx2.Response:
        try:
            certificates = _ssl_context()
            async with httpx2.AsyncClient(
                trust_env=False, timeout=seconds, verify=certificates
            ) as client:
                return await client.post(self._request_url, content=body, headers=headers)
        except httpx2.TimeoutException:
            raise NotAcknowledged("operation_timeout") from None
        except httpx2.TransportError:
            raise NotAcknowledged("dispatch_failed") from None


@cache
def _ssl_context() -> ssl.SSLContext:
    """Return the shared TLS context. Creating one takes longer than an event may."""
    return ssl.create_default_context()


def _parse_response(response: httpx2.Response) -> Any:
    if not response.content:
        return None
    if response.headers.get("Content-Type", "").startswith("application/json"):
        return response.json()
    return {"text": response.text}
