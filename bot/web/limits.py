"""Limits on HTTP connections, derived from the process's limit on file descriptors.

The database, the Hub, Slack and the log need file descriptors as well, so a flood of connections
must not use up all of them.
"""

import sys

_MAX_CONNECTIONS = 1000
_MAX_BACKLOG = 1024


def max_connections() -> int:
    """Return the limit on open connections, at most half of the file descriptors."""
    return min(_MAX_CONNECTIONS, max(2, _file_descriptors() // 2))


def listen_backlog() -> int:
    """Return the limit on connections that wait in the kernel to be accepted.

    Must be a small part of the file descriptors, because asyncio accepts as many at once before
    `BoundedProtocol` can count or close any of them.
    """
    return min(_MAX_BACKLOG, max(4, _file_descriptors() // 16))


def _file_descriptors() -> int:
    if sys.platform == "win32":
        return 2 * _MAX_CONNECTIONS
    import resource  # noqa: PLC0415 - does not exist on Windows

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 2 * _MAX_CONNECTIONS if soft == resource.RLIM_INFINITY else soft
