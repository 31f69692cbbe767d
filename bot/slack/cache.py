"""A cache of Slack's answers that serves stale ones while Slack is unavailable."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from time import monotonic
from typing import Generic, TypeVar

from bot.errors import SlackUnavailable

Value = TypeVar("Value")

TTL_SECONDS = 300.0


class StaleOnErrorCache(Generic[Value]):
    """The last values by key; the oldest entry is evicted first."""

    def __init__(
        self,
        fetch: Callable[[str], Value],
        *,
        size: int = 1000,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._fetch, self._size, self._clock = fetch, size, clock
        self._entries: OrderedDict[str, tuple[float, Value]] = OrderedDict()
        self._lock = Lock()

    def __call__(self, key: str) -> Value:
        """Return the value of *key*, a stale one only while Slack is unavailable."""
        with self._lock:
            entry = self._entries.get(key)
        if entry and self._clock() - entry[0] < TTL_SECONDS:
            return entry[1]
        try:
            value = self._fetch(key)
        except SlackUnavailable:
            if entry is None:
                raise
            return entry[1]
        self._store(key, value)
        return value

    def _store(self, key: str, value: Value) -> None:
        with self._lock:
            self._entries[key] = (self._clock(), value)
            self._entries.move_to_end(key)
            if len(self._entries) > self._size:
                self._entries.popitem(last=False)
