"""Messages to the service manager: ready, stopping, alive."""

import logging
import os
import socket
from collections.abc import Mapping

logger = logging.getLogger(__name__)


def notify(state: str, environ: Mapping[str, str] = os.environ) -> None:
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
