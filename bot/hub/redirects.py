"""
Which redirects are followed: a renamed Space's, and none that leaves the Hub.

What a request carries (a token, a secret's value, a file) is meant for one origin. Another
host, another port, and plain http in the place of https are other origins.
"""

from collections.abc import Collection

import httpx2

_MAX_REDIRECTS = 3  # for a question; an act is passed on once
_SAME_METHOD_STATUSES = (307, 308)  # the same method and body, at another address


def resolve_redirect(
    response: httpx2.Response, visited: Collection[httpx2.URL], *, write: bool
) -> httpx2.Request | None:
    """Return the request to send after *response*, or None when it leads nowhere."""
    request, next_request = response.request, response.next_request
    if (
        next_request is None
        or next_request.url.origin != request.url.origin
        or next_request.url in visited
    ):
        return None
    is_read = request.method in ("GET", "HEAD")
    # What is put into a file store may be a stream, which is not there a second time.
    is_followed = is_read or (
        request.method != "PUT" and response.status_code in _SAME_METHOD_STATUSES
    )
    if not is_followed or len(visited) > (1 if write else _MAX_REDIRECTS):
        return None
    next_request.read()  # so that its body can be sent, and be taken out of the Hub's words
    return next_request
