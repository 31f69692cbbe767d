"""How many HTTP connections the process can bear.

Everything else of the process needs file descriptors as well: the database, the Hub, Slack and
the log all fail without one. So a flood of connections must leave it some.
"""

import sys

_MAX_CONNECTIONS = 1000
_MAX_BACKLOG = 1024


def max_connections() -> int:
    """Return the bound on open connections: at most half of the file descriptors."""
    return min(_MAX_CONNECTIONS, max(2, _file_descriptors() // 2))


def listen_backlog() -> int:
    """Return how many connections wait in the kernel to be accepted.

    asyncio accepts as many in one go, before any of them can be counted or cut, so they must be
    few beside the file descriptors.
    """
    return min(_MAX_BACKLOG, max(4, _file_descriptors() // 16))


def _file_descriptors() -> int:
    if sys.platform == "win32":
        return 2 * _MAX_CONNECTIONS
    import resource  # noqa: PLC0415 - does not exist on Windows

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 2 * _MAX_CONNECTIONS if soft == resource.RLIM_INFINITY else soft
