"""
Translation of slack_sdk's exceptions into our errors, which never contain the token.

The class says whether Slack may have executed the call: `SlackUnavailable` if nothing was sent,
`SlackOutcomeUnknown` if no valid answer came, and otherwise `SlackError` with the refusal's code.
A trigger opens one form within three seconds; all codes of an expired one become one.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError

from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web import SlackResponse
from slack_sdk.webhook import WebhookClient

from bot.errors import (
    OUTCOME_UNKNOWN,
    SlackError,
    SlackOutcomeUnknown,
    SlackRateLimited,
    SlackUnavailable,
)
from bot.refusals import UNREADABLE_PREFIX, Refusal, classify_refusal
from bot.slack.refusal_sentences import NOT_DONE, RETRY_ADVICE, describe_refusal

#: Replaces every error code of an expired trigger.
EXPIRED_TRIGGER = "expired_trigger_id"
# Observed; only the first three are documented.
_EXPIRED_CODES = frozenset(
    {
        *(EXPIRED_TRIGGER, "exchanged_trigger_id", "invalid_trigger_id"),
        *("trigger_expired", "trigger_exchanged"),
    }
)

_RATE_LIMIT_CODES = frozenset({"ratelimited", "rate_limited"})
_CODE_PATTERN = re.compile(r"[a-z0-9_.-]{1,80}", re.IGNORECASE)
# For a 429 without Retry-After.
_DEFAULT_RETRY_SECONDS = 5.0
# urllib wraps errors of connecting and sending in URLError. A broken connection may have carried
# the whole request; after any other wrapped error Slack can't have received it.
_MAYBE_SENT_ERRORS = (ConnectionResetError, BrokenPipeError)
# After the request was sent: no answer, a partial one, or one that isn't Slack's.
_UNREADABLE_ERRORS = (OSError, HTTPException, ValueError, AttributeError, RecursionError)
# While fields are read from an answer with another shape than documented.
_SHAPE_ERRORS = (AttributeError, IndexError, KeyError, TypeError, ValueError)


def is_expired(code: str, details: Sequence[str]) -> bool:
    """Return whether a refusal means that the trigger has expired.

    Older refusals have a general code, and the reason is in *details*.

    >>> is_expired("invalid_arguments", ["[ERROR] `trigger_id` expired"])
    True
    >>> is_expired("invalid_arguments", ["[ERROR] must be a string [json-pointer:/trigger_id]"])
    False
    """
    if code in _EXPIRED_CODES:
        return True
    wordings = ("expired", "exchanged", "invalid")
    return code == "invalid_arguments" and any(
        "trigger_id" in detail and any(word in detail for word in wordings) for detail in details
    )


def call_api(method: Callable[..., SlackResponse], /, **arguments: Any) -> SlackResponse:
    """Return the answer to one call of the Web API, made once.

    Raises:
        SlackError: Slack refused it; a subclass if a retry may help.

    """
    try:
        return method(**arguments)
    except SlackApiError as error:
        raise _error_from_response(error.response) from error
    except HTTPError as error:
        error.close()  # releases its connection
        raise _file_store_error() from error
    except SlackRequestError as error:
        raise _file_store_error() from error
    except _UNREADABLE_ERRORS as error:
        raise _error_without_response(error) from error


@contextmanager
def documented_shape() -> Iterator[None]:
    """Translate the errors of reading an answer that has another shape than Slack documents.

    Raises:
        SlackOutcomeUnknown: The answer isn't Slack's.

    """
    try:
        yield
    except _SHAPE_ERRORS as error:
        raise unreadable_error() from error


def get_field(response: SlackResponse, *path: str) -> Any:
    """Return the value in *response* at *path*, a sequence of nested keys.

    Raises:
        SlackOutcomeUnknown: The value is missing, so the answer isn't Slack's.

    """
    value: Any = response.data
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    if value is None:
        raise unreadable_error(response.status_code)
    return value


def post_response(hook: WebhookClient, body: dict[str, Any]) -> None:
    """Send *body* to a response URL, once.

    slack_sdk raises nothing for a refusal here, so the answer is checked.

    Raises:
        SlackError: As in `call_api`.

    """
    try:
        response = hook.send_dict(body)
    except _UNREADABLE_ERRORS as error:
        raise _error_without_response(error) from error
    code = _response_url_error(response.body)
    if response.status_code != 200 or code:
        raise _error_from_code(response.status_code, code, response.headers)


def _error_without_response(error: Exception) -> SlackUnavailable:
    """Return our error for a call without an answer."""
    reason = error.reason if isinstance(error, URLError) else None
    if reason is not None and not isinstance(reason, _MAYBE_SENT_ERRORS):
        return SlackUnavailable(
            "Slack can't be reached.", effect="Nothing was sent.", next_step=RETRY_ADVICE
        )
    return SlackOutcomeUnknown("Slack didn't respond.", effect=OUTCOME_UNKNOWN)


def _file_store_error() -> SlackError:
    """Return our error for a refusal of Slack's file store, after which nothing was shared.

    Only the file store answers with these exceptions. Its message is omitted, because slack_sdk
    includes the whole body in it.
    """
    return SlackError(
        "Slack's file storage refused the file.",
        "file",
        effect="Nothing was shared.",
        next_step=RETRY_ADVICE,
    )


def unreadable_error(status: int = 200) -> SlackOutcomeUnknown:
    """Return our error for an answer that isn't Slack's or is incomplete."""
    return SlackOutcomeUnknown(
        "I got an answer that isn't from Slack.",
        f"{UNREADABLE_PREFIX}{status}",
        effect=OUTCOME_UNKNOWN,
    )


def _error_from_response(response: SlackResponse) -> SlackError:
    if not isinstance(response.data, dict):
        return _error_from_code(response.status_code, "", response.headers)
    code = str(response.get("error") or "")
    details = (response.get("response_metadata") or {}).get("messages") or ()
    if is_expired(code, details):
        code = EXPIRED_TRIGGER
    return _error_from_code(
        response.status_code, code, response.headers, response.get("needed") or ""
    )


def _error_from_code(
    status: int, raw_code: str, headers: Mapping[str, Any], needed: str = ""
) -> SlackError:
    # A detail may follow the code: "invalid_attachments: only_one_table_allowed".
    code = raw_code.partition(":")[0].strip()
    if status == 429 or code in _RATE_LIMIT_CODES:
        return _rate_limit_error(headers)
    if _CODE_PATTERN.fullmatch(code) is None:
        return unreadable_error(status)
    # Slack documents for fatal_error: "It's possible some aspect of the operation succeeded".
    if status >= 500 or classify_refusal(code) is Refusal.OUTAGE:
        return SlackOutcomeUnknown(
            "Slack had an internal error.",
            code,
            effect=OUTCOME_UNKNOWN,
        )
    fact, effect, next_step = describe_refusal(code, needed)
    return SlackError(fact, code, effect=effect, next_step=next_step)


def _rate_limit_error(headers: Mapping[str, Any]) -> SlackRateLimited:
    retry_after = next((str(v) for k, v in headers.items() if k.lower() == "retry-after"), "")
    seconds = float(retry_after) if retry_after.isdecimal() else _DEFAULT_RETRY_SECONDS
    return SlackRateLimited(
        "Slack is rate-limiting me.",
        "ratelimited",
        seconds,
        effect=NOT_DONE,
        next_step=f"Try again in {seconds:.0f} s.",
    )


def _response_url_error(body: str) -> str:
    """Return the error code in a response URL's answer, which is plain text or JSON."""
    text = body.strip()
    if text in {"", "ok"}:
        return ""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return text
    if not isinstance(data, dict):
        return text
    return "" if data.get("ok") else str(data.get("error", "unknown"))
