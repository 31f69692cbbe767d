"""
The body of an answer, bounded while it is read and while it is decompressed.

A few kilobytes of gzip can hold gigabytes, so the size that counts is the size after it.
"""

import zlib
from collections.abc import Iterable, Iterator

import httpx2

#: The only compression that we ask for.
ACCEPT_ENCODING = "gzip"

_MAX_BYTES = 32 * 1024 * 1024  # bytes of one answer; a page of a thousand Spaces has 0.7 million
_OUTPUT_BYTES = 64 * 1024  # bytes decompressed at once
_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32  # the head of the data says whether it is gzip or zlib


def limit_body(response: httpx2.Response) -> None:
    """Replace the body of *response*, which is not read yet, by one of bounded size."""
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
        self._stream.close()


def _decompress(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield what *chunks* hold, never more than a piece at once."""
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
