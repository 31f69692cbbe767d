"""
Response bodies of bounded size.

The bound applies after decompression, because a few kilobytes of gzip can hold gigabytes.
"""

import zlib
from collections.abc import Iterable, Iterator

import httpx2

#: The only compression that requests accept.
ACCEPT_ENCODING = "gzip"

_MAX_BYTES = 32 * 1024 * 1024  # of one answer; a page of a thousand Spaces has 0.7 million bytes
_OUTPUT_BYTES = 64 * 1024  # decompressed at once
_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32  # detects gzip or zlib by the header of the data


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
        raise httpx2.DecodingError("the answer is compressed in a way that was not asked for")
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
                raise httpx2.RemoteProtocolError("the answer is far too long")
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
