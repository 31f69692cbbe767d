"""A bounded wait for work that cannot be interrupted."""

from collections.abc import Callable
from concurrent.futures import Future
from contextvars import copy_context
from functools import partial
from threading import Thread
from typing import TypeVar

from bot.error_boundary import settle

T = TypeVar("T")


def run_with_timeout(work: Callable[[], T], seconds: float) -> T:
    """Return the result of *work*, waiting at most *seconds*.

    After a timeout the work goes on in its daemon thread, which doesn't keep the process from
    ending. It runs with the caller's context variables.

    Raises:
        TimeoutError: The work takes longer than *seconds*.

    """
    future: Future[T] = Future()
    run = partial(copy_context().run, settle, future, work)
    Thread(target=run, daemon=True, name="bounded").start()
    return future.result(timeout=seconds)
