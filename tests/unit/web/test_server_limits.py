"""The protocol: bodies larger than any of Slack's are refused, and connections are limited."""

import resource
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection
from urllib.parse import urlencode

import pytest
from slack_bolt import Ack

from bot.listeners import make_bolt_app
from bot.slack import Identity, make_client
from bot.web import Probes, Server, make_http_app, server
from tests.unit.listeners.conftest import SECRET, signed

FORM = {"content-type": "application/x-www-form-urlencoded"}
COMMAND = {"command": "/space", "team_id": "T1", "user_id": "U1", "channel_id": "C1"}
MEGABYTE = 1024 * 1024


@pytest.fixture
def port(probes: Probes) -> Iterator[int]:
    web = make_client("xoxb-test", "http://127.0.0.1:9/")
    app = make_bolt_app(web, lambda: Identity("T1", "U0BOT", "B0"), SECRET)

    @app.command("/space")
    def acknowledge(ack: Ack) -> None:
        ack("heard")

    server = Server(make_http_app(probes, app, SECRET), port=0)
    server.start()
    yield server.port
    server.stop()
    app.listener_runner.listener_executor.shutdown()


def send_command(port: int, text: str, *, chunked: bool = False) -> tuple[int, str]:
    """Return the status and the text of the response to a command."""
    body = urlencode({**COMMAND, "text": text}).encode()
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    pieces = iter([body[at : at + 65536] for at in range(0, len(body), 65536)])
    with suppress(BrokenPipeError, ConnectionResetError):  # refused before all of it was sent
        connection.request(
            "POST",
            "/slack/events",
            pieces if chunked else body,
            {**FORM, **signed(body)},
            encode_chunked=chunked,
        )
    try:
        response = connection.getresponse()
        return response.status, response.read().decode()
    except ConnectionResetError:
        return 413, "cut off while it was sent"
    finally:
        connection.close()


@pytest.mark.parametrize("chunked", [False, True])
def test_four_megabytes_are_refused_and_the_next_request_is_answered(
    port: int, chunked: bool
) -> None:
    for _ in range(3):
        assert send_command(port, "x" * 4 * MEGABYTE, chunked=chunked)[0] == 413

    assert send_command(port, "status") == (200, "heard")


# (file descriptors, connections): the other half is for the database, the Hub and Slack.
@pytest.mark.parametrize(
    ("soft", "connections"),
    [(64, 32), (1024, 512), (1_000_000, 1000), (resource.RLIM_INFINITY, 1000), (1, 2)],
)
def test_connections_are_limited_to_half_of_the_file_descriptors(
    soft: int, connections: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (soft, soft))

    assert server.max_connections() == connections
