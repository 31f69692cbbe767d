"""Group commit: callers share a commit, and an error affects only its caller."""

import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import AbstractContextManager, contextmanager

import pytest

from bot.store import Store, Tx, key_values
from bot.store.group_commit import GroupCommit


class HeldTransactions:
    """Counts the transactions of a store. The first one begins only when `release` is set."""

    def __init__(self, store: Store) -> None:
        self.store, self.opened = store, 0
        self.began, self.release = threading.Event(), threading.Event()

    def __call__(self) -> AbstractContextManager[Tx]:
        self.opened += 1
        self.began.set()
        self.release.wait(10)
        return self.store.transaction()


class Put:
    """Writes one value, and counts its runs."""

    def __init__(self, name: str, value: int) -> None:
        self.name, self.value, self.runs = name, value, 0

    def __call__(self, tx: Tx) -> int:
        self.runs += 1
        key_values.put(tx, self.name, self.value)
        return self.value


def fail(tx: Tx) -> None:
    key_values.put(tx, "bad", 1)
    raise ZeroDivisionError


@pytest.fixture
def transactions(any_store: Store) -> HeldTransactions:
    return HeldTransactions(any_store)


@pytest.fixture
def group_commit(transactions: HeldTransactions) -> GroupCommit:
    """A group commit whose first transaction is held, so that later functions gather."""
    group_commit = GroupCommit(transactions)
    group_commit.submit(Put("first", 0))
    assert transactions.began.wait(10)
    return group_commit


def values(store: Store, *names: str) -> list[object]:
    with store.transaction() as tx:
        return [key_values.get(tx, name) for name in names]


def test_waiting_callers_share_a_commit(
    any_store: Store, transactions: HeldTransactions, group_commit: GroupCommit
) -> None:
    futures = [group_commit.submit(Put(f"n{n}", n)) for n in range(19)]
    transactions.release.set()

    assert [future.result(10) for future in futures] == list(range(19))
    assert transactions.opened == 2
    assert values(any_store, *(f"n{n}" for n in range(19))) == list(range(19))


def test_failed_function_is_rolled_back_alone_and_raises_to_its_caller(
    any_store: Store, transactions: HeldTransactions, group_commit: GroupCommit
) -> None:
    before = group_commit.submit(Put("before", 1))
    failed = group_commit.submit(fail)
    after = group_commit.submit(Put("after", 2))
    transactions.release.set()

    with pytest.raises(ZeroDivisionError):
        failed.result(10)
    assert (before.result(10), after.result(10)) == (1, 2)
    assert values(any_store, "before", "bad", "after") == [1, None, 2]


def test_function_of_a_caller_who_stopped_waiting_does_not_run(
    transactions: HeldTransactions, group_commit: GroupCommit
) -> None:
    given_up, last = Put("given up", 1), Put("last", 2)
    future = group_commit.submit(given_up)
    with pytest.raises(TimeoutError):
        future.result(timeout=0)
    assert future.cancel()
    kept = group_commit.submit(last)
    transactions.release.set()

    assert kept.result(10) == 2
    assert given_up.runs == 0
    with pytest.raises(CancelledError):
        future.result(10)


def test_failed_commit_raises_to_every_caller_and_is_not_repeated(
    any_store: Store, transactions: HeldTransactions
) -> None:
    @contextmanager
    def broken_at_commit() -> Iterator[Tx]:
        with transactions() as tx:
            yield tx
        raise OSError("no disk")

    group_commit = GroupCommit(broken_at_commit)
    futures = [group_commit.submit(Put("first", 0))]
    assert transactions.began.wait(10)
    futures += [group_commit.submit(Put(f"n{n}", n)) for n in range(2)]
    transactions.release.set()

    for future in futures:
        with pytest.raises(OSError, match="no disk"):
            future.result(10)
    assert transactions.opened == 2


def test_failed_begin_raises_to_every_caller() -> None:
    def broken() -> AbstractContextManager[Tx]:
        raise OSError("no disk")

    with pytest.raises(OSError, match="no disk"):
        GroupCommit(broken)(Put("n", 1))
