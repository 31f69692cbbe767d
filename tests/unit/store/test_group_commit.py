"""Work of several threads in one commit: nobody waits alone, nobody suffers for another."""

import threading
from contextlib import AbstractContextManager

import pytest

from bot.store import Store, Tx, key_values
from bot.store.group_commit import GroupCommit


class CountingTransactions:
    """Counts the transactions of a store; the first one waits until everybody is there."""

    def __init__(self, store: Store) -> None:
        self.store, self.opened = store, 0
        self.all_waiting = threading.Event()

    def __call__(self) -> AbstractContextManager[Tx]:
        self.opened += 1
        if self.opened == 1:
            self.all_waiting.wait(10)
        return self.store.transaction()


def test_waiting_callers_share_a_commit(any_store: Store) -> None:
    counting = CountingTransactions(any_store)
    group_commit = GroupCommit(counting)
    threads = [
        threading.Thread(
            target=group_commit, args=(lambda tx, n=n: key_values.put(tx, f"n{n}", n),)
        )
        for n in range(20)
    ]
    threads[0].start()
    while counting.opened == 0:
        pass
    for thread in threads[1:]:
        thread.start()
    while len(group_commit._queue) < 19:
        pass
    counting.all_waiting.set()
    for thread in threads:
        thread.join(10)

    assert counting.opened == 2
    with any_store.transaction() as tx:
        assert [key_values.get(tx, f"n{n}") for n in range(20)] == list(range(20))


def test_failed_work_is_rolled_back_alone_and_raises_to_its_caller(any_store: Store) -> None:
    def fail(tx: Tx) -> None:
        key_values.put(tx, "bad", 1)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        any_store.batch(fail)
    any_store.batch(lambda tx: key_values.put(tx, "good", 1))

    with any_store.transaction() as tx:
        assert (key_values.get(tx, "bad"), key_values.get(tx, "good")) == (None, 1)


def test_failed_commit_raises_to_every_caller(any_store: Store) -> None:
    def broken() -> AbstractContextManager[Tx]:
        raise OSError("no disk")

    with pytest.raises(OSError, match="no disk"):
        GroupCommit(broken)(lambda tx: key_values.put(tx, "n", 1))
