"""
Translation of the Hub's refusals and of connection failures into our errors.

A message says what happened, what was not done and what to do next. It quotes the Hub, because
only the Hub names the quota, plan or key that is wrong. The token and the values of secrets in the
request are redacted from the quote, and foreign exceptions are not chained, because their text
may contain them.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx2
from huggingface_hub.errors import OfflineModeIsEnabled

from bot import causes
from bot.causes import CauseId, KnownCause
from bot.errors import (
    OUTCOME_UNKNOWN,
    Conflict,
    HubError,
    HubForbidden,
    HubUnavailable,
    NoLog,
    NotFound,
    OutcomeUnknown,
    PaymentRequired,
    RateLimited,
    Unauthorized,
)
from bot.hub import rate_limit
from bot.hub.text import hub_message, redact_request_secrets

_DEFAULT_WAIT_SECONDS = 60  # after a 429 that doesn't say how long
# Zero would lead to another 429; a limit on creations lasts hours.
_MIN_WAIT_SECONDS, _MAX_WAIT_SECONDS = 1, 30 * 86_400
_HUB_WORDING = ("Hugging Face", "Nothing changed.")

_ERRORS_BY_STATUS: Mapping[int, tuple[type[HubError], str, str]] = {
    401: (
        HubForbidden,
        "Hugging Face rejected the token",
        "Set HF_TOKEN to a valid personal access token with write access.",
    ),
    402: (PaymentRequired, "The owner's plan doesn't include this", ""),
    403: (HubForbidden, "Hugging Face refused this", ""),
    404: (
        NotFound,
        "Hugging Face can't find this, or the token can't see it",
        "Check the name and the access of HF_TOKEN.",
    ),
    409: (
        Conflict,
        "It already exists, or another change is in progress",
        "Check what's there, then try again in a moment.",
    ),
}
_UNAUTHORIZED = (Unauthorized, *_ERRORS_BY_STATUS[404][1:])
_NO_LOG = (NoLog, "Hugging Face has no log of it", "")
_OTHER_STATUS = (
    HubError,
    "Hugging Face refused the request",
    "Trying again won't help: change the request.",
)
_SERVER_ERROR = (HubUnavailable, "Hugging Face has a problem", "Try again in a moment.")
_STORE_ERROR = (
    HubUnavailable,
    "Hugging Face's file storage has a problem",
    "Try again in a moment.",
)
_STORE_REJECTION = (
    HubForbidden,
    "Hugging Face's file storage refused it",
    "Fix what it says, then upload again.",
)
_NOTHING_CHANGED = "Nothing changed."
_GATEWAY_TIMEOUT = (OutcomeUnknown, "Hugging Face didn't respond in time", "")
_INTERNAL_ERROR = (OutcomeUnknown, "Hugging Face had an internal error", "")


def is_write(request: httpx2.Request) -> bool:
    """Return whether *request* may change something, so it must not be sent twice."""
    if request.method in ("GET", "HEAD") or is_file_transfer(request):
        return False
    path = request.url.path  # two reads that use POST
    return not (path.endswith("/validate-yaml") or "/preupload/" in path)


def is_file_transfer(request: httpx2.Request) -> bool:
    """Return whether *request* uploads a file to the Hub's file store.

    That changes no Space yet. The body may be a stream, so the request can't be sent again.
    """
    return request.method == "PUT" or "/info/lfs/" in request.url.path


def error_for_response(response: httpx2.Response, now: datetime) -> HubError:
    """Return our error for an answer with a status of 400 or above, already read."""
    if response.status_code == 429:
        return _rate_limit_error(response, now)
    kind, what, next_step = _wording(response)
    message = hub_message(response)
    if found := _known_cause(response, message):
        what, next_step = found.fact.removesuffix("."), found.advice
        kind = HubForbidden if found.is_locked else kind
    effect = OUTCOME_UNKNOWN if kind is OutcomeUnknown else _unchanged_note(response.request)
    return kind(
        f"{what}: “{message or f'HTTP {response.status_code}'}”.",
        request_id(response),
        effect=effect,
        next_step=next_step,
        cause=found.id if found else None,
    )


def _known_cause(response: httpx2.Response, message: str) -> KnownCause | None:
    """Return the known cause of a refusal; a 402 always has one."""
    if found := causes.in_refusal(message):
        return found.cause
    return causes.get(CauseId.PLAN_GATE) if response.status_code == 402 else None


def _unchanged_note(request: httpx2.Request) -> str:
    if is_file_transfer(request):
        return "No file changed."
    return _NOTHING_CHANGED if is_write(request) else ""


def _wording(response: httpx2.Response) -> tuple[type[HubError], str, str]:
    status = response.status_code
    if is_file_transfer(response.request):
        return _STORE_ERROR if status >= 500 or status == 408 else _STORE_REJECTION
    if status == 401 and _may_mean_missing(response):
        return _UNAUTHORIZED
    if response.headers.get("X-Error-Code") in ("RepoNotFound", "RevisionNotFound"):
        return _ERRORS_BY_STATUS[404]
    if status == 404 and "/logs/" in response.request.url.path:
        return _NO_LOG
    if status >= 500 or status == 408:
        return _failed_write(status) if is_write(response.request) else _SERVER_ERROR
    return _ERRORS_BY_STATUS.get(status, _OTHER_STATUS)


def _failed_write(status: int) -> tuple[type[HubError], str, str]:
    """Return the error for a write that failed on the Hub.

    Only a 503 proves that the write didn't start.
    """
    if status == 503:
        return _SERVER_ERROR
    return _GATEWAY_TIMEOUT if status in (502, 504, 408) else _INTERNAL_ERROR


def _may_mean_missing(response: httpx2.Response) -> bool:
    """Return whether a 401 may mean "no such Space", because the token itself is valid."""
    is_bad_token = "Invalid credentials" in response.headers.get("X-Error-Message", "")
    is_coded = response.headers.get("X-Error-Code") == "RepoNotFound"
    return is_coded or ("/api/spaces/" in response.request.url.path and not is_bad_token)


def _rate_limit_error(response: httpx2.Response, now: datetime) -> RateLimited:
    seconds = min(max(_wait_seconds(response, now), _MIN_WAIT_SECONDS), _MAX_WAIT_SECONDS)
    until = now + timedelta(seconds=seconds)
    hub_text = hub_message(response)
    quoted = f": “{hub_text}”" if hub_text else ""
    fact = f"Hugging Face is rate-limiting us until {_time_of_day(until, now)}{quoted}."
    return RateLimited(fact, until, request_id(response), effect=_NOTHING_CHANGED)


def _time_of_day(timestamp: datetime, now: datetime) -> str:
    """Return *timestamp* as text, with its date if it is 12 hours away or more."""
    form = "%H:%M:%S" if timestamp - now < timedelta(hours=12) else "%Y-%m-%d %H:%M"
    return f"{timestamp.astimezone(UTC):{form}} UTC"


def _wait_seconds(response: httpx2.Response, now: datetime) -> int:
    """Return the seconds until the Hub accepts calls again.

    Its rate-limit header is on every answer, so it is the reason only with 0 remaining calls.
    """
    window = rate_limit.parse_window(response.headers)
    if window and window.remaining == 0:
        return window.reset_in_seconds
    retry_after = response.headers.get("Retry-After", "").strip()
    if retry_after.isdecimal():
        return int(retry_after[:9])
    try:
        return max(0, int((parsedate_to_datetime(retry_after) - now).total_seconds()))
    except (ValueError, TypeError):  # absent, or a date without a time zone
        return _DEFAULT_WAIT_SECONDS


def error_for_failure(request: httpx2.Request, failure: Exception) -> HubUnavailable:
    """Return our error for a request without an answer."""
    trace = request.headers.get("X-Amzn-Trace-Id")
    if isinstance(failure, httpx2.LocalProtocolError):  # its text quotes the headers of the request
        return HubUnavailable(
            "The request couldn't be written.", trace, next_step="Check that HF_TOKEN is one word."
        )
    if is_write(request) and not _was_not_sent(failure):
        return OutcomeUnknown(
            f"Hugging Face {_describe_failure(request, failure)}.",
            trace,
            effect=OUTCOME_UNKNOWN,
        )
    transfer = is_file_transfer(request)
    service, unchanged = (
        ("Hugging Face's file storage", "No file changed.") if transfer else _HUB_WORDING
    )
    return HubUnavailable(
        f"{service} {_describe_failure(request, failure)}.",
        trace,
        effect=unchanged,
        next_step="Try again in a moment.",
    )


def _was_not_sent(failure: Exception) -> bool:
    reasons = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError)
    return isinstance(failure, (*reasons, httpx2.UnsupportedProtocol, OfflineModeIsEnabled))


def _describe_failure(request: httpx2.Request, failure: Exception) -> str:
    if isinstance(failure, httpx2.TimeoutException):
        return "didn't respond in time"
    message = redact_request_secrets(str(failure), request)
    what = "can't be reached" if _was_not_sent(failure) else "didn't respond"
    return f"{what} ({message})" if message else what


def error_for_unreadable(*, write: bool, id: str | None = None) -> HubUnavailable:
    """Return our error for a successful answer that can't be parsed."""
    if write:
        return OutcomeUnknown(
            "The answer wasn't from Hugging Face, or was unreadable.", id, effect=OUTCOME_UNKNOWN
        )
    return HubUnavailable(
        "The answer wasn't from Hugging Face, or was unreadable.",
        id,
        next_step="Check for a proxy or a login page in between, then try again.",
    )


def error_for_unexpected(response: httpx2.Response, *, write: bool) -> HubUnavailable:
    """Return our error for a redirect, an unexpected status or an unconfirmed write."""
    what = "a redirect" if response.has_redirect_location else f"HTTP {response.status_code}"
    message = "" if response.has_redirect_location else hub_message(response)
    sentence = f"Hugging Face's answer was unexpected ({what}{f': “{message}”' if message else ''})"
    if write:
        return OutcomeUnknown(f"{sentence}.", request_id(response), effect=OUTCOME_UNKNOWN)
    return HubUnavailable(
        f"{sentence}.",
        request_id(response),
        next_step="Check for a proxy in between, and HF_ENDPOINT. Then try again.",
    )


def request_id(response: httpx2.Response) -> str | None:
    """Return the id of this request in the Hub's own logs."""
    headers, sent = response.headers, response.request.headers
    for name in ("X-Request-Id", "X-Amzn-Trace-Id", "X-Amz-Cf-Id"):
        if name in headers:
            return str(headers[name])[:100]
    return sent.get("X-Amzn-Trace-Id")
