"""
Which redirects are followed: a renamed Space's, and none that leaves the Hub.

What a request carries (a token, a secret's value, a file) is meant for one origin. Another
host, another port, and plain http in the place of https are other origins.
"""

from collections.abc import Collection

import httpx2

_MOST = 3  # for a question; an act is passed on once
_PASSED_ON = (307, 308)  # the same method and body, at another address


def following(
    response: httpx2.Response, asked: Collection[httpx2.URL], *, act: bool
) -> httpx2.Request | None:
    """Return the request to send after *response*, or None when it leads nowhere."""
    request, after = response.request, response.next_request
    if after is None or after.url.origin != request.url.origin or after.url in asked:
        return None
    is_question = request.method in ("GET", "HEAD")
    # What is put into a file store may be a stream, which is not there a second time.
    is_kept = is_question or (request.method != "PUT" and response.status_code in _PASSED_ON)
    if not is_kept or len(asked) > (1 if act else _MOST):
        return None
    after.read()  # so that its body can be sent, and be taken out of the Hub's words
    return after
