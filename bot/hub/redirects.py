"""
The rule for redirects: follow those of a renamed Space, never one to another origin.

A request carries a token, a secret's value or a file, meant for one origin. Another host, another
port, and http instead of https are other origins.
"""

from collections.abc import Collection

import httpx2

_MAX_REDIRECTS = 3  # for a read; a write follows one
_SAME_METHOD_STATUSES = (307, 308)  # the client repeats the method and the body


def resolve_redirect(
    response: httpx2.Response, visited: Collection[httpx2.URL], *, write: bool
) -> httpx2.Request | None:
    """Return the request that follows *response*, None if it must not be followed."""
    request, next_request = response.request, response.next_request
    if (
        next_request is None
        or next_request.url.origin != request.url.origin
        or next_request.url in visited
    ):
        return None
    is_read = request.method in ("GET", "HEAD")
    # The body of an upload may be a stream, which can't be sent again.
    is_followed = is_read or (
        request.method != "PUT" and response.status_code in _SAME_METHOD_STATUSES
    )
    if not is_followed or len(visited) > (1 if write else _MAX_REDIRECTS):
        return None
    next_request.read()  # the body must be in memory to be sent, and redacted from messages
    return next_request
