"""
Their errors into ours, at the border: what happened, what was not done, what to do now.

The Hub's own words are kept, for they name the quota, the plan or the key that is wrong. What
the request carried in confidence (the token, the values of secrets) is cut out of them, and
the foreign exception is not chained: its text may hold what ours must not.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx2
from huggingface_hub.errors import OfflineModeIsEnabled

from bot.errors import (
    Conflict,
    HubError,
    HubUnavailable,
    NotFound,
    PlanNeeded,
    RateLimited,
    Refused,
    Unanswered,
)
from bot.hub import ratelimit
from bot.hub.words import said, without_confidences

_PATIENCE = 60  # seconds to wait after a 429 that does not say how long
# Seconds. "At once" would only be answered with another 429; a limit on creations takes hours.
_SHORTEST_WAIT, _LONGEST_WAIT = 1, 30 * 86_400
_THE_HUB = ("The Hub", "Nothing was done")

_SENTENCES: Mapping[int, tuple[type[HubError], str, str]] = {
    401: (
        Refused,
        "The Hub did not accept the token",
        "Give the bot a valid personal access token with write access (HF_TOKEN).",
    ),
    402: (
        PlanNeeded,
        "The owner's plan does not pay for this",
        "Change the plan, or ask for something it covers.",
    ),
    403: (
        Refused,
        "The Hub does not let our token do this",
        "Give the token (HF_TOKEN) write access to the owner of this Space.",
    ),
    404: (
        NotFound,
        "The Hub has not found this, or the token may not see it",
        "Check the name, and what the token may see.",
    ),
    409: (
        Conflict,
        "It exists already, or another change is under way",
        "Look at what is there; if it is not what you want, try again in a moment.",
    ),
}
_OTHERWISE = (HubError, "The Hub refused the request", "Change the request; it fails as it stands.")
_BROKEN = (HubUnavailable, "The Hub is in trouble", "Try again in a moment.")
_STORE_BROKEN = (HubUnavailable, "The Hub's file store is in trouble", "Try again in a moment.")
_STORE_REFUSED = (
    Refused,
    "The Hub's file store refused it",
    "Do what it says, then upload again.",
)
_PERHAPS = "It may have been done all the same: look before you try again."
_GATEWAY = (Unanswered, "The Hub did not answer in time behind its own gateway", _PERHAPS)
_STUMBLED = (Unanswered, "The Hub stumbled over it", _PERHAPS)


def is_act(request: httpx2.Request) -> bool:
    """Tell whether *request* may change something, so that nobody sends it twice."""
    if request.method in ("GET", "HEAD") or is_transfer(request):
        return False
    path = request.url.path  # two questions that are asked by POST
    return not (path.endswith("/validate-yaml") or "/preupload/" in path)


def is_transfer(request: httpx2.Request) -> bool:
    """Tell whether *request* brings a file to the Hub's store, which changes no Space yet.

    Its body may be a stream, so it isn't sent again as it is.
    """
    return request.method == "PUT" or "/info/lfs/" in request.url.path


def complaint(response: httpx2.Response, now: datetime) -> HubError:
    """Return our error for an answer of 400 and above that has been read."""
    if response.status_code == 429:
        return _rate_limited(response, now)
    kind, what, way_out = _sentence(response)
    nothing = "" if kind is Unanswered else _unchanged(response.request)
    told = said(response) or f"HTTP {response.status_code}"
    return kind(f"{what}: “{told}”.{nothing} {way_out}", request_id(response))


def _unchanged(request: httpx2.Request) -> str:
    if is_transfer(request):
        return " No file was changed."
    return " Nothing was changed." if is_act(request) else ""


def _sentence(response: httpx2.Response) -> tuple[type[HubError], str, str]:
    status = response.status_code
    if is_transfer(response.request):
        return _STORE_BROKEN if status >= 500 or status == 408 else _STORE_REFUSED
    if response.headers.get("X-Error-Code") in ("RepoNotFound", "RevisionNotFound"):
        return _SENTENCES[404]
    if status == 401 and _hides_a_space(response):
        return _SENTENCES[404]
    if status >= 500 or status == 408:
        return _trouble(status) if is_act(response.request) else _BROKEN
    return _SENTENCES.get(status, _OTHERWISE)


def _trouble(status: int) -> tuple[type[HubError], str, str]:
    """Say what trouble leaves of an act: only a 503 says that it was not even begun."""
    if status == 503:
        return _BROKEN
    return _GATEWAY if status in (502, 504, 408) else _STUMBLED


def _hides_a_space(response: httpx2.Response) -> bool:
    """A 401 about one Space also stands for "no such Space", unless the token itself is bad."""
    is_bad_token = "Invalid credentials" in response.headers.get("X-Error-Message", "")
    return "/api/spaces/" in response.request.url.path and not is_bad_token


def _rate_limited(response: httpx2.Response, now: datetime) -> RateLimited:
    seconds = min(max(_wait(response, now), _SHORTEST_WAIT), _LONGEST_WAIT)
    until = now + timedelta(seconds=seconds)
    told = said(response)
    words = f": “{told}”" if told else ""
    message = f"The Hub is rate-limiting us until {_clock(until, now)}{words}. Nothing was changed."
    return RateLimited(message, until, request_id(response))


def _clock(moment: datetime, now: datetime) -> str:
    """Return *moment* with its date, unless it is soon."""
    form = "%H:%M:%S" if moment - now < timedelta(hours=12) else "%Y-%m-%d %H:%M"
    return f"{moment.astimezone(UTC):{form}} UTC"


def _wait(response: httpx2.Response, now: datetime) -> int:
    """Seconds until the Hub listens again. Its header is on every answer, so believe it at 0."""
    window = ratelimit.window(response.headers)
    if window and window.remaining == 0:
        return window.reset_in_seconds
    after = response.headers.get("Retry-After", "").strip()
    if after.isdecimal():
        return int(after[:9])
    try:
        return max(0, int((parsedate_to_datetime(after) - now).total_seconds()))
    except (ValueError, TypeError):  # absent, or a date without a zone
        return _PATIENCE


def no_answer(request: httpx2.Request, failure: Exception) -> HubUnavailable:
    """Return our error for a request that got no answer."""
    trace = request.headers.get("X-Amzn-Trace-Id")
    if isinstance(failure, httpx2.LocalProtocolError):  # its text quotes our headers
        return HubUnavailable("The request could not be written. Is HF_TOKEN a single word?", trace)
    if is_act(request) and not _never_left(failure):
        return Unanswered(
            f"The request left for the Hub and no answer came{_why(request, failure)}. It may "
            "have been done all the same: look before you try again.",
            trace,
        )
    transfer = is_transfer(request)
    who, nothing = ("The Hub's file store", "No file was changed") if transfer else _THE_HUB
    return HubUnavailable(
        f"{who} cannot be reached, or does not answer{_why(request, failure)}. "
        f"{nothing}. Try again in a moment.",
        trace,
    )


def _never_left(failure: Exception) -> bool:
    reasons = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError)
    return isinstance(failure, (*reasons, httpx2.UnsupportedProtocol, OfflineModeIsEnabled))


def _why(request: httpx2.Request, failure: Exception) -> str:
    if isinstance(failure, httpx2.TimeoutException):
        return " (the time for it ran out)"
    words = without_confidences(str(failure), request)
    return f" ({words})" if words else ""


def unreadable(*, act: bool, id: str | None = None) -> HubUnavailable:
    """Return our error for an answer that said "fine" and is not what we asked for."""
    if act:
        return Unanswered(
            "The answer did not come from the Hub, or cannot be read. It may have been done all "
            "the same: look before you try again.",
            id,
        )
    return HubUnavailable(
        "The answer did not come from the Hub, or cannot be read: nothing is known. Is there a "
        "proxy or a login page in between? Try again in a moment.",
        id,
    )


def unexpected(response: httpx2.Response, *, act: bool) -> HubUnavailable:
    """Return our error for an answer that has been read and does not say what was asked for."""
    what = "a redirect" if response.has_redirect_location else f"HTTP {response.status_code}"
    told = "" if response.has_redirect_location else said(response)
    unlike = f"The Hub's answer is not the expected one ({what}{f': “{told}”' if told else ''})"
    if act:
        return Unanswered(f"{unlike}. {_PERHAPS}", request_id(response))
    return HubUnavailable(
        f"{unlike}: nothing is known. Is there a proxy in between, or is HF_ENDPOINT wrong? "
        "Try again in a moment.",
        request_id(response),
    )


def request_id(response: httpx2.Response) -> str | None:
    """Return the word by which the Hub's people find this request in their logs."""
    headers, sent = response.headers, response.request.headers
    for name in ("X-Request-Id", "X-Amzn-Trace-Id", "X-Amz-Cf-Id"):
        if name in headers:
            return str(headers[name])[:100]
    return sent.get("X-Amzn-Trace-Id")
