"""All Spaces of the simulated Hub, with one clock and one lock, and a record of all calls.

    fleet.add(Space("ifcore-org/team-a", stage="SLEEPING"))
    with fleet.open("ifcore-org/team-a") as space:  # up to date and locked
        lifecycle.restart(space, fleet.now(), fleet.sampler)

All methods are thread-safe.
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
from bot.sandbox.hub.space import APP_DOMAIN, Space

MAX_RECORDED_CALLS = 20_000


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """One request that the Hub received."""

    name: str
    method: str
    path: str
    query: str
    at: float


@dataclass(frozen=True, slots=True)
class ScheduledChange:
    """A change of a Space's stage that happens by itself in `spacebot try`."""

    at: float
    space: str
    stage: str
    error: str = ""


class Fleet:
    """The registry of Spaces. Each read applies the stages that are due."""

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
        self.plans: dict[str, str] = dict.fromkeys(self.owners, "team")  # by owner
        self.copies_keep_pause = False  # a copy of a paused Space is paused, as on the real Hub
        self.store: dict[str, bytes] = {}  # large files, by their SHA256
        self.page_size = 1_000
        self._app_domain = APP_DOMAIN
        self._lock = threading.RLock()
        self._call_recorded = threading.Condition(self._lock)
        self._spaces: dict[str, Space] = {}
        self._sorted_ids: list[str] = []

    def now(self) -> float:
        """Return the clock's time, in epoch seconds."""
        return self.clock()

    @contextmanager
    def open(self, id: str) -> Iterator[Space]:
        """Lock the fleet and yield one Space, up to date.

        Raises:
            HubHttpError: with status 404 if there is no such Space.
        """
        with self._lock:
            space = self._get_settled(id)
            if space is None:
                raise not_found()
            yield space
            lifecycle.apply_due_stages(space, self.now())

    def add(self, space: Space) -> Space:
        """Add *space*. Without commits it gets a built default app."""
        with self._lock:
            if not space.repo.commits:
                lifecycle.add_default_app(space, self.now())
            if space.id not in self._spaces:
                bisect.insort(self._sorted_ids, space.id)
            space.app_domain = self._app_domain
            self._spaces[space.id] = space
            self.renames.pop(space.id, None)
        return space

    def serve_apps_below(self, domain: str) -> None:
        """Report host names below *domain*, where this server answers for the apps."""
        with self._lock:
            self._app_domain = domain
            for space in self._spaces.values():
                space.app_domain = domain

    def remove(self, id: str) -> None:
        """Remove a Space, or raise HubHttpError with status 404."""
        with self._lock:
            if self._spaces.pop(id, None) is None:
                raise not_found()
            self._sorted_ids.remove(id)

    def rename(self, id: str, new: str) -> None:
        """Rename a Space; requests for the old id are redirected."""
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
        """Return the ids of all Spaces, sorted."""
        with self._lock:
            return list(self._sorted_ids)

    def spaces(
        self,
        *,
        after: str = "",
        limit: int | None = None,
        predicate: Callable[[Space], bool] = lambda _: True,
    ) -> list[Space]:
        """Return the Spaces that satisfy *predicate*, sorted by id, starting behind id *after*."""
        with self._lock:
            start = bisect.bisect_right(self._sorted_ids, after)
            settled = (self._get_settled(id) for id in self._sorted_ids[start:])
            selected = (space for space in settled if space and predicate(space))
            return list(itertools.islice(selected, limit))

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Lock the fleet while several Spaces are read or changed together."""
        with self._lock:
            yield

    def record_call(self, call: RecordedCall) -> None:
        """Add *call* to the record, which drops its older half when it is full."""
        with self._lock:
            if len(self.calls) >= MAX_RECORDED_CALLS:
                del self.calls[: MAX_RECORDED_CALLS // 2]
            self.calls.append(call)
            self._call_recorded.notify_all()

    def wait_for(self, name: str, *, times: int = 1, timeout: float = 10.0) -> bool:
        """Wait until *times* calls of that name have arrived; return whether they have."""
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
