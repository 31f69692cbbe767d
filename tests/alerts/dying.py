"""A world in which the process dies, or an answer is lost, at one chosen point.

Every commit and every outgoing call is a point, before it and after it. Points are counted as
they are passed, so whoever tells a story again and again, dying one point later each time,
has died at all of them once the story ends alive: a new commit or call cannot be forgotten.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeVar

from bot.errors import HubUnavailable, SlackAmbiguous
from bot.service import Bot
from bot.service.lookout import Lookout
from bot.service.pace import Pace
from bot.store import Store, Tx, lease
from bot.store.lease import Lease
from tests.fakes import FakeClock, FakeHub, FakeLead, FakeSlack, says

T = TypeVar("T")


class Killed(BaseException):
    """kill -9: nothing catches it, nothing is written after it."""


class Fate:
    """Strikes at the nth point. `name` says where that was; "" while it has not struck."""

    def __init__(self) -> None:
        self._left = -1
        self.name = ""

    def strike(self, nth: int) -> None:
        """Strike at the nth point from now on."""
        self._left, self.name = nth, ""

    def rest(self) -> None:
        """Strike no more."""
        self._left = -1

    def meets(self, point: str) -> bool:
        """Pass a point; True when it is the one."""
        self._left -= 1
        if self._left != -1:
            return False
        self.name = point
        return True


class DyingStore:
    """Dies before a commit, which is then lost, or right after it."""

    def __init__(self, store: Store, fate: Fate) -> None:
        self._store, self._fate = store, fate

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        with self._store.transaction() as tx:
            before = _writes(tx)
            yield tx
            written = _writes(tx) > before  # who only read has nothing to lose
            if written and self._fate.meets("before a commit"):
                raise Killed
        if written and self._fate.meets("after a commit"):
            raise Killed

    def together(self, do: Callable[[Tx], T]) -> T:
        with self.transaction() as tx:
            return do(tx)


class Refusals:
    """A Slack that refuses one call with *code*, and does nothing of it."""

    def __init__(self, real: Any, fate: Fate, code: str) -> None:
        self._real, self._fate, self._code = real, fate, code

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._real, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            if self._fate.meets(f"at {name}"):
                raise says(self._code)
            return real(*args, **kwargs)

        return call


def _writes(tx: Tx) -> int:
    return int(tx.exec_driver_sql("SELECT total_changes()").scalar_one())


class Calls:
    """Outgoing calls: dies before one leaves, or once it has done its work."""

    def __init__(self, real: Any, fate: Fate, lost: Callable[[], Exception] | None) -> None:
        self._real, self._fate, self._lost = real, fate, lost

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._real, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            if self._lost is None and self._fate.meets(f"before {name}"):
                raise Killed
            answer = real(*args, **kwargs)
            if self._fate.meets(f"after {name}"):
                raise self._lost() if self._lost else Killed
            return answer

        return call


def processes(
    bot: Bot, hub: FakeHub, slack: FakeSlack, store: Store, clock: FakeClock
) -> Callable[[], Bot]:
    """Return what starts a process like *bot* in another world; each takes the lead at once."""
    held: Lease | None = None

    def start() -> Bot:
        nonlocal held
        with store.transaction() as tx:
            if held:
                lease.release(tx, held)
            held = lease.acquire(tx, "story", ttl=1e6)
        lookout = Lookout(hub, bot.settings.owners, clock)
        world = {"hub": hub, "slack": slack, "store": store, "now": clock, "lookout": lookout}
        afresh = {"pace": Pace(), "leading": FakeLead(held)}
        return replace(bot, **world, **afresh)  # type: ignore[arg-type]

    return start


def mortal(bot: Bot, fate: Fate) -> Bot:
    """Return *bot* in a world where the process may die at any point."""
    return replace(
        bot,
        store=DyingStore(bot.store, fate),  # type: ignore[arg-type]  # all of it that the verbs use
        hub=Calls(bot.hub, fate, None),
        slack=Calls(bot.slack, fate, None),
    )


def hard_of_hearing(bot: Bot, fate: Fate) -> Bot:
    """Return *bot* in a world where a call may be heard and its answer lost."""
    return replace(
        bot,
        hub=Calls(bot.hub, fate, lambda: HubUnavailable("The Hub's answer was lost.")),
        slack=Calls(bot.slack, fate, lambda: SlackAmbiguous("Slack's answer was lost.")),
    )


def refusing(code: str) -> Callable[[Bot, Fate], Bot]:
    """Return what puts a bot in a world where Slack may refuse a call with *code*."""
    return lambda bot, fate: replace(bot, slack=Refusals(bot.slack, fate, code))
