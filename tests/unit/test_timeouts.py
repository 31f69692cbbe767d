"""A bounded wait: the caller gets the result, the error, or a timeout."""

from contextvars import ContextVar
from threading import Event

import pytest

from bot.timeouts import run_with_timeout

CALLER: ContextVar[str] = ContextVar("CALLER", default="nobody")


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
