"""Executors: slots, one call per key, draining and bounded waits; and the intake gate."""

from concurrent.futures import CancelledError, Executor, Future, ThreadPoolExecutor
from contextvars import ContextVar
from functools import partial
from threading import Event, Thread
from typing import Any

import pytest

from bot.concurrency import DrainingExecutor, IntakeGate, KeyedExecutor, run_with_timeout
from bot.errors import LeaseLost
from bot.listeners import BoundedExecutor
from tests.fakes import InlineExecutor

CALLER: ContextVar[str] = ContextVar("CALLER", default="nobody")


def test_waiting_work_occupies_its_slot() -> None:
    with ThreadPoolExecutor(1) as threads:
        executor, may_end = BoundedExecutor(threads, 2), Event()
        for _ in range(2):
            slot = executor.try_acquire()
            assert slot
            slot.run(partial(_wait, may_end))

        assert executor.try_acquire() is None
        may_end.set()
    assert executor.try_acquire()


def test_released_slot_is_free() -> None:
    with ThreadPoolExecutor(1) as threads:
        executor = BoundedExecutor(threads, 1)
        slot = executor.try_acquire()
        assert slot
        slot.release()

        assert executor.try_acquire()


def test_stopped_executor_raises_and_releases_the_slot() -> None:
    threads = ThreadPoolExecutor(1)
    threads.shutdown()
    executor = BoundedExecutor(threads, 1)
    for _ in range(2):
        slot = executor.try_acquire()
        assert slot
        with pytest.raises(RuntimeError):
            slot.run(lambda: None)


def _wait(event: Event) -> None:
    event.wait(5)


class DeferredExecutor(Executor):
    """An executor that stores work until the test runs it."""

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
        # Nothing waits for the outcome, so only the log has it.
        pytest.param(ZeroDivisionError("a bug"), "a bug", id="a bug"),
        # Another replica leads now, and does it.
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


def test_a_call_after_the_shutdown_is_cancelled() -> None:
    pool = DrainingExecutor(1)
    first = pool.submit(lambda: 7)
    pool.shutdown()

    assert first.result(timeout=10) == 7
    with pytest.raises(CancelledError):
        pool.submit(lambda: 8)


def test_result_and_error_reach_the_caller() -> None:
    assert run_with_timeout(lambda: 7, seconds=10) == 7
    with pytest.raises(ZeroDivisionError):
        run_with_timeout(lambda: 1 // 0, seconds=10)


def test_work_that_takes_too_long_goes_on_without_the_caller() -> None:
    may_end, has_ended = Event(), Event()

    def work() -> None:
        may_end.wait(10)
        has_ended.set()

    with pytest.raises(TimeoutError):
        run_with_timeout(work, seconds=0.01)
    assert not has_ended.is_set()
    may_end.set()
    assert has_ended.wait(10)


def test_work_has_the_context_of_the_caller() -> None:
    token = CALLER.set("ana")
    try:
        assert run_with_timeout(CALLER.get, seconds=10) == "ana"
    finally:
        CALLER.reset(token)


def test_idle_gate_does_not_delay() -> None:
    gate = IntakeGate(timeout=600)  # longer than a test may take
    with gate.receiving():
        pass

    gate.wait_idle()


def test_work_begins_when_the_last_request_is_received() -> None:
    gate, has_begun = IntakeGate(timeout=60), Event()

    def work() -> None:
        gate.wait_idle()
        has_begun.set()

    with gate.receiving():
        with gate.receiving():
            thread = Thread(target=work)
            thread.start()
        assert not has_begun.is_set()
    thread.join(10)

    assert has_begun.is_set()


def test_busy_gate_delays_for_its_timeout_only() -> None:
    gate = IntakeGate(timeout=0.01)
    with gate.receiving():
        gate.wait_idle()
