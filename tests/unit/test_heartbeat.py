"""The heartbeat to an outside monitor."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from bot.heartbeat import Heartbeat


@contextmanager
def monitor(status: int) -> Iterator[tuple[str, list[str]]]:
    """A monitor on loopback: its address, and the paths that were requested."""
    requested: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            requested.append(self.path)
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/ping/secret-id", requested
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_beat_requests_the_address(caplog: pytest.LogCaptureFixture) -> None:
    with monitor(200) as (url, requested):
        Heartbeat(url).beat()

    assert requested == ["/ping/secret-id"]
    assert not [record for record in caplog.records if record.name == "bot.heartbeat"]


def test_without_an_address_nothing_is_requested() -> None:
    Heartbeat(None).beat()


def test_a_series_of_failures_is_logged_once_without_the_address(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with monitor(404) as (url, _):
        heartbeat = Heartbeat(url)
        heartbeat.beat()
        heartbeat.beat()

    (record,) = (record for record in caplog.records if record.name == "bot.heartbeat")
    assert record.getMessage() == "the heartbeat failed (HTTP 404); the next sweep tries again"


def test_a_monitor_that_is_away_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    Heartbeat("http://127.0.0.1:9/ping").beat()

    assert "the heartbeat failed (ConnectError)" in caplog.text
