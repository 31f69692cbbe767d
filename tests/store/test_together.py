"""Work of several threads in one commit: nobody waits alone, nobody suffers for another."""

import threading
from contextlib import AbstractContextManager

import pytest

from bot.store import Store, Tx, facts
from bot.store.together import Together


class Counting:
    """Counts the transactions of a store; the first one waits until everybody is there."""

    def __init__(self, store: Store) -> None:
        self.store, self.opened = store, 0
        self.everybody = threading.Event()

    def __call__(self) -> AbstractContextManager[Tx]:
        self.opened += 1
        if self.opened == 1:
            self.everybody.wait(10)
        return self.store.transaction()


def test_those_who_wait_share_a_commit(any_store: Store) -> None:
    counting = Counting(any_store)
    together = Together(counting)
    threads = [
        threading.Thread(target=together, args=(lambda tx, n=n: facts.put(tx, f"n{n}", n),))
        for n in range(20)
    ]
    threads[0].start()
    while counting.opened == 0:
        pass
    for thread in threads[1:]:
        thread.start()
    while len(together._waiting) < 19:
        pass
    counting.everybody.set()
    for thread in threads:
        thread.join(10)

    assert counting.opened == 2
    with any_store.transaction() as tx:
        assert [facts.get(tx, f"n{n}") for n in range(20)] == list(range(20))


def test_what_fails_is_undone_alone_and_heard_by_its_own_caller(any_store: Store) -> None:
    def fail(tx: Tx) -> None:
        facts.put(tx, "bad", 1)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        any_store.together(fail)
    any_store.together(lambda tx: facts.put(tx, "good", 1))

    with any_store.transaction() as tx:
        assert (facts.get(tx, "bad"), facts.get(tx, "good")) == (None, 1)


def test_a_commit_that_fails_is_heard_by_everybody(any_store: Store) -> None:
    def broken() -> AbstractContextManager[Tx]:
        raise OSError("no disk")

    with pytest.raises(OSError, match="no disk"):
        Together(broken)(lambda tx: facts.put(tx, "n", 1))
