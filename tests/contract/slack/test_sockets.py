"""Frames in any chunks are read whole; one that is too large is skipped."""

import socket
import struct
from collections.abc import Iterator
from contextlib import suppress

import pytest
from slack_sdk.socket_mode.builtin.connection import ConnectionState

from bot.errors import SlackUnavailable
from bot.sandbox.server import Sandbox
from bot.sandbox.slack.faults import SocketBehavior
from bot.slack import make_client, open_socket
from bot.slack.sockets import MAX_FRAME_BYTES, FrameSize, FrameSocket, frame_size


def framed(data: bytes, opcode: int = 1) -> bytes:
    """Return *data* as a server frames it."""
    head = bytes([0b1000_0000 | opcode])
    if len(data) < 126:
        return head + bytes([len(data)]) + data
    if len(data) < 2**16:
        return head + b"\x7e" + struct.pack("!H", len(data)) + data
    return head + b"\x7f" + struct.pack("!Q", len(data)) + data


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (b"", None),
        (b"\x81", None),
        (b"\x81\x05", FrameSize(2, 5)),
        (b"\x81\x7d", FrameSize(2, 125)),
        (b"\x81\x7e\x01", None),
        (b"\x81\x7e\x01\x00", FrameSize(4, 256)),
        (b"\x81\x7f" + b"\x00" * 7, None),
        (b"\x81\x7f" + b"\xff" * 8, FrameSize(10, 2**64 - 1)),
    ],
)
def test_the_size_of_a_frame(start: bytes, expected: FrameSize | None) -> None:
    assert frame_size(start) == expected


class ChunkSocket:
    """A socket that returns data in the given chunks; None is a timeout."""

    def __init__(self, *pieces: bytes | None) -> None:
        self._chunks = list(pieces)
        self.largest_read = 0

    def recv(self, size: int) -> bytes:
        self.largest_read = max(self.largest_read, size)
        chunk = self._chunks.pop(0) if self._chunks else b""
        if chunk is None:
            raise TimeoutError
        return chunk


def frame_socket(*chunks: bytes | None) -> FrameSocket:
    state = ConnectionState()  # type: ignore[no-untyped-call]  # slack_sdk's
    return FrameSocket(ChunkSocket(*chunks), state)  # type: ignore[arg-type]


def read_frames(*chunks: bytes | None) -> Iterator[bytes]:
    frames = frame_socket(*chunks)
    while frame := frames.recv(16):
        yield frame


HELLO, LONG = framed(b"hello"), framed(b"x" * 70_000)


@pytest.mark.parametrize("size", [1, 3, 1000, 10**6])
def test_frames_are_read_whole_for_any_chunk_size(size: int) -> None:
    stream = HELLO + framed(b"y" * 300) + framed(b"", opcode=9) + LONG
    chunks = [stream[at : at + size] for at in range(0, len(stream), size)]

    assert list(read_frames(*chunks)) == [HELLO, framed(b"y" * 300), framed(b"", opcode=9), LONG]


def test_last_byte_of_the_handshake_is_skipped() -> None:
    assert list(read_frames(b"\n" + HELLO)) == [HELLO]
    assert list(read_frames(b"\n", HELLO)) == [HELLO]


def test_timeout_within_a_frame_loses_no_data() -> None:
    frames = frame_socket(HELLO[:3], None, HELLO[3:])
    with pytest.raises(TimeoutError):
        frames.recv(16)

    assert frames.recv(16) == HELLO


def test_oversized_frame_is_skipped_without_buffering() -> None:
    large = framed(b"x" * MAX_FRAME_BYTES)
    chunks = [large[at : at + 60_000] for at in range(0, len(large), 60_000)]
    frames = frame_socket(HELLO, *chunks, HELLO)
    assert frames.recv(16) == HELLO

    assert frames.recv(16) == HELLO
    assert len(frames._buffer) == 0


def test_largest_allowed_frame_is_read() -> None:
    largest = framed(b"x" * (MAX_FRAME_BYTES - 10))

    assert list(read_frames(largest)) == [largest]


def test_endless_frame_takes_no_memory() -> None:
    endless = b"\x81\x7f" + b"\x7f" * 8
    frames = frame_socket(endless, *[b"x" * 60_000] * 100)

    assert frames.recv(16) == b""
    assert len(frames._buffer) == 0


# (what arrives after one frame, whether it ends the reader)
@pytest.mark.parametrize(("rest", "is_end"), [([], True), ([HELLO[:3]], True), ([None], False)])
def test_the_end_of_a_connection_ends_its_reader(rest: list[bytes | None], is_end: bool) -> None:
    frames = frame_socket(HELLO, *rest)
    assert (frames.recv(16), frames._state.terminated) == (HELLO, False)

    with suppress(TimeoutError):
        assert frames.recv(16) == b""

    assert frames._state.terminated is is_end


def test_a_connection_that_ends_without_a_close_frame_is_named_at_once() -> None:
    with Sandbox() as sandbox:
        sandbox.slack.faults.sockets = SocketBehavior.CUT
        environ = sandbox.environ()
        client = make_client("xoxb-sandbox", environ["SLACK_API_URL"])
        with pytest.raises(SlackUnavailable, match="at once \\(without a close frame\\)"):
            open_socket(client, environ["SLACK_APP_TOKEN"], seconds=60)


def test_other_attributes_are_the_sockets_own() -> None:
    near, far = socket.socketpair()
    with near, far:
        frames = FrameSocket(near, ConnectionState())  # type: ignore[no-untyped-call]  # slack_sdk's
        frames.send(b"ping")
        assert far.recv(16) == b"ping"
        assert frames.fileno() == near.fileno()
