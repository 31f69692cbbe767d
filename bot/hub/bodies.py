"""
The body of an answer, bounded while it is read and while it is decompressed.

A few kilobytes of gzip can hold gigabytes, so the size that counts is the size after it.
"""

import zlib
from collections.abc import Iterable, Iterator

import httpx2

#: The only compression that we ask for.
ENCODING = "gzip"

_LONGEST = 32 * 1024 * 1024  # bytes of one answer; a page of a thousand Spaces has 0.7 million
_PIECE = 64 * 1024  # bytes decompressed at once
_EITHER = zlib.MAX_WBITS | 32  # the head of the data says whether it is gzip or zlib


def bound(response: httpx2.Response) -> None:
    """Replace the body of *response*, which is not read yet, by one of bounded size."""
    stream = response.stream
    if not isinstance(stream, httpx2.SyncByteStream):
        return
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("identity", "", "gzip", "deflate"):
        raise httpx2.DecodingError("the answer is compressed in a way that was not asked for")
    if encoding in ("gzip", "deflate"):
        del response.headers["Content-Encoding"]
        response.stream = _Bounded(stream, _unpacked(stream))
    else:
        response.stream = _Bounded(stream, stream)


class _Bounded(httpx2.SyncByteStream):
    def __init__(self, stream: httpx2.SyncByteStream, content: Iterable[bytes]) -> None:
        self._stream, self._content = stream, content

    def __iter__(self) -> Iterator[bytes]:
        total = 0
        for chunk in self._content:
            total += len(chunk)
            if total > _LONGEST:
                raise httpx2.RemoteProtocolError("the answer is far too long")
            yield chunk

    def close(self) -> None:
        self._stream.close()


def _unpacked(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield what *chunks* hold, never more than a piece at once."""
    unpacker = zlib.decompressobj(_EITHER)
    for chunk in chunks:
        waiting, is_more = chunk, True
        while is_more and not unpacker.eof:
            try:
                piece = unpacker.decompress(waiting, _PIECE)
            except zlib.error as error:
                raise httpx2.DecodingError(str(error)) from error
            waiting = unpacker.unconsumed_tail
            is_more = bool(waiting) or len(piece) == _PIECE
            yield piece
