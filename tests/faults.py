"""Fault injection: at the n-th point that a bot passes, an action runs.

A point is an outgoing call or a transaction, before or after it, such as "before restart" or
"after a commit". Points are counted as they are passed. A test repeats its run with the next
point each time, until nothing is hit any more or for as many points as a run without a fault has
passed. So a new commit or call can't be forgotten.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from typing import Any

from bot.cards import Message, MessageRef
from bot.concurrency import KeyedExecutor
from bot.errors import HubUnavailable, SlackOutcomeUnknown
from bot.service import Bot
from bot.service.fleet_cache import FleetCache
from bot.store import Store, Tx
from bot.store.group_commit import GroupCommit
from tests.fakes import FakeSlack, InlineExecutor, slack_error, with_parts

Action = Callable[[], object]

#: Patterns of points. A process can die anywhere. It can stall anywhere but in a transaction,
#: whose lock the database ends by a timeout.
EVERY_COMMIT = ("before a commit", "after a commit")
EVERY_TRANSACTION = ("before a transaction", "after a transaction")
EVERY_CALL = ("before *", "after *")
#: Methods of the Hub that answer from memory: nothing leaves, so no answer can be lost.
_LOCAL_METHODS = frozenset({"budget"})


class Killed(BaseException):
    """The end of the process, as by `kill -9`: nothing catches it, nothing is written after it."""


def kill() -> None:
    """End the process."""
    raise Killed


def fail(error: Callable[[], BaseException]) -> Action:
    """Return an action that raises what *error* returns."""

    def action() -> None:
        raise error()

    return action


class FaultPoint:
    """The point at which the action runs: the n-th that is passed after `arm(n)`, counted from 0.

    `hit_point` names it once it was passed. A permanent fault point is every point.
    """

    def __init__(self, nth: int | None = None, *, is_permanent: bool = False) -> None:
        self._is_permanent = is_permanent
        self.arm(nth)

    def arm(self, nth: int | None) -> None:
        """Select the n-th point from now on, or none, and count all that are passed."""
        self._nth, self.is_armed = nth, True
        self.count, self.hit_point = 0, ""

    def disarm(self) -> None:
        """Select no point, and keep the count and the name of the last one."""
        self._nth, self.is_armed = None, False

    def is_hit(self, point: str) -> bool:
        """Count *point*; return whether it is the selected one."""
        is_selected = self.count == self._nth or self._is_permanent
        self.count += self.is_armed
        if is_selected:
            self.hit_point = point
        return is_selected


class FaultyCalls:
    """A Hub or a Slack whose calls are points: before they leave, and once they are done."""

    def __init__(
        self,
        real: Any,
        fault: FaultPoint,
        action: Action = kill,
        points: tuple[str, ...] = EVERY_CALL,
    ) -> None:
        self._real, self.fault, self._action, self._points = real, fault, action, points

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._real, name)
        if not callable(real) or name in _LOCAL_METHODS:
            return real

        def call(*args: Any, **kwargs: Any) -> Any:
            self._pass(f"before {name}")
            answer = real(*args, **kwargs)
            self._pass(f"after {name}")
            return answer

        return call

    def _pass(self, point: str) -> None:
        if any(fnmatchcase(point, one) for one in self._points) and self.fault.is_hit(point):
            self._action()


class FaultyStore:
    """A store whose transactions are points: around each of them, and around each commit.

    A transaction that only reads has no commit, because it has nothing to lose.
    """

    def __init__(
        self, store: Store, fault: FaultPoint, action: Action, points: tuple[str, ...]
    ) -> None:
        self._store, self._fault, self._action, self._points = store, fault, action, points
        self.batch = GroupCommit(self.transaction)

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        """Open a transaction; the action may run before it, before its commit and after it."""
        self._pass("before a transaction")
        with self._store.transaction() as tx:
            before = _count_writes(tx)
            yield tx
            has_written = _count_writes(tx) > before
            if has_written:
                self._pass("before a commit")
        if has_written:
            self._pass("after a commit")
        self._pass("after a transaction")

    def _pass(self, point: str) -> None:
        if point in self._points and self._fault.is_hit(point):
            self._action()


def _count_writes(tx: Tx) -> int:
    connection = tx.connection.driver_connection
    assert isinstance(connection, sqlite3.Connection)
    return connection.total_changes


def with_faults(
    bot: Bot,
    fault: FaultPoint,
    action: Action = kill,
    transactions: tuple[str, ...] = EVERY_COMMIT,
) -> Bot:
    """Return *bot*, whose calls and *transactions* are points at which *action* may run."""
    return with_parts(
        bot,
        store=FaultyStore(bot.deps.store, fault, action, transactions),
        slack=FaultyCalls(bot.deps.slack, fault, action),
        **_with_hub(bot, FaultyCalls(bot.deps.hub, fault, action)),
    )


def with_lost_answers(bot: Bot, fault: FaultPoint) -> Bot:
    """Return *bot*, of whose calls one is done while its answer is lost."""
    hub_fails = fail(lambda: HubUnavailable("The Hub's answer was lost."))
    slack_fails = fail(lambda: SlackOutcomeUnknown("Slack's answer was lost."))
    return with_parts(
        bot,
        hub=FaultyCalls(bot.deps.hub, fault, hub_fails, ("after *",)),
        slack=FaultyCalls(bot.deps.slack, fault, slack_fails, ("after *",)),
    )


class DeletingSlack:
    """A Slack in which people delete the message of one call right before it arrives.

    That is the message of an edit or a deletion, and the parent of a reply.
    """

    def __init__(self, real: FakeSlack, fault: FaultPoint) -> None:
        self._real, self.fault = real, fault

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def update(self, ref: MessageRef, message: Message) -> None:
        """Edit a message, which may be deleted right before."""
        self._delete_if_hit("update", ref.ts)
        self._real.update(ref, message)

    def delete(self, ref: MessageRef) -> None:
        """Delete a message, which may be deleted right before."""
        self._delete_if_hit("delete", ref.ts)
        self._real.delete(ref)

    def post(
        self, channel: str, message: Message, *, thread: str | None = None, nonce: str = ""
    ) -> MessageRef:
        """Post a message, whose parent may be deleted right before."""
        if thread and self._delete_if_hit("post", thread):
            raise slack_error("message_not_found")
        return self._real.post(channel, message, thread=thread, nonce=nonce)

    def _delete_if_hit(self, call: str, ts: str) -> bool:
        posted = self._real.message_at(ts)
        if posted is None or not self.fault.is_hit(f"before {call}"):
            return False
        self._real.remove(posted)
        return True


def may_disturb(slack: object) -> bool:
    """Return whether the calls of *slack* pass the points of an armed fault."""
    return isinstance(slack, FaultyCalls | DeletingSlack) and slack.fault.is_armed


def with_deletions(bot: Bot, fault: FaultPoint) -> Bot:
    """Return *bot* in a Slack in which people delete the message of one call before it."""
    assert isinstance(bot.deps.slack, FakeSlack)
    return with_parts(bot, slack=DeletingSlack(bot.deps.slack, fault))


def with_rejections(code: str) -> Callable[[Bot, FaultPoint], Bot]:
    """Return a function that gives a bot a Slack that refuses one call with *code*."""
    refuse = fail(lambda: slack_error(code))
    return lambda bot, fault: with_parts(
        bot, slack=FaultyCalls(bot.deps.slack, fault, refuse, ("before *",))
    )


def with_hub_fault(
    bot: Bot, point: str, action: Action = kill, *, nth: int = 0, is_permanent: bool = False
) -> Bot:
    """Return *bot*; *action* runs when it passes *point* of the Hub for the n-th time."""
    fault = FaultPoint(nth, is_permanent=is_permanent)
    return with_parts(bot, **_with_hub(bot, FaultyCalls(bot.deps.hub, fault, action, (point,))))


def with_slack_fault(
    bot: Bot, point: str, action: Action = kill, *, nth: int = 0, is_permanent: bool = False
) -> Bot:
    """Return *bot*; *action* runs when it passes *point* of Slack for the n-th time."""
    fault = FaultPoint(nth, is_permanent=is_permanent)
    return with_parts(bot, slack=FaultyCalls(bot.deps.slack, fault, action, (point,)))


def _with_hub(bot: Bot, hub: Any) -> dict[str, Any]:
    """Return what a bot with another Hub needs.

    The executor is a new one, because a step whose process died leaves its key taken.
    """
    return {
        "hub": hub,
        "fleet_cache": FleetCache(hub, bot.deps.settings.owners, bot.deps.now),
        "step_calls": KeyedExecutor(InlineExecutor()),
    }
