"""WebSockets of Socket Mode: their address, their `hello` and their end."""

import json
import logging
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from queue import Empty, Queue
from threading import Thread
from typing import Any, cast

from slack_sdk import WebClient
from slack_sdk.socket_mode.builtin.connection import Connection, ConnectionState

from bot.errors import SlackUnavailable
from bot.proxies import proxy_for
from bot.slack.errors import call_api

logger = logging.getLogger(__name__)
# For connections that are only tested: their failures are raised here.
_silent_logger = logging.getLogger("slack_sdk.socket_mode.spacebot")
_silent_logger.setLevel(logging.CRITICAL)

_HELLO_SECONDS = 5.0


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
        raise SlackUnavailable("Slack gave no address for Socket Mode.")
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
        ssl_context=client.ssl,
    )
    connection.connect()
    if not connection.is_active():
        raise SlackUnavailable(
            "The WebSocket does not open. Check that a firewall or proxy lets wss:// through.", "ws"
        )
    state = ConnectionState()  # type: ignore[no-untyped-call]  # slack_sdk's
    Thread(target=connection.run_until_completion, args=(state,), daemon=True).start()
    try:
        return _first_hello(frames.get(timeout=seconds))
    except Empty as error:
        raise SlackUnavailable(
            f"Slack says nothing on the WebSocket within {seconds:g} s.", "silent"
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
    connection.disconnect()


def _first_hello(message: str) -> Hello:
    frame = json.loads(message)
    if frame.get("type") == "hello":
        return read_hello(frame, own_connections=1)
    reason = str(frame.get("reason") or frame.get("type"))
    raise SlackUnavailable(f"Slack ends the WebSocket at once ({reason}).", reason)
