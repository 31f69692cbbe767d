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

from bot.sandbox.hub import life
from bot.sandbox.hub.accounts import TOKENS, Token
from bot.sandbox.hub.faults import Faults
from bot.sandbox.hub.pace import Dice, Pace
from bot.sandbox.hub.refusal import not_found
from bot.sandbox.hub.space import Space

CALLS_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Call:
    """One request that arrived, answered or not."""

    name: str
    method: str
    path: str
    query: str
    at: float


@dataclass(frozen=True, slots=True)
class Scene:
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
        pace: Pace | None = None,
        owners: Iterable[str] = ("ifcore-org",),
        prefix: str = "",
        seed: int = 7,
    ) -> None:
        self.clock = clock
        self.dice = Dice(pace or Pace(), seed)
        self.owners = frozenset(owners)
        self.prefix = prefix
        self.tokens: dict[str, Token] = dict(TOKENS)
        self.faults = Faults()
        self.calls: list[Call] = []
        self.drama: list[Scene] = []
        self.moved: dict[str, str] = {}
        self.store: dict[str, bytes] = {}  # large files, by their SHA256
        self.page_size = 1_000
        self._lock = threading.RLock()
        self._arrival = threading.Condition(self._lock)
        self._spaces: dict[str, Space] = {}
        self._order: list[str] = []

    def now(self) -> float:
        return self.clock()

    @contextmanager
    def open(self, id: str) -> Iterator[Space]:
        """Give one Space as it is now, held against everybody else."""
        with self._lock:
            space = self._settled(id)
            if space is None:
                raise not_found()
            yield space
            life.settle(space, self.now())

    def add(self, space: Space) -> Space:
        """Take a Space in. One without files gets an app, as if it had always been here."""
        with self._lock:
            if not space.repo.commits:
                life.furnish(space, self.now())
            if space.id not in self._spaces:
                bisect.insort(self._order, space.id)
            self._spaces[space.id] = space
            self.moved.pop(space.id, None)
        return space

    def remove(self, id: str) -> None:
        with self._lock:
            if self._spaces.pop(id, None) is None:
                raise not_found()
            self._order.remove(id)

    def rename(self, id: str, new: str) -> None:
        """Move a Space; the Hub redirects whoever asks for the old name."""
        with self._lock:
            space = self._spaces[id]
            self.remove(id)
            space.id = new
            self.add(space)
            self.moved[id] = new

    def __contains__(self, id: object) -> bool:
        with self._lock:
            return id in self._spaces

    def ids(self) -> list[str]:
        with self._lock:
            return list(self._order)

    def spaces(
        self,
        *,
        after: str = "",
        limit: int | None = None,
        keep: Callable[[Space], bool] = lambda _: True,
    ) -> list[Space]:
        """Return the Spaces to *keep*, in the order of ids, from the one that follows *after*."""
        with self._lock:
            start = bisect.bisect_right(self._order, after)
            settled = (self._settled(id) for id in self._order[start:])
            wanted = (space for space in settled if space and keep(space))
            return list(itertools.islice(wanted, limit))

    @contextmanager
    def still(self) -> Iterator[None]:
        """Hold the whole world while several Spaces are read or changed together."""
        with self._lock:
            yield

    def note(self, call: Call) -> None:
        with self._lock:
            if len(self.calls) >= CALLS_KEPT:
                del self.calls[: CALLS_KEPT // 2]
            self.calls.append(call)
            self._arrival.notify_all()

    def wait_for(self, name: str, *, times: int = 1, timeout: float = 10.0) -> bool:
        """Wait until a call of that name has arrived so often; return whether it has."""
        with self._lock:
            return self._arrival.wait_for(
                lambda: sum(call.name == name for call in self.calls) >= times, timeout
            )

    def _settled(self, id: str) -> Space | None:
        now = self.now()
        while self.drama and self.drama[0].at <= now:
            self._play(self.drama.pop(0))
        space = self._spaces.get(id)
        if space:
            life.settle(space, now)
        return space

    def _play(self, scene: Scene) -> None:
        space = self._spaces.get(scene.space)
        if space and not space.plan:
            life.put(space, scene.stage, scene.error)
