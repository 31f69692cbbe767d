"""
All Spaces of the simulated Hub, under one clock and one lock, and the memory of every call.

    fleet.add(Space("ifcore-org/team-a", stage="SLEEPING"))
    with fleet.open("ifcore-org/team-a") as space:      # settled, and nobody else changes it
        life.restart(space, fleet.now(), fleet.dice)

Any thread may call any method.
"""

import bisect
import itertools
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bot.sandbox.hub import lifecycle
from bot.sandbox.hub.accounts import TOKENS, Token
from bot.sandbox.hub.errors import not_found
from bot.sandbox.hub.faults import Faults
from bot.sandbox.hub.latency import DurationSampler, StageDurations
from bot.sandbox.hub.space import Space

MAX_RECORDED_CALLS = 20_000


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """One request that arrived, answered or not."""

    name: str
    method: str
    path: str
    query: str
    at: float


@dataclass(frozen=True, slots=True)
class ScheduledChange:
    """Something that happens to a Space by itself, so that a visitor has something to see."""

    at: float
    space: str
    stage: str
    error: str = ""


class Fleet:
    """The registry of Spaces. Whoever looks at one sees it as it is now."""

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.time,
        durations: StageDurations | None = None,
        owners: Iterable[str] = ("ifcore-org",),
        prefix: str = "",
        seed: int = 7,
    ) -> None:
        self.clock = clock
        self.sampler = DurationSampler(durations or StageDurations(), seed)
        self.owners = frozenset(owners)
        self.prefix = prefix
        self.tokens: dict[str, Token] = dict(TOKENS)
        self.faults = Faults()
        self.calls: list[RecordedCall] = []
        self.scheduled: list[ScheduledChange] = []
        self.renames: dict[str, str] = {}
        self.store: dict[str, bytes] = {}  # large files, by their SHA256
        self.page_size = 1_000
        self._lock = threading.RLock()
        self._call_recorded = threading.Condition(self._lock)
        self._spaces: dict[str, Space] = {}
        self._sorted_ids: list[str] = []

    def now(self) -> float:
        return self.clock()

    @contextmanager
    def open(self, id: str) -> Iterator[Space]:
        """Give one Space as it is now, held against everybody else."""
        with self._lock:
            space = self._get_settled(id)
            if space is None:
                raise not_found()
            yield space
            lifecycle.apply_due_stages(space, self.now())

    def add(self, space: Space) -> Space:
        """Take a Space in. One without files gets an app, as if it had always been here."""
        with self._lock:
            if not space.repo.commits:
                lifecycle.add_default_app(space, self.now())
            if space.id not in self._spaces:
                bisect.insort(self._sorted_ids, space.id)
            self._spaces[space.id] = space
            self.renames.pop(space.id, None)
        return space

    def remove(self, id: str) -> None:
        with self._lock:
            if self._spaces.pop(id, None) is None:
                raise not_found()
            self._sorted_ids.remove(id)

    def rename(self, id: str, new: str) -> None:
        """Move a Space; the Hub redirects whoever asks for the old name."""
        with self._lock:
            space = self._spaces[id]
            self.remove(id)
            space.id = new
            self.add(space)
            self.renames[id] = new

    def __contains__(self, id: object) -> bool:
        with self._lock:
            return id in self._spaces

    def ids(self) -> list[str]:
        with self._lock:
            return list(self._sorted_ids)

    def spaces(
        self,
        *,
        after: str = "",
        limit: int | None = None,
        predicate: Callable[[Space], bool] = lambda _: True,
    ) -> list[Space]:
        """Return the Spaces to *predicate*, in the order of ids, from the one that follows
        *after*.
        """
        with self._lock:
            start = bisect.bisect_right(self._sorted_ids, after)
            settled = (self._get_settled(id) for id in self._sorted_ids[start:])
            selected = (space for space in settled if space and predicate(space))
            return list(itertools.islice(selected, limit))

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the whole world while several Spaces are read or changed together."""
        with self._lock:
            yield

    def record_call(self, call: RecordedCall) -> None:
        with self._lock:
            if len(self.calls) >= MAX_RECORDED_CALLS:
                del self.calls[: MAX_RECORDED_CALLS // 2]
            self.calls.append(call)
            self._call_recorded.notify_all()

    def wait_for(self, name: str, *, times: int = 1, timeout: float = 10.0) -> bool:
        """Wait until a call of that name has arrived so often; return whether it has."""
        with self._lock:
            return self._call_recorded.wait_for(
                lambda: sum(call.name == name for call in self.calls) >= times, timeout
            )

    def _get_settled(self, id: str) -> Space | None:
        now = self.now()
        while self.scheduled and self.scheduled[0].at <= now:
            self._apply_change(self.scheduled.pop(0))
        space = self._spaces.get(id)
        if space:
            lifecycle.apply_due_stages(space, now)
        return space

    def _apply_change(self, change: ScheduledChange) -> None:
        space = self._spaces.get(change.space)
        if space and not space.planned_stages:
            lifecycle.set_stage(space, change.stage, change.error)
