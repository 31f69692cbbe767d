"""The Hub's own words in a refusal: bounded, on one line, free of what the request carried."""

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx2

from bot.hub import text
from bot.redaction import KnownSecrets, redact_secrets

_LONGEST = 300  # characters
# How a store of files says why it refuses one.
_XML_MESSAGE = re.compile(r"<Message>([^<]+)</Message>")
_HIDDEN = "•••"


def said(response: httpx2.Response) -> str:
    """Return the Hub's own words: the first line, bounded, free of secrets."""
    words = (response.headers.get("X-Error-Message", ""), *_body_words(response))
    lines = (without_confidences(word, response.request) for word in words)
    return next(filter(None, lines), "")


def _body_words(response: httpx2.Response) -> Iterator[str]:
    try:
        body = json.loads(response.content)
    except (ValueError, RecursionError):
        if "html" not in response.headers.get("Content-Type", "").lower():
            # By our own choice of the encoding: the one that is announced may be none for text.
            words = response.content[: 10 * _LONGEST].decode(errors="replace")
            yield from _XML_MESSAGE.findall(words) or [words]
        return
    if not isinstance(body, dict):
        return
    for word in (body.get("error"), body.get("errors"), body.get("message")):
        for item in word if isinstance(word, list) else (word,):
            yield _text(item.get("message") if isinstance(item, dict) else item)


def _text(word: Any) -> str:
    return word if isinstance(word, str) else ""


def first_line(words: str) -> str:
    """Return the first line that says something, bounded, its blanks made single."""
    line = next((line for line in words.splitlines() if line.strip()), "")
    return text.storable(" ".join(line.split())[:_LONGEST])


def without_confidences(words: str, request: httpx2.Request) -> str:
    """Return the first line of *words* without what *request* carried in confidence.

    That is cut out, however it is spelled, before the line is shortened: half a secret is not
    known any more.
    """
    words, secrets = words[: 10 * _LONGEST], _confidences(request)
    if any(len(secret) <= 3 and secret in words for secret in secrets):
        return _HIDDEN  # one or two letters would be found in every word
    return first_line(redact_secrets(KnownSecrets(secrets, _HIDDEN).redact(words), _HIDDEN))


def _confidences(request: httpx2.Request) -> set[str]:
    _, _, token = request.headers.get("Authorization", "").partition(" ")
    values = {token, *_values(request)}
    lines = {line.strip() for value in values for line in value.splitlines()}
    return (values | lines) - {""}


def _values(request: httpx2.Request) -> Iterator[str]:
    """Every value that the body sets: of one secret, or of those of a new Space."""
    try:
        body = json.loads(request.content)
    except (ValueError, httpx2.RequestNotRead):
        return
    if isinstance(body, dict):
        for item in (body, *(body.get("secrets") or ()), *(body.get("variables") or ())):
            yield _text(item.get("value"))
