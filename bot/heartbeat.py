"""Heartbeats: signs of life for systemd and for an outside monitor."""

import logging
import math
import os
import socket
from collections.abc import Callable, Mapping
from time import monotonic

import httpx2

from bot.network.connections import tls_context

logger = logging.getLogger(__name__)

# Sweeps wait for it.
_TIMEOUT_SECONDS = 5.0
# Sweeps may run every 5 s, and monitors such as healthchecks.io take 5 requests a minute.
# https://healthchecks.io/docs/http_api/
_MIN_SECONDS_BETWEEN = 15.0


def notify_systemd(state: str, environ: Mapping[str, str] = os.environ) -> None:
    """Send *state*, such as `READY=1`, to systemd; do nothing without it.

    https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html
    """
    address = environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):  # Linux's abstract namespace
        address = "\0" + address[1:]
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
            channel.sendto(state.encode(), address)
    except OSError as error:
        logger.warning("systemd did not take %s: %s", state, error)


def watchdog_seconds(environ: Mapping[str, str] = os.environ) -> float | None:
    """Return the seconds between two reports that systemd expects; None: it expects none.

    Half of systemd's own limit, as its manual advises.
    """
    microseconds = environ.get("WATCHDOG_USEC", "")
    return int(microseconds) / 2e6 if microseconds.isdigit() and int(microseconds) else None


class Heartbeat:
    """Requests an address after complete sweeps, so that its silence raises an alarm.

    The address is never logged, because knowing it is enough to silence the alarm.
    """

    def __init__(self, url: str | None, monotonic: Callable[[], float] = monotonic) -> None:
        self._url, self._monotonic = url, monotonic
        self._is_failing = False
        self._last_at = -math.inf  # of the last request that succeeded

    def beat(self) -> None:
        """Request the address, unless that succeeded moments ago.

        The first failure of a series is logged.
        """
        if not self._url or self._monotonic() - self._last_at < _MIN_SECONDS_BETWEEN:
            return
        problem = _request(self._url)
        if problem and not self._is_failing:
            logger.warning("the heartbeat failed (%s); the next sweep tries again", problem)
        self._is_failing = bool(problem)
        if not problem:
            self._last_at = self._monotonic()


def _request(url: str) -> str:
    """Return the problem in a few words, or an empty string."""
    try:
        response = httpx2.get(url, timeout=_TIMEOUT_SECONDS, verify=tls_context())
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        return type(error).__name__
    return "" if response.is_success else f"HTTP {response.status_code}"
