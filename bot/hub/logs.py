"""
The tail of a log, bounded in time, lines and size.

The Hub streams a log as server-sent events, never closes the stream and sends keep-alives (empty
`data:` lines) without end. So the tail is complete when no event has arrived for a while, or at
the deadline; neither is an error.
"""

import json
from collections import deque
from collections.abc import Iterator
from typing import Any

import httpx2
from huggingface_hub import get_session

from bot.hub.text import replace_unstorable
from bot.network.deadline import now, remaining, within

_IDLE_SECONDS = 3.0  # without an event
_MAX_LINE_LENGTH = 4_000  # in characters
_MAX_CHARACTERS = 8 * 1024 * 1024  # read of one log


def read_tail(url: str, headers: dict[str, str], lines: int) -> tuple[str, ...]:
    """Return the last *lines* lines that arrived before the deadline."""
    last_lines: deque[str] = deque(maxlen=lines)
    request_headers = {**headers, "Accept": "text/event-stream"}
    with get_session().stream(
        "GET", url, headers=request_headers, params={"tail": lines}
    ) as response:
        response.encoding = "utf-8"  # the announced one may not be for text
        for text in _event_texts(response):
            last_lines.extend(line[:_MAX_LINE_LENGTH] for line in text.splitlines())
    return tuple(last_lines)


def _event_texts(response: httpx2.Response) -> Iterator[str]:
    """Yield the text of each event until the log is idle or reaches a limit."""
    received = response.iter_lines()
    idle_since, size = now(), 0
    while (
        size < _MAX_CHARACTERS
        and (line := _next_line(received, idle_since + _IDLE_SECONDS)) is not None
    ):
        size += len(line)
        if text := _event_text(line):
            idle_since = now()
            yield text


def _next_line(received: Iterator[str], until: float) -> str | None:
    with within(until - now()):
        if remaining() <= 0:
            return None
        try:
            return next(received, None)
        except (httpx2.TransportError, httpx2.DecodingError):
            return None  # out of time or cut off: earlier lines still count


def _event_text(line: str) -> str:
    """Return the text of an event, empty for keep-alives and unknown lines."""
    if not line.startswith("data: {"):
        return ""
    try:
        event: Any = json.loads(line.removeprefix("data: "))
    except (ValueError, RecursionError):
        return ""
    text = event.get("data") if isinstance(event, dict) else None
    return replace_unstorable(text) if isinstance(text, str) else ""
