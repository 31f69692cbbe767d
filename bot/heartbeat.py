"""The heartbeat: tells an outside monitor that the Spaces are being watched."""

import logging

import httpx2

logger = logging.getLogger(__name__)

# Shorter than the default interval between sweeps, which wait for it.
_TIMEOUT_SECONDS = 5.0


class Heartbeat:
    """Requests an address after each complete sweep, so that its silence raises an alarm.

    The address is never logged, because knowing it is enough to silence the alarm.
    """

    def __init__(self, url: str | None) -> None:
        self._url, self._is_failing = url, False

    def beat(self) -> None:
        """Request the address once; log the first failure of a series."""
        if not self._url:
            return
        problem = _request(self._url)
        if problem and not self._is_failing:
            logger.warning("the heartbeat failed (%s); the next sweep tries again", problem)
        self._is_failing = bool(problem)


def _request(url: str) -> str:
    """Return the problem in a few words, or an empty string."""
    try:
        response = httpx2.get(url, timeout=_TIMEOUT_SECONDS)
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        return type(error).__name__
    return "" if response.is_success else f"HTTP {response.status_code}"
