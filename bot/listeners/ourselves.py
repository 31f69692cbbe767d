"""Who we are: asked of Slack beside the door, where nobody waits for a slow answer."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock

from bot.errors import SlackUnavailable
from bot.slack import Identity

# Seconds. Slack tells the person that we failed after three.
_PATIENCE = 2.0


class Ourselves:
    """Asks at once, and once at a time until there is an answer."""

    def __init__(self, ask: Callable[[], Identity], patience: float = _PATIENCE) -> None:
        self._ask, self._patience = ask, patience
        self._threads = ThreadPoolExecutor(1, "identity")
        self._lock = Lock()
        self._asked = self._threads.submit(ask)

    def known(self) -> Identity:
        """Return who we are; raise SlackError when Slack has not said so in time."""
        try:
            return self._question().result(timeout=self._patience)
        except TimeoutError as error:
            raise SlackUnavailable("Slack has not said yet who we are.") from error

    def _question(self) -> Future[Identity]:
        with self._lock:
            if self._asked.done() and self._asked.exception():
                self._asked = self._threads.submit(self._ask)
            return self._asked
