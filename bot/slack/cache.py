"""Answers that stay good for a while, so that Slack is not asked the same at every command."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from time import monotonic
from typing import Generic, TypeVar

from bot.errors import SlackUnavailable

Value = TypeVar("Value")

SECONDS = 300.0


class Cache(Generic[Value]):
    """The last answers by key, the oldest forgotten first."""

    def __init__(
        self,
        ask: Callable[[str], Value],
        *,
        size: int = 1000,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._ask, self._size, self._clock = ask, size, clock
        self._kept: OrderedDict[str, tuple[float, Value]] = OrderedDict()
        self._lock = Lock()

    def __call__(self, key: str) -> Value:
        """Return the answer for *key*: an old one only while Slack cannot be asked."""
        with self._lock:
            kept = self._kept.get(key)
        if kept and self._clock() - kept[0] < SECONDS:
            return kept[1]
        try:
            value = self._ask(key)
        except SlackUnavailable:
            if kept is None:
                raise
            return kept[1]
        self._keep(key, value)
        return value

    def _keep(self, key: str, value: Value) -> None:
        with self._lock:
            self._kept[key] = (self._clock(), value)
            self._kept.move_to_end(key)
            if len(self._kept) > self._size:
                self._kept.popitem(last=False)
