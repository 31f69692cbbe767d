"""Waiting a bounded time for work that cannot be interrupted."""

from collections.abc import Callable
from concurrent.futures import Future
from contextvars import copy_context
from functools import partial
from threading import Thread
from typing import TypeVar

from bot.errors import Unanswered
from bot.hub.deadline import within

T = TypeVar("T")

_GRACE_SECONDS = 1.0  # seconds for the deadline inside to speak first, since it knows more


def run_with_timeout(work: Callable[[], T], seconds: float) -> T:
    """
    Return what *work* returns, or raise `Unanswered` when it takes longer than *seconds*.

    The work goes on by itself then: an upload of large files runs in compiled code with
    sockets of its own, which no deadline of ours reaches.
    """
    future: Future[T] = Future()
    run = partial(copy_context().run, partial(_run, future, work, seconds))
    Thread(target=run, daemon=True, name="upload").start()
    try:
        return future.result(timeout=seconds + _GRACE_SECONDS)
    except TimeoutError:
        raise Unanswered(
            f"The upload took longer than {seconds:.0f} s. It may still arrive: look at the "
            "Space's files before you try again."
        ) from None


def _run(future: "Future[T]", work: Callable[[], T], seconds: float) -> None:
    try:
        with within(seconds):
            future.set_result(work())
    except BaseException as error:  # noqa: BLE001 - it is raised again where it is waited for
        future.set_exception(error)
