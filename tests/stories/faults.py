"""A world in which the process dies, or an answer is lost, at one chosen point.

Every commit and every outgoing call is a point, before it and after it. Points are counted as
they are passed, so whoever tells a story again and again, dying one point later each time,
has died at all of them once the story ends alive: a new commit or call cannot be forgotten.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from bot.cards import Message, MessageRef
from bot.errors import HubUnavailable, SlackAmbiguous
from bot.service import Bot
from bot.service.fleet_cache import FleetCache
from bot.slack.rate_limiter import SlackRateLimiter
from bot.store import Store, Tx, lease
from bot.store.group_commit import GroupCommit
from bot.store.lease import Lease
from tests.fakes import FakeClock, FakeHub, FakeLeadership, FakeSlack, slack_error, with_parts


class Killed(BaseException):
    """kill -9: nothing catches it, nothing is written after it."""


class FaultPoint:
    """Strikes at the nth point. `name` says where that was; "" while it has not struck."""

    def __init__(self) -> None:
        self._left = -1
        self.hit_point = ""

    def arm(self, nth: int) -> None:
        """Strike at the nth point from now on."""
        self._left, self.hit_point = nth, ""

    def disarm(self) -> None:
        """Strike no more."""
        self._left = -1

    def is_hit(self, point: str) -> bool:
        """Pass a point; True when it is the one."""
        self._left -= 1
        if self._left != -1:
            return False
        self.hit_point = point
        return True


class CrashingStore:
    """Dies before a commit, which is then lost, or right after it."""

    def __init__(self, store: Store, fault: FaultPoint) -> None:
        self._store, self._fault = store, fault
        self.batch = GroupCommit(self.transaction)

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        with self._store.transaction() as tx:
            before = _count_writes(tx)
            yield tx
            written = _count_writes(tx) > before  # who only read has nothing to lose
            if written and self._fault.is_hit("before a commit"):
                raise Killed
        if written and self._fault.is_hit("after a commit"):
            raise Killed


class RejectingSlack:
    """A Slack that refuses one call with *code*, and does nothing of it."""

    def __init__(self, real: Any, fault: FaultPoint, code: str) -> None:
        self._real, self._fault, self._code = real, fault, code

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._real, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            if self._fault.is_hit(f"at {name}"):
                raise slack_error(self._code)
            return real(*args, **kwargs)

        return call


class DeletingSlack:
    """A Slack in which people delete the message of one call right before it arrives.

    That is the message of an edit or a deletion, and the parent of a reply.
    """

    def __init__(self, real: FakeSlack, fault: FaultPoint) -> None:
        self._real, self._fault = real, fault

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def update(self, ref: MessageRef, message: Message) -> None:
        self._delete_if_hit("update", ref.ts)
        self._real.update(ref, message)

    def delete(self, ref: MessageRef) -> None:
        self._delete_if_hit("delete", ref.ts)
        self._real.delete(ref)

    def post(
        self, channel: str, message: Message, *, thread: str | None = None, nonce: str = ""
    ) -> MessageRef:
        if thread and self._delete_if_hit("post", thread):
            raise slack_error("message_not_found")
        return self._real.post(channel, message, thread=thread, nonce=nonce)

    def _delete_if_hit(self, call: str, ts: str) -> bool:
        posted = self._real.message_at(ts)
        if posted is None or not self._fault.is_hit(f"at {call}"):
            return False
        self._real.remove(posted)
        return True


def _count_writes(tx: Tx) -> int:
    return int(tx.exec_driver_sql("SELECT total_changes()").scalar_one())


class CrashingCalls:
    """Outgoing calls: dies before one leaves, or once it has done its work."""

    def __init__(
        self, real: Any, fault: FaultPoint, lost_error: Callable[[], Exception] | None
    ) -> None:
        self._real, self._fault, self._lost_error = real, fault, lost_error

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._real, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            if self._lost_error is None and self._fault.is_hit(f"before {name}"):
                raise Killed
            answer = real(*args, **kwargs)
            if self._fault.is_hit(f"after {name}"):
                raise self._lost_error() if self._lost_error else Killed
            return answer

        return call


def process_starter(
    bot: Bot, hub: FakeHub, slack: FakeSlack, store: Store, clock: FakeClock
) -> Callable[[], Bot]:
    """Return what starts a process like *bot* in another world; each takes the lead at once."""
    current_lease: Lease | None = None

    def start() -> Bot:
        nonlocal current_lease
        with store.transaction() as tx:
            if current_lease:
                lease.release(tx, current_lease)
            current_lease = lease.acquire(tx, "story", ttl=1e6)
        fleet_cache = FleetCache(hub, bot.deps.settings.owners, clock)
        world = {
            "hub": hub,
            "slack": slack,
            "store": store,
            "now": clock,
            "fleet_cache": fleet_cache,
        }
        fresh = {
            "rate_limiter": SlackRateLimiter(),
            "leadership": FakeLeadership(store, current_lease),
        }
        return with_parts(bot, **world, **fresh)

    return start


def with_crashes(bot: Bot, fault: FaultPoint) -> Bot:
    """Return *bot* in a world where the process may die at any point."""
    return with_parts(
        bot,
        store=CrashingStore(bot.deps.store, fault),  # all of it that the verbs use
        hub=CrashingCalls(bot.deps.hub, fault, None),
        slack=CrashingCalls(bot.deps.slack, fault, None),
    )


def with_lost_answers(bot: Bot, fault: FaultPoint) -> Bot:
    """Return *bot* in a world where a call may be heard and its answer lost."""
    return with_parts(
        bot,
        hub=CrashingCalls(
            bot.deps.hub, fault, lambda: HubUnavailable("The Hub's answer was lost.")
        ),
        slack=CrashingCalls(
            bot.deps.slack, fault, lambda: SlackAmbiguous("Slack's answer was lost.")
        ),
    )


def with_deletions(bot: Bot, fault: FaultPoint) -> Bot:
    """Return *bot* in a world where people may delete a message right before a call about it."""
    assert isinstance(bot.deps.slack, FakeSlack)
    return with_parts(bot, slack=DeletingSlack(bot.deps.slack, fault))


def with_rejections(code: str) -> Callable[[Bot, FaultPoint], Bot]:
    """Return what puts a bot in a world where Slack may refuse a call with *code*."""
    return lambda bot, fate: with_parts(bot, slack=RejectingSlack(bot.deps.slack, fate, code))
