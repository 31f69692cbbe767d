"""
The HTTP client that every call of huggingface_hub goes through.

`send` raises a `HubError` for a status of 400 and above and for a missing answer. Because
huggingface_hub doesn't know these errors, it neither sleeps nor retries: by itself it sleeps for
minutes on a 429 in a list, and retries a creation without end on a 409. Retries happen here
instead: a read is retried once, immediately, within the deadline.
"""

from collections.abc import Callable
from contextlib import closing, nullcontext
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx2
from huggingface_hub import is_offline_mode
from huggingface_hub.errors import OfflineModeIsEnabled

from bot import metrics
from bot.errors import HubError, HubUnavailable, RateLimited
from bot.hub import guards
from bot.hub.errors import (
    error_for_failure,
    error_for_response,
    error_for_unexpected,
    error_for_unreadable,
    is_file_transfer,
    is_write,
    request_id,
)
from bot.hub.rate_limit import Cooldowns, parse_window
from bot.hub.responses import ACCEPT_ENCODING, is_confirmed, limit_body, resolve_redirect
from bot.hub.transport import DeadlineTransport
from bot.hub_facts import RateBudget
from bot.network import deadline

_CONNECT_SECONDS = 5.0


class Client(httpx2.Client):
    """An HTTP client with a deadline, our errors and a report of the rate-limit window."""

    def __init__(
        self,
        *,
        seconds: float,
        now: Callable[[], datetime],
        on_rate_limit: Callable[[RateBudget], None],
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        hooks: dict[str, list[Callable[..., Any]]] = {
            "request": [_prepare],
            "response": [limit_body],
        }
        headers = {"Accept-Encoding": ACCEPT_ENCODING}
        super().__init__(
            event_hooks=hooks, transport=transport or DeadlineTransport(), headers=headers
        )
        self._seconds, self._now, self._on_rate_limit = seconds, now, on_rate_limit
        self._cooldowns = Cooldowns(now, _cooldown_key)

    def send(self, request: httpx2.Request, **options: Any) -> httpx2.Response:
        """Return the answer to *request*; retry a read once.

        Raises:
            HubError: The Hub refused, didn't answer, or the answer can't be trusted.

        """
        own_deadline = nullcontext() if deadline.is_set() else deadline.within(self._seconds)
        with own_deadline:
            try:
                return self._send_checked(request, **options)
            except RateLimited:
                raise
            except HubUnavailable:
                if is_write(request) or is_file_transfer(request) or deadline.remaining() <= 0:
                    raise
            return self._send_checked(request, **options)

    def _send_checked(self, request: httpx2.Request, **options: Any) -> httpx2.Response:
        self._cooldowns.check(request)
        response = self._follow_redirects(request, **options)
        # Raised outside of any `except`, because the chained text could contain a secret.
        if isinstance(response, Exception):
            raise error_for_failure(request, response)
        if response.is_error:
            raise self._error_for(request, response)
        if "html" in response.headers.get("Content-Type", ""):  # a proxy's or a login page
            response.close()
            raise error_for_unreadable(write=is_write(request), id=request_id(response))
        self._check_response(request, response)
        return response

    def _check_response(self, request: httpx2.Request, response: httpx2.Response) -> None:
        """Raise for a redirect, an unexpected status or an unconfirmed write."""
        write = is_write(request)
        if is_confirmed(request, response) if write else response.is_success:
            return
        with closing(response):
            response.read()
        raise error_for_unexpected(response, write=write)

    def _follow_redirects(
        self, request: httpx2.Request, **options: Any
    ) -> httpx2.Response | Exception:
        """Return the answer to *request* after following redirects within the Hub."""
        write, visited = is_write(request), set[httpx2.URL]()
        next_request: httpx2.Request | None = request
        while next_request is not None:
            visited.add(next_request.url)
            response = self._send_counted(next_request, **options)
            if isinstance(response, Exception):
                return response
            next_request = resolve_redirect(response, visited, write=write)
            if next_request is not None:
                response.close()
        return response

    def _send_counted(self, request: httpx2.Request, **options: Any) -> httpx2.Response | Exception:
        seconds = deadline.remaining()
        timeout = httpx2.Timeout(seconds, connect=min(_CONNECT_SECONDS, seconds))
        request.extensions["timeout"] = timeout.as_dict()
        guards.record_request(write=is_write(request))
        response = self._send_raw(request, **options)
        _count_request(request, response)
        if isinstance(response, httpx2.Response):
            self._record_rate_limit(response)
        return response

    def _error_for(self, request: httpx2.Request, response: httpx2.Response) -> HubError:
        error = error_for_response(response, self._now())
        if isinstance(error, RateLimited):
            self._cooldowns.start(request, error)
        return error

    def _send_raw(self, request: httpx2.Request, **options: Any) -> httpx2.Response | Exception:
        options["follow_redirects"] = False
        try:
            response = super().send(request, **options)
            if response.is_error:
                with closing(response):  # the body of a stream is still unread
                    response.read()
        except (
            httpx2.RequestError,
            OSError,
        ) as failure:  # OSError: offline mode
            return failure
        return response

    def _record_rate_limit(self, response: httpx2.Response) -> None:
        window = parse_window(response.headers)
        if window and window.resource_type == "api":
            resets_at = self._now() + timedelta(seconds=min(window.reset_in_seconds, 3600))
            self._on_rate_limit(RateBudget(window.remaining, resets_at, window.limit or 0))
            metrics.hub_ratelimit_remaining.set(window.remaining)


def _prepare(request: httpx2.Request) -> None:
    """Add an id to *request*, as huggingface_hub's own client does.

    Raises:
        OfflineModeIsEnabled: HF_HUB_OFFLINE is set.

    """
    if is_offline_mode():
        raise OfflineModeIsEnabled("offline mode is enabled (HF_HUB_OFFLINE)")
    request.headers.setdefault("X-Amzn-Trace-Id", str(uuid4()))


def _count_request(request: httpx2.Request, response: httpx2.Response | Exception) -> None:
    code = "none" if isinstance(response, Exception) else str(response.status_code)
    metrics.hub_requests.labels(endpoint_label(request.url.path), code).inc()


def _cooldown_key(request: httpx2.Request) -> tuple[str, str]:
    """Return the key of a cooldown: per kind of read, per write and Space."""
    if is_write(request):
        return request.method, request.url.path
    return "read", endpoint_label(request.url.path)


def endpoint_label(path: str) -> str:
    """
    Return the metric label of an endpoint, which contains no name of a Space.

    >>> [endpoint_label(f"/api/{p}")
    ...     for p in ("spaces", "spaces/o/a", "spaces/o/a/runtime", "whoami")]
    ['list', 'space', 'runtime', 'whoami']
    """
    match path.partition("/api/")[2].strip("/").split("/"):
        case ["spaces"]:
            return "list"
        case ["spaces", _, _]:
            return "space"
        case ["spaces", _, _, endpoint, *_] | [endpoint, *_] if endpoint:
            return endpoint
        case _:
            return "file"
