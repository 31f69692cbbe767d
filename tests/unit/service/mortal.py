"""A bot that dies at one chosen moment: at a call of the Hub, or at a commit."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from bot.concurrency.keyed import KeyedExecutor
from bot.service import Bot
from bot.service.fleet_cache import FleetCache
from bot.store import Store, Tx
from bot.store.group_commit import GroupCommit
from tests.fakes import FakeHub, FakeSlack, InlineExecutor, with_parts


class Killed(BaseException):
    """The process is gone, as after kill -9."""


class CrashPoint:
    """Ends the process at one of the moments that it passes."""

    def __init__(self, at: int) -> None:
        self._left = at

    def __call__(self) -> None:
        self._left -= 1
        if self._left == -1:
            raise Killed

    @property
    def is_reached(self) -> bool:
        """Whether that moment has come."""
        return self._left < 0


class CrashingHub:
    """A hub whose every call has two moments: before it leaves, and before its answer is heard."""

    def __init__(self, hub: Any, crash_point: CrashPoint) -> None:
        self._hub, self._crash_point = hub, crash_point

    def __getattr__(self, name: str) -> Callable[..., Any]:
        call = getattr(self._hub, name)

        def crashing_call(*args: Any, **values: Any) -> Any:
            self._crash_point()
            answer = call(*args, **values)
            self._crash_point()
            return answer

        return crashing_call


class CrashingStore:
    """A store whose every transaction has two moments: before it begins, and once it is kept."""

    def __init__(self, store: Store, crash_point: CrashPoint) -> None:
        self._store, self._crash_point = store, crash_point
        self.batch = self.leader_batch = GroupCommit(self.transaction)

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        self._crash_point()
        with self._store.transaction() as tx:
            yield tx
        self._crash_point()


def with_crash_point(bot: Bot, crash_point: CrashPoint) -> Bot:
    """Return the bot as one that *crash_point* may end."""
    hub: Any = CrashingHub(bot.deps.hub, crash_point)
    store: Any = CrashingStore(bot.deps.store, crash_point)
    fleet_cache = FleetCache(hub, bot.deps.settings.owners, bot.deps.now)
    return with_parts(
        bot,
        hub=hub,
        store=store,
        fleet_cache=fleet_cache,
        step_calls=KeyedExecutor(InlineExecutor()),
    )


def in_other_world(bot: Bot, hub: FakeHub, store: Store) -> Bot:
    """Move the bot to another world. It leads there: the database is a copy of its own."""
    fleet_cache = FleetCache(hub, ("acme",), bot.deps.now)
    return with_parts(bot, hub=hub, slack=FakeSlack(), store=store, fleet_cache=fleet_cache)
