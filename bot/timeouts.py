"""A bounded wait for work that cannot be interrupted."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

T = TypeVar("T")


def run_with_timeout(work: Callable[[], T], seconds: float) -> T:
    """Return what *work* returns, or raise TimeoutError when it takes longer than *seconds*.

    The work goes on then, in a thread that keeps no process from ending.
    """
    future: Future[T] = Future()
    Thread(target=_run, args=(future, work), daemon=True, name="bounded").start()
    return future.result(timeout=seconds)


def _run(future: "Future[T]", work: Callable[[], T]) -> None:
    try:
        future.set_result(work())
    except BaseException as error:  # noqa: BLE001 - it is raised again where it is waited for
        future.set_exception(error)
