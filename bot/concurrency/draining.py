"""A thread pool for outgoing calls that cancels late submissions during shutdown."""

from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from typing import Any


class DrainingExecutor(ThreadPoolExecutor):
    """A thread pool that cancels what is submitted after its shutdown.

    No work is lost, because every pending step is stored in the database.
    """

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Submit *fn* as `Executor.submit` does.

        Raises:
            CancelledError: The pool has shut down.
        """
        try:
            return super().submit(fn, *args, **kwargs)
        except RuntimeError as error:
            raise CancelledError("we are stopping") from error
