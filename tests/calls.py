"""Recording of calls, to prove how often the bot does something. Nothing is replaced."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


@contextmanager
def record_calls(function: Callable[..., Any]) -> Iterator[list[dict[str, Any]]]:
    """Yield the list to which each call of *function* in this thread adds its arguments."""
    code, calls = function.__code__, list[dict[str, Any]]()

    def on_event(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code is code:
            calls.append(dict(frame.f_locals))

    before = sys.getprofile()
    sys.setprofile(on_event)
    try:
        yield calls
    finally:
        sys.setprofile(before)
