"""The members of slack_sdk's Socket Mode client that the bot uses without their being documented.

A release of slack_sdk that drops or renames one fails here, by its name. pyproject.toml admits only
releases against which this file passed.
"""

import logging
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from queue import Queue
from threading import Thread
from types import MethodType
from typing import Any

import pytest
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.builtin.connection import Connection, ConnectionState
from slack_sdk.socket_mode.interval_runner import IntervalRunner

logger = logging.getLogger(__name__)


@pytest.fixture(scope="module")
def client() -> Iterator[SocketModeClient]:
    client = SocketModeClient("xapp-test", auto_reconnect_enabled=False)
    yield client
    client.close()


# Neither client nor connection declares most of these members.
@pytest.mark.parametrize(
    ("member", "kind"),
    [
        ("on_message_listeners", list),
        ("socket_mode_request_listeners", list),
        ("message_queue", Queue),
        ("message_processor", IntervalRunner),
        ("message_workers", Executor),
        ("current_session", type(None)),
        ("current_session_state", ConnectionState),
        ("closed", bool),
        ("wss_uri", type(None)),
        ("proxy", type(None)),
        ("connect", MethodType),
        ("connect_to_new_endpoint", MethodType),
        ("is_connected", MethodType),
        ("close", MethodType),
        ("current_session_runner", IntervalRunner),
        ("_run_current_session", MethodType),
    ],
)
def test_the_client_has_the_member(
    client: SocketModeClient, member: str, kind: type[object]
) -> None:
    assert isinstance(getattr(client, member), kind)


def test_the_client_has_a_lock_for_connecting(client: SocketModeClient) -> None:
    with client.connect_operation_lock:
        assert not client.is_connected()


@pytest.mark.parametrize(
    "member", ["connect", "is_active", "disconnect", "close", "run_until_completion"]
)
def test_the_connection_has_the_method(member: str) -> None:
    method: Callable[..., Any] = getattr(Connection, member)

    assert callable(method)


def test_a_new_connection_has_no_socket_and_no_answered_ping() -> None:
    connection = Connection("ws://127.0.0.1:9/", logger)

    assert (connection.sock, connection.last_ping_pong_time) == (None, None)


def test_the_reader_receives_from_the_socket_of_the_connection() -> None:
    ours, theirs = socket.socketpair()
    messages: Queue[str] = Queue()
    connection = Connection("ws://127.0.0.1:9/", logger, on_message_listener=messages.put)
    connection.sock = ours  # type: ignore[assignment]  # declared as an ssl socket or none
    theirs.sendall(b"\x81\x05hello")  # an unmasked text frame
    state = ConnectionState()  # type: ignore[no-untyped-call]  # slack_sdk's
    reader = Thread(target=connection.run_until_completion, args=(state,))
    reader.start()

    assert messages.get(timeout=5) == "hello"
    state.terminated = True  # ends the reader after its next read
    theirs.close()
    reader.join(5)
    assert not reader.is_alive()
    connection.disconnect()
