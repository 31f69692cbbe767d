"""Threads that call the outside, and take nothing more once we are stopping."""

from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from typing import Any


class DrainingExecutor(ThreadPoolExecutor):
    """A pool in which what comes too late is cancelled, like what was waiting when it closed.

    Nothing is lost by it: what there is to do is in the database.
    """

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        try:
            return super().submit(fn, *args, **kwargs)
        except RuntimeError as error:
            raise CancelledError("we are stopping") from error
