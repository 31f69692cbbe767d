"""Opening a WebSocket of Socket Mode, and what Slack says on it first."""

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
from bot.slack.client import proxy_for
from bot.slack.errors import call_api

logger = logging.getLogger(__name__)
# What slack_sdk writes of a connection that is only tried out; what fails is raised here.
_silent_logger = logging.getLogger("slack_sdk.socket_mode.spacebot")
_silent_logger.setLevel(logging.CRITICAL)

_HELLO_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Hello:
    """What Slack says first on a connection: the app of the token, and its other connections.

    It counts lost connections as well, for a while.
    """

    app_id: str = ""
    other_connections: int = 0


def read_hello(frame: Mapping[str, Any], *, own_connections: int) -> Hello:
    """Return what a `hello` says, of which Slack may count *own_connections* connections as this
    process's.
    """
    info, count = frame.get("connection_info"), frame.get("num_connections")
    app_id = info.get("app_id") if isinstance(info, dict) else None
    others = max(0, count - own_connections) if isinstance(count, int) else 0
    return Hello(app_id if isinstance(app_id, str) else "", others)


def socket_url(client: WebClient, app_token: str) -> str:
    """Return the address of a new connection. Raises SlackError when Slack refuses."""
    url = call_api(client.apps_connections_open, app_token=app_token).get("url")
    if not isinstance(url, str):
        raise SlackUnavailable("Slack gave no address for Socket Mode.")
    return url


def open_socket(client: WebClient, app_token: str, seconds: float = _HELLO_SECONDS) -> Hello:
    """Open a connection for real, wait for its `hello`, and close it.

    Raises SlackError, with Slack's reason as its code, when it doesn't come within *seconds*.
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
    """Close a connection at once. Its reader holds a lock while it waits: it is woken first."""
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
