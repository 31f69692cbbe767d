"""Who we are: asked of Slack beside the door, where nobody waits for a slow answer."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock

from bot.errors import SlackUnavailable
from bot.slack import Identity

# Seconds. Slack tells the person that we failed after three.
_TIMEOUT_SECONDS = 2.0


class BotIdentity:
    """Asks at once, and once at a time until there is an answer."""

    def __init__(self, fetch: Callable[[], Identity], timeout: float = _TIMEOUT_SECONDS) -> None:
        self._fetch, self._timeout = fetch, timeout
        self._threads = ThreadPoolExecutor(1, "identity")
        self._lock = Lock()
        self._future = self._threads.submit(fetch)

    def get(self) -> Identity:
        """Return who we are; raise SlackError when Slack has not said so in time."""
        try:
            return self._current_future().result(timeout=self._timeout)
        except TimeoutError as error:
            raise SlackUnavailable("Slack has not said yet who we are.") from error

    def _current_future(self) -> Future[Identity]:
        with self._lock:
            if self._future.done() and self._future.exception():
                self._future = self._threads.submit(self._fetch)
            return self._future
