"""
The tail of a log, bounded in time, lines and bytes.

The Hub streams a log as server-sent events and never closes the stream; keep-alives (empty
`data:` lines) may come for ever. What is buffered has been told when no event has come for a
while, or when the time is up: both end the reading, and neither is an error.
"""

import json
from collections import deque
from collections.abc import Iterator
from time import monotonic
from typing import Any

import httpx2
from huggingface_hub import get_session

from bot.hub.deadline import left, within
from bot.hub.text import storable

_QUIET = 3.0  # seconds without an event
_LONGEST_LINE = 4_000  # characters
_ENOUGH = 8 * 1024 * 1024  # characters read of one log


def tail(url: str, headers: dict[str, str], lines: int) -> tuple[str, ...]:
    """Return the last *lines* lines as far as they came before the deadline."""
    kept: deque[str] = deque(maxlen=lines)
    asked = {**headers, "Accept": "text/event-stream"}
    with get_session().stream("GET", url, headers=asked, params={"tail": lines}) as response:
        response.encoding = "utf-8"  # the one that is announced may be none for text
        for text in _texts(response):
            kept.extend(line[:_LONGEST_LINE] for line in text.splitlines())
    return tuple(kept)


def _texts(response: httpx2.Response) -> Iterator[str]:
    """Yield the text of one event after the other, until it is quiet or time is up."""
    received = response.iter_lines()
    silent_since, size = monotonic(), 0
    while size < _ENOUGH and (line := _next(received, silent_since + _QUIET)) is not None:
        size += len(line)
        if text := _text(line):
            silent_since = monotonic()
            yield text


def _next(received: Iterator[str], until: float) -> str | None:
    with within(until - monotonic()):
        if left() <= 0:
            return None
        try:
            return next(received, None)
        except (httpx2.TransportError, httpx2.DecodingError):
            return None  # too late, or cut off: what came before still counts


def _text(line: str) -> str:
    """Return the text of an event; a keep-alive, or anything else, has none."""
    if not line.startswith("data: {"):
        return ""
    try:
        event: Any = json.loads(line.removeprefix("data: "))
    except (ValueError, RecursionError):
        return ""
    text = event.get("data") if isinstance(event, dict) else None
    return storable(text) if isinstance(text, str) else ""
