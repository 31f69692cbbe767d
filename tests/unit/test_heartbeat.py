"""Heartbeats for systemd and for an outside monitor."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from bot.heartbeat import Heartbeat, notify_systemd, watchdog_seconds


@pytest.mark.parametrize("name", ["{}/notify", "@{}/notify"], ids=["file", "abstract"])
def test_state_is_sent_to_the_socket_of_systemd(tmp_path: Path, name: str) -> None:
    address = name.format(tmp_path)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(address.replace("@", "\0"))

        notify_systemd("READY=1", {"NOTIFY_SOCKET": address})

        assert systemd.recv(100) == b"READY=1"


def test_without_systemd_nothing_is_sent() -> None:
    notify_systemd("READY=1", {})


def test_a_socket_that_is_gone_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    notify_systemd("READY=1", {"NOTIFY_SOCKET": f"{tmp_path}/gone"})

    assert "systemd did not take READY=1" in caplog.text


@pytest.mark.parametrize(
    ("environ", "seconds"),
    [
        ({"WATCHDOG_USEC": "60000000"}, 30.0),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({}, None),
    ],
)
def test_watchdog_is_notified_twice_within_its_limit(
    environ: dict[str, str], seconds: float | None
) -> None:
    assert watchdog_seconds(environ) == seconds


@contextmanager
def monitor(status: int) -> Iterator[tuple[str, list[str]]]:
    """A monitor on loopback: its address, and the requested paths."""
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


def test_frequent_sweeps_request_the_address_once_in_15_seconds() -> None:
    now = 1000.0
    with monitor(200) as (url, requested):
        heartbeat = Heartbeat(url, lambda: now)
        for _ in range(13):
            heartbeat.beat()
            now += 5.0

    assert len(requested) == 5


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
