"""The Hub's own words in a refusal: bounded, on one line, free of what the request carried."""

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx2

from bot.hub import text
from bot.redaction import KnownSecrets, redact_secrets

_MAX_LENGTH = 300  # characters
# How a store of files says why it refuses one.
_XML_MESSAGE = re.compile(r"<Message>([^<]+)</Message>")
_MASK = "•••"


def hub_message(response: httpx2.Response) -> str:
    """Return the Hub's own words: the first line, bounded, free of secrets."""
    messages = (response.headers.get("X-Error-Message", ""), *_body_messages(response))
    cleaned = (redact_request_secrets(word, response.request) for word in messages)
    return next(filter(None, cleaned), "")


def _body_messages(response: httpx2.Response) -> Iterator[str]:
    try:
        body = json.loads(response.content)
    except (ValueError, RecursionError):
        if "html" not in response.headers.get("Content-Type", "").lower():
            # By our own choice of the encoding: the one that is announced may be none for text.
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
    """Return the first line that says something, bounded, its blanks made single."""
    line = next((line for line in message.splitlines() if line.strip()), "")
    return text.replace_unstorable(" ".join(line.split())[:_MAX_LENGTH])


def redact_request_secrets(message: str, request: httpx2.Request) -> str:
    """Return the first line of *message* without what *request* carried in confidence.

    That is cut out, however it is spelled, before the line is shortened: half a secret is not
    known any more.
    """
    message, secrets = message[: 10 * _MAX_LENGTH], _secrets_in(request)
    if any(len(secret) <= 3 and secret in message for secret in secrets):
        return _MASK  # one or two letters would be found in every word
    return collapse_first_line(redact_secrets(KnownSecrets(secrets, _MASK).redact(message), _MASK))


def _secrets_in(request: httpx2.Request) -> set[str]:
    _, _, token = request.headers.get("Authorization", "").partition(" ")
    values = {token, *_body_values(request)}
    lines = {line.strip() for value in values for line in value.splitlines()}
    return (values | lines) - {""}


def _body_values(request: httpx2.Request) -> Iterator[str]:
    """Every value that the body sets: of one secret, or of those of a new Space."""
    try:
        body = json.loads(request.content)
    except (ValueError, httpx2.RequestNotRead):
        return
    if isinstance(body, dict):
        for item in (body, *(body.get("secrets") or ()), *(body.get("variables") or ())):
            yield _as_text(item.get("value"))
