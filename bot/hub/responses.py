"""
Responses of the Hub: bounded bodies, safe redirects, and confirmations of writes.

The bound of a body applies after decompression, because a few kilobytes of gzip can hold
gigabytes. A redirect to another origin isn't followed, because a request carries a token, a
secret's value or a file, meant for one origin: another host, another port, and http instead of
https are other origins. A status of 200 confirms no write, because a proxy, a sign-in page and a
redirect also return one; the outcome of a write without its confirmation is unknown.
"""

import json
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, TypeGuard

import httpx2

#: The only compression that requests accept.
ACCEPT_ENCODING = "gzip"

_MAX_BYTES = 32 * 1024 * 1024  # of one answer; a page of a thousand Spaces has 0.7 million bytes
_OUTPUT_BYTES = 64 * 1024  # decompressed at once
_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32  # detects gzip or zlib by the header of the data

_MAX_REDIRECTS = 3  # for a read; a write follows one
_SAME_METHOD_STATUSES = (307, 308)  # the client repeats the method and the body

Json = Mapping[str, Any]


def limit_body(response: httpx2.Response) -> None:
    """Replace the unread body of *response* by one of bounded size.

    Raises:
        httpx2.DecodingError: The answer has a compression that wasn't requested.

    """
    stream = response.stream
    if not isinstance(stream, httpx2.SyncByteStream):
        return
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("identity", "", "gzip", "deflate"):
        raise httpx2.DecodingError("the answer has an encoding that wasn't requested")
    if encoding in ("gzip", "deflate"):
        del response.headers["Content-Encoding"]
        response.stream = _LimitedStream(stream, _decompress(stream))
    else:
        response.stream = _LimitedStream(stream, stream)


class _LimitedStream(httpx2.SyncByteStream):
    """A stream that yields *content* and fails beyond `_MAX_BYTES`."""

    def __init__(self, stream: httpx2.SyncByteStream, content: Iterable[bytes]) -> None:
        self._stream, self._content = stream, content

    def __iter__(self) -> Iterator[bytes]:
        total = 0
        for chunk in self._content:
            total += len(chunk)
            if total > _MAX_BYTES:
                raise httpx2.RemoteProtocolError("the answer is too large")
            yield chunk

    def close(self) -> None:
        """Close the original stream."""
        self._stream.close()


def _decompress(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the decompressed *chunks*, at most `_OUTPUT_BYTES` at a time."""
    decompressor = zlib.decompressobj(_GZIP_OR_ZLIB)
    for chunk in chunks:
        pending, is_more = chunk, True
        while is_more and not decompressor.eof:
            try:
                output = decompressor.decompress(pending, _OUTPUT_BYTES)
            except zlib.error as error:
                raise httpx2.DecodingError(str(error)) from error
            pending = decompressor.unconsumed_tail
            is_more = bool(pending) or len(output) == _OUTPUT_BYTES
            yield output


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


def is_confirmed(request: httpx2.Request, response: httpx2.Response) -> bool:
    """
    Return whether *response* confirms the write that *request* asks for.

    *request* is the first request, before any redirect. A request to a file store has no check
    here, because its client has one.
    """
    if not response.is_success:
        return False
    call = _call_name(request)
    if call == "DELETE delete":
        return response.content.strip() == b"OK"
    check = _CHECKS.get(call)
    return check is None or _passes(check, request, response)


def _call_name(request: httpx2.Request) -> str:
    """Return the method and the last part of the endpoint, without the Space's name."""
    match request.url.path.partition("/api/")[2].strip("/").split("/"):
        case ["spaces", _, _, endpoint, *_] | ["repos", endpoint]:
            return f"{request.method} {endpoint}"
        case _:
            return ""


def _passes(
    check: Callable[[Json, Json], bool], request: httpx2.Request, response: httpx2.Response
) -> bool:
    try:
        data = json.loads(response.content)
    except (ValueError, RecursionError):
        return False
    return isinstance(data, dict) and check(data, _request_body(request))


def _request_body(request: httpx2.Request) -> Json:
    """Return the body of *request*, empty if it isn't a JSON object.

    A commit has several lines of JSON, a restart has no body.
    """
    try:
        body = json.loads(request.content)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _is_runtime(data: Json, _: Json) -> bool:
    return _is_text(data.get("stage"))


def _is_empty(data: Json, _: Json) -> bool:
    return not data


def _has_variable(data: Json, sent: Json) -> bool:
    entry = data.get(sent["key"])
    return isinstance(entry, dict) and isinstance(entry.get("value"), str)


def _lacks_variable(data: Json, sent: Json) -> bool:
    """Return whether the variable is gone from the map.

    An error instead of the map lacks the key, too, so all entries must be objects.
    """
    return sent["key"] not in data and all(isinstance(item, dict) for item in data.values())


def _has_space_url(data: Json, sent: Json) -> bool:
    """Return whether the answer has the new Space's URL.

    The Hub may change the case of the owner. A request without an owner means the token's account.
    """
    name = sent.get("repository") or f"{sent.get('organization') or ''}/{sent['name']}"
    url = data.get("url")
    return _is_text(url) and url.casefold().endswith(f"/{name.lstrip('/').casefold()}")


def _is_commit(data: Json, _: Json) -> bool:
    if data.get("success") is False:
        return False
    return _is_text(data.get("commitOid")) and _is_text(data.get("commitUrl"))


def _is_text(value: Any) -> TypeGuard[str]:
    return isinstance(value, str) and value != ""


_CHECKS: Mapping[str, Callable[[Json, Json], bool]] = {
    "POST restart": _is_runtime,
    "POST pause": _is_runtime,
    "POST sleeptime": _is_runtime,
    "POST hardware": _is_runtime,
    "POST secrets": _is_empty,
    "DELETE secrets": _is_empty,
    "POST variables": _has_variable,
    "DELETE variables": _lacks_variable,
    "POST create": _has_space_url,
    "POST duplicate": _has_space_url,
    "POST commit": _is_commit,
}
