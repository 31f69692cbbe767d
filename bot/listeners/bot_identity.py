"""The bot's identity, fetched in a thread so that a slow Slack delays no acknowledgment."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock

from bot.errors import SlackUnavailable
from bot.slack import Identity

# Must be below 3 s, after which Slack shows the person an error.
_TIMEOUT_SECONDS = 2.0


class BotIdentity:
    """Fetches the identity when created, and again on `get` after a failure.

    One fetch runs at a time. A success is kept.
    """

    def __init__(self, fetch: Callable[[], Identity], timeout: float = _TIMEOUT_SECONDS) -> None:
        self._fetch, self._timeout = fetch, timeout
        self._threads = ThreadPoolExecutor(1, "identity")
        self._lock = Lock()
        self._future = self._threads.submit(fetch)

    def get(self) -> Identity:
        """Return the bot's identity.

        Raises:
            SlackError: if the fetch failed.
            SlackUnavailable: if it takes longer than *timeout* seconds.
        """
        try:
            return self._current_future().result(timeout=self._timeout)
        except TimeoutError as error:
            raise SlackUnavailable(
                "Slack hasn't told me my own id yet.", next_step="Try again in a moment."
            ) from error

    def _current_future(self) -> Future[Identity]:
        with self._lock:
            if self._future.done() and self._future.exception():
                self._future = self._threads.submit(self._fetch)
            return self._future
