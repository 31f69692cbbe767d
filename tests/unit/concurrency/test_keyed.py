"""Calls beside each other: one of a key at a time, and none that ends without a trace."""

from concurrent.futures import Executor, Future
from typing import Any

import pytest

from bot.concurrency.keyed import KeyedExecutor
from bot.store.lease import LeaseLost
from tests.fakes import InlineExecutor


class DeferredExecutor(Executor):
    """An executor that keeps the work until it is told to run it."""

    def __init__(self) -> None:
        self._waiting: list[Any] = []

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> "Future[Any]":
        self._waiting.append(lambda: fn(*args, **kwargs))
        return Future()

    def run(self) -> None:
        while self._waiting:
            self._waiting.pop(0)()


def test_running_key_is_not_submitted_again() -> None:
    pool, ran = DeferredExecutor(), list[str]()
    sends = KeyedExecutor(pool)
    for name in ("first", "second"):
        sends.submit("key", lambda name=name: ran.append(name))  # type: ignore[misc]
    pool.run()
    sends.submit("key", lambda: ran.append("third"))
    pool.run()

    assert ran == ["first", "third"]


@pytest.mark.parametrize(
    ("error", "logged"),
    [
        # Nobody waits for the outcome: the log alone can tell.
        pytest.param(ZeroDivisionError("a bug"), "a bug", id="a bug"),
        # Another replica leads by now, and does it.
        pytest.param(LeaseLost(), "", id="deposed"),
    ],
)
def test_failed_call_is_logged_and_releases_its_key(
    error: Exception, logged: str, caplog: pytest.LogCaptureFixture
) -> None:
    ran: list[str] = []
    sends = KeyedExecutor(InlineExecutor())

    def fail() -> None:
        raise error

    sends.submit("key", fail)
    sends.submit("key", lambda: ran.append("next"))

    assert ran == ["next"]
    assert bool(caplog.text) is bool(logged)
    assert logged in caplog.text
