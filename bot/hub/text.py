"""
Text of the Hub: JSON with storable characters, and its message in a refusal.

A message is one bounded line without the request's secrets.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx2

from bot.redaction import KnownSecrets, redact_secrets

# PostgreSQL rejects NUL, and UTF-8 can't encode half of a surrogate pair.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# The same in JSON. Most answers have none, so their values need no second look.
_ESCAPED_UNSTORABLE = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])|\x00|\xed[\xa0-\xbf]")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

_MAX_LENGTH = 300  # characters
# The refusal of a file store.
_XML_MESSAGE = re.compile(r"<Message>([^<]+)</Message>")
_MASK = "•••"


def replace_unstorable(text: str) -> str:
    r"""
    Return *text* with unstorable characters replaced.

    >>> replace_unstorable("a\0b\ud800") == "a\ufffdb\ufffd"
    True
    """
    return _UNSTORABLE.sub(_REPLACEMENT, text)


def parse_json(content: bytes) -> Any:
    """Return the value of the JSON *content*, with storable strings."""
    value = json.loads(content)
    return _replace_in_values(value) if _ESCAPED_UNSTORABLE.search(content) else value


def _replace_in_values(value: Any) -> Any:
    if isinstance(value, str):
        return replace_unstorable(value)
    if isinstance(value, list):
        return [_replace_in_values(item) for item in value]
    if isinstance(value, dict):
        return {replace_unstorable(key): _replace_in_values(item) for key, item in value.items()}
    return value


def hub_message(response: httpx2.Response) -> str:
    """Return the first line of the Hub's message, bounded and redacted."""
    messages = (response.headers.get("X-Error-Message", ""), *_body_messages(response))
    cleaned = (redact_request_secrets(message, response.request) for message in messages)
    return next(filter(None, cleaned), "")


def _body_messages(response: httpx2.Response) -> Iterator[str]:
    try:
        body = json.loads(response.content)
    except (ValueError, RecursionError):
        if "html" not in response.headers.get("Content-Type", "").lower():
            # Always UTF-8, because the announced encoding may not be one for text.
            content = response.content[: 10 * _MAX_LENGTH].decode(errors="replace")
            yield from _XML_MESSAGE.findall(content) or [content]
        return
    if not isinstance(body, dict):
        return
    for value in (body.get("error"), body.get("errors"), body.get("message")):
        for item in value if isinstance(value, list) else (value,):
            yield _as_text(item.get("message") if isinstance(item, dict) else item)


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def collapse_first_line(message: str) -> str:
    """Return the first line that isn't blank, bounded, with single spaces."""
    line = next((line for line in message.splitlines() if line.strip()), "")
    return replace_unstorable(" ".join(line.split())[:_MAX_LENGTH])


def redact_request_secrets(message: str, request: httpx2.Request) -> str:
    """Return the first line of *message* without the secrets of *request*.

    Redaction precedes shortening, because half a secret can't be recognized.
    """
    message, secrets = message[: 10 * _MAX_LENGTH], _secrets_in(request)
    if any(len(secret) <= 3 and secret in message for secret in secrets):
        return _MASK  # a secret this short also occurs by chance
    return collapse_first_line(redact_secrets(KnownSecrets(secrets, _MASK).redact(message), _MASK))


def _secrets_in(request: httpx2.Request) -> set[str]:
    _, _, token = request.headers.get("Authorization", "").partition(" ")
    values = {token, *_body_values(request)}
    lines = {line.strip() for value in values for line in value.splitlines()}
    return (values | lines) - {""}


def _body_values(request: httpx2.Request) -> Iterator[str]:
    """Yield the values of all secrets and variables in the body."""
    try:
        body = json.loads(request.content)
    except (ValueError, httpx2.RequestNotRead):
        return
    if isinstance(body, dict):
        for item in (body, *(body.get("secrets") or ()), *(body.get("variables") or ())):
            yield _as_text(item.get("value"))
