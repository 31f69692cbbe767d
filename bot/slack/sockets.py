"""
WebSockets of Socket Mode: their address, `hello`, end, and whole frames of bounded size.

slack_sdk's reader recurses for each received piece of a frame and copies the data at each level.
A frame of 4 MB takes half a gigabyte or exceeds the recursion limit, and then the rest of the
stream is misread. So the reader receives each frame in one piece.

At the end of a connection without a close frame that reader goes on, as fast as the processor can.
So its state is set to the end.
"""

import json
import logging
import socket
import struct
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, Queue
from threading import Thread
from typing import Any, cast

from slack_sdk import WebClient
from slack_sdk.socket_mode.builtin.connection import Connection, ConnectionState

from bot.errors import SlackUnavailable
from bot.network.proxies import proxy_for
from bot.slack.client import tls_context
from bot.slack.errors import call_api

logger = logging.getLogger(__name__)

#: Larger than any frame of Slack's, and the limit of HTTP mode.
MAX_FRAME_BYTES = 1024 * 1024
_RECEIVE_BYTES = 64 * 1024
# https://www.rfc-editor.org/rfc/rfc6455#section-5.2
_SHORT_HEADER, _LENGTH_MASK = 2, 0b0111_1111
# slack_sdk leaves the last byte of the handshake unread. No frame begins with it, because that
# would be a fragment of a control frame, which must not be fragmented.
_HANDSHAKE_LAST_BYTE = b"\n"
_EXTENDED = {126: struct.Struct("!H"), 127: struct.Struct("!Q")}
# For connections that are only tested: their failures are raised here.
_silent_logger = logging.getLogger("slack_sdk.socket_mode.spacebot")

_HELLO_SECONDS = 5.0
_PROXY_ADVICE = "Check for a proxy in between."


@dataclass(frozen=True, slots=True)
class FrameSize:
    """The size of a frame in bytes: header and data."""

    header: int
    data: int

    @property
    def total(self) -> int:
        """Return the size of the whole frame."""
        return self.header + self.data


def frame_size(start: bytes) -> FrameSize | None:
    """Return the size of the frame that begins with *start*, if known.

    None means that *start* is too short.

    A server never masks its frames, so there is no key between header and data.
    """
    if len(start) < _SHORT_HEADER:
        return None
    length = start[1] & _LENGTH_MASK
    extended = _EXTENDED.get(length)
    if extended is None:
        return FrameSize(_SHORT_HEADER, length)
    header = _SHORT_HEADER + extended.size
    if len(start) < header:
        return None
    return FrameSize(header, extended.unpack_from(start, _SHORT_HEADER)[0])


class FrameSocket:
    """A socket whose `recv` returns one whole frame. A frame over the bound is skipped.

    At the end of the connection *state* ends the reader that has it.
    """

    def __init__(self, sock: socket.socket, state: ConnectionState) -> None:
        self._sock, self._state = sock, state
        self._buffer = bytearray()
        self._to_skip = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def recv(self, _size: int) -> bytes:
        """Return the next frame, empty after the end of the connection.

        The size argument is ignored. A timeout loses no data: the next call continues the frame.
        """
        while True:
            frame = self._next_frame()
            if frame is not None:
                return frame
            received = self._sock.recv(_RECEIVE_BYTES)
            if not received:
                self._state.terminated = True
                return b""
            self._buffer += received

    def _next_frame(self) -> bytes | None:
        """Remove and return one frame of the buffer, None if it is incomplete."""
        self._skip()
        if self._buffer.startswith(_HANDSHAKE_LAST_BYTE):
            del self._buffer[:1]
        size = None if self._to_skip else frame_size(bytes(self._buffer[:10]))
        if size is None:
            return None
        if size.total > MAX_FRAME_BYTES:
            logger.warning("skipped a frame of %d bytes: Slack sends no such frame", size.total)
            self._to_skip = size.total
            return self._next_frame()
        if len(self._buffer) < size.total:
            return None
        frame = bytes(self._buffer[: size.total])
        del self._buffer[: size.total]
        return frame

    def _skip(self) -> None:
        skipped = min(self._to_skip, len(self._buffer))
        del self._buffer[:skipped]
        self._to_skip -= skipped


def bound_frames(session: Connection, state: ConnectionState) -> None:
    """Make *session* read whole frames from now on, until its end sets *state*.

    The thread that reads *session* must call this between two frames.
    """
    if session.sock is not None and not isinstance(session.sock, FrameSocket):
        frames = FrameSocket(session.sock, state)
        session.sock = frames  # type: ignore[assignment]  # it has the used methods


_silent_logger.setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class Hello:
    """The first message on a connection: the token's app and its other connections.

    For a while Slack counts lost connections, too.
    """

    app_id: str = ""
    other_connections: int = 0


def read_hello(frame: Mapping[str, Any], *, own_connections: int) -> Hello:
    """Return the content of a `hello`.

    *own_connections* is the number of this process's connections in Slack's count.
    """
    info, count = frame.get("connection_info"), frame.get("num_connections")
    app_id = info.get("app_id") if isinstance(info, dict) else None
    others = max(0, count - own_connections) if isinstance(count, int) else 0
    return Hello(app_id if isinstance(app_id, str) else "", others)


def socket_url(client: WebClient, app_token: str) -> str:
    """Return the address of a new connection.

    Raises:
        SlackError: Slack refuses.

    """
    url = call_api(client.apps_connections_open, app_token=app_token).get("url")
    if not isinstance(url, str):
        raise SlackUnavailable("Slack gave no address for Socket Mode.", next_step=_PROXY_ADVICE)
    return url


def open_socket(client: WebClient, app_token: str, seconds: float = _HELLO_SECONDS) -> Hello:
    """Open a real connection, return its `hello` and close it.

    Raises:
        SlackError: No `hello` within *seconds*; the code is Slack's reason.

    """
    url, frames = socket_url(client, app_token), Queue[str]()
    connection = Connection(
        url,
        _silent_logger,
        proxy=proxy_for(url),
        on_message_listener=frames.put,
        on_close_listener=lambda code, _reason: frames.put(f'{{"type": "close {code}"}}'),
        ssl_context=tls_context(),
    )
    connection.connect()
    if not connection.is_active():
        raise SlackUnavailable(
            "The WebSocket doesn't open. Check that a firewall or proxy lets wss:// through.", "ws"
        )
    state = ConnectionState()  # type: ignore[no-untyped-call]  # slack_sdk's
    bound_frames(connection, state)
    Thread(target=_read, args=(connection, state, frames), daemon=True).start()
    try:
        return _first_hello(frames.get(timeout=seconds))
    except Empty as error:
        raise SlackUnavailable(
            f"Slack sent nothing on the WebSocket within {seconds:g} s.",
            "silent",
            next_step=_PROXY_ADVICE,
        ) from error
    finally:
        state.terminated = True
        shut_down(connection)


def shut_down(connection: Connection | None) -> None:
    """Close a connection immediately.

    The reader holds a lock while it waits, so the socket is shut down first to wake it.
    """
    if connection is None or connection.sock is None:
        return
    try:
        cast("socket.socket", connection.sock).shutdown(socket.SHUT_RDWR)
    except OSError as error:
        logger.debug("the connection had ended already: %s", error)
    with suppress(AttributeError):  # the reader may drop the socket between its check and its use
        connection.disconnect()


def _read(connection: Connection, state: ConnectionState, frames: "Queue[str]") -> None:
    """Read to the end, which follows all frames in the queue."""
    connection.run_until_completion(state)
    frames.put('{"type": "without a close frame"}')


def _first_hello(message: str) -> Hello:
    frame = json.loads(message)
    if frame.get("type") == "hello":
        return read_hello(frame, own_connections=1)
    reason = str(frame.get("reason") or frame.get("type"))
    raise SlackUnavailable(
        f"Slack closed the WebSocket at once ({reason}).",
        reason,
        next_step="Check that Socket Mode is on in the app's settings.",
    )
