"""
The HTTP client that every call of huggingface_hub goes through.

It is the border. An answer of 400 and above, or none at all, leaves `send` as one of our
errors: huggingface_hub knows none of them, so it neither sleeps nor repeats (left alone it
sleeps for minutes on a 429 in a list, and repeats a create for ever on a 409). What may be asked
again is asked again here: a question, once, at once, while the deadline allows it.
"""

from collections.abc import Callable
from contextlib import closing, nullcontext
from datetime import datetime, timedelta
from typing import Any

import httpx2
from huggingface_hub.utils._http import hf_request_event_hook

from bot import metrics
from bot.errors import HubError, HubUnavailable, RateLimited
from bot.hub import attempts, bodies, deadline, ratelimit, redirects
from bot.hub.complaints import (
    complaint,
    is_act,
    is_transfer,
    no_answer,
    request_id,
    unexpected,
    unreadable,
)
from bot.hub.confirmations import is_confirmed
from bot.hub.cooldowns import Cooldowns
from bot.hub.network import PatientBackend
from bot.model import Budget

_CONNECTIONS = 40  # 32 threads, and some to spare
_CONNECT = 5.0  # seconds


class Client(httpx2.Client):
    """Keeps to the deadline, speaks in our errors, hears the budget."""

    def __init__(
        self,
        *,
        seconds: float,
        now: Callable[[], datetime],
        hear: Callable[[Budget], None],
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        limits = httpx2.Limits(max_connections=_CONNECTIONS, max_keepalive_connections=_CONNECTIONS)
        hooks: dict[str, list[Callable[..., Any]]] = {
            "request": [hf_request_event_hook],
            "response": [bodies.bound],
        }
        headers = {"Accept-Encoding": bodies.ENCODING}
        super().__init__(limits=limits, event_hooks=hooks, transport=transport, headers=headers)
        self._seconds, self._now, self._hear = seconds, now, hear
        self._cooldowns = Cooldowns(now, _kind)
        for carrier in (self._transport, *self._mounts.values()):
            # httpx2 offers no public way in; tests on real sockets fail if this one closes.
            if pool := getattr(carrier, "_pool", None):
                pool._network_backend = PatientBackend()  # noqa: SLF001 - see above

    def send(self, request: httpx2.Request, **options: Any) -> httpx2.Response:
        alone = nullcontext() if deadline.is_set() else deadline.within(self._seconds)
        with alone:
            try:
                return self._ask(request, **options)
            except RateLimited:
                raise
            except HubUnavailable:
                if is_act(request) or is_transfer(request) or deadline.left() <= 0:
                    raise
            return self._ask(request, **options)

    def _ask(self, request: httpx2.Request, **options: Any) -> httpx2.Response:
        self._cooldowns.check(request)
        answer = self._followed(request, **options)
        # Raised outside of any `except`, so that no foreign text hangs on to it.
        if isinstance(answer, Exception):
            raise no_answer(request, answer)
        if answer.is_error:
            raise self._complaint(request, answer)
        if "html" in answer.headers.get("Content-Type", ""):  # a proxy's or a login page
            answer.close()
            raise unreadable(act=is_act(request), id=request_id(answer))
        self._check(request, answer)
        return answer

    def _check(self, request: httpx2.Request, answer: httpx2.Response) -> None:
        """Raise for an answer that is none: a redirect, an odd status, an act unconfirmed."""
        act = is_act(request)
        if is_confirmed(request, answer) if act else answer.is_success:
            return
        with closing(answer):
            answer.read()
        raise unexpected(answer, act=act)

    def _followed(self, request: httpx2.Request, **options: Any) -> httpx2.Response | Exception:
        """Send *request*, and once more where the Hub passes it on within itself."""
        act, asked = is_act(request), set[httpx2.URL]()
        after: httpx2.Request | None = request
        while after is not None:
            asked.add(after.url)
            answer = self._sent(after, **options)
            if isinstance(answer, Exception):
                return answer
            after = redirects.following(answer, asked, act=act)
            if after is not None:
                answer.close()
        return answer

    def _sent(self, request: httpx2.Request, **options: Any) -> httpx2.Response | Exception:
        seconds = deadline.left()
        wait = httpx2.Timeout(seconds, connect=min(_CONNECT, seconds))
        request.extensions["timeout"] = wait.as_dict()
        attempts.note(act=is_act(request))
        answer = self._answer(request, **options)
        _count(request, answer)
        if isinstance(answer, httpx2.Response):
            self._listen(answer)
        return answer

    def _complaint(self, request: httpx2.Request, answer: httpx2.Response) -> HubError:
        error = complaint(answer, self._now())
        if isinstance(error, RateLimited):
            self._cooldowns.start(request, error)
        return error

    def _answer(self, request: httpx2.Request, **options: Any) -> httpx2.Response | Exception:
        options["follow_redirects"] = False
        try:
            answer = super().send(request, **options)
            if answer.is_error:
                with closing(answer):  # a stream is not read yet
                    answer.read()
        except (httpx2.RequestError, OSError) as failure:  # OSError: switched to offline
            return failure
        return answer

    def _listen(self, answer: httpx2.Response) -> None:
        window = ratelimit.window(answer.headers)
        if window and window.resource_type == "api":
            resets_at = self._now() + timedelta(seconds=min(window.reset_in_seconds, 3600))
            self._hear(Budget(window.remaining, resets_at))
            metrics.hub_ratelimit_remaining.set(window.remaining)


def _count(request: httpx2.Request, answer: httpx2.Response | Exception) -> None:
    code = "none" if isinstance(answer, Exception) else str(answer.status_code)
    metrics.hub_requests.labels(operation(request.url.path), code).inc()


def _kind(request: httpx2.Request) -> tuple[str, str]:
    """Return what a 429 of *request* holds for: all such reads, or this very act."""
    if is_act(request):
        return request.method, request.url.path
    return "read", operation(request.url.path)


def operation(path: str) -> str:
    """
    Return what is asked of the Hub, by a word that no Space's name is part of.

    >>> [operation(f"/api/{p}") for p in ("spaces", "spaces/o/a", "spaces/o/a/runtime", "whoami")]
    ['list', 'space', 'runtime', 'whoami']
    """
    match path.partition("/api/")[2].strip("/").split("/"):
        case ["spaces"]:
            return "list"
        case ["spaces", _, _]:
            return "space"
        case ["spaces", _, _, word, *_] | [word, *_] if word:
            return word
        case _:
            return "file"
