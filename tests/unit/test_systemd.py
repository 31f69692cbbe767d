"""Messages to the service manager."""

import socket
from pathlib import Path

import pytest

from bot.systemd import notify, watchdog_seconds


@pytest.mark.parametrize("name", ["{}/notify", "@{}/notify"], ids=["file", "abstract"])
def test_state_is_sent_to_the_socket_of_systemd(tmp_path: Path, name: str) -> None:
    address = name.format(tmp_path)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(address.replace("@", "\0"))

        notify("READY=1", {"NOTIFY_SOCKET": address})

        assert systemd.recv(100) == b"READY=1"


def test_without_systemd_nothing_is_sent() -> None:
    notify("READY=1", {})


def test_a_socket_that_is_gone_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    notify("READY=1", {"NOTIFY_SOCKET": f"{tmp_path}/gone"})

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
