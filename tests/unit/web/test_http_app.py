"""The probes and the metrics."""

import socket
import threading
from collections.abc import Callable
from dataclasses import replace
from threading import Event

import pytest
from starlette.applications import Starlette

from bot import metrics
from bot.web import Probes, Server, make_http_app
from tests.unit.web.conftest import serve


def fails() -> str:
    raise ConnectionError("postgresql://me:swordfish@host")


def test_healthy_bot_reports_ok_and_its_role(probes: Probes) -> None:
    with serve(make_http_app(probes)) as get:
        answer = get("/readyz")

    assert answer.status == 200
    assert answer.json == {"status": "ok", "role": "leader", "checks": {"database": "ok"}}


# A standby is ready: it answers commands like the leader.
@pytest.mark.parametrize("role", ["leader", "standby"])
def test_either_role_is_ready(probes: Probes, role: str) -> None:
    with serve(make_http_app(replace(probes, role=lambda: role))) as get:
        assert (get("/readyz").status, get("/readyz").json["role"]) == (200, role)


# (what the check returns or raises, what the probe shows)
@pytest.mark.parametrize(
    ("check", "shown"),
    [
        # a problem is shown unchanged
        (lambda: "2 migrations are missing", "2 migrations are missing"),
        # a broken check is a problem; the error's message isn't shown
        (fails, "could not be checked (ConnectionError)"),
    ],
)
def test_failed_check_is_reported(probes: Probes, check: Callable[[], str], shown: str) -> None:
    broken = replace(probes, ready={"database": check, "slack": str})
    with serve(make_http_app(broken)) as get:
        answer = get("/readyz")

    assert answer.status == 503
    assert answer.json["checks"] == {"database": shown, "slack": "ok"}


def test_hung_check_does_not_delay_the_probes(probes: Probes) -> None:
    may_end = Event()

    def hangs() -> str:
        may_end.wait(10)
        return ""

    with serve(make_http_app(replace(probes, ready={"database": hangs}, timeout=0.05))) as get:
        for _ in range(6):  # more than there are threads to hang in
            assert get("/readyz").status == 503
            assert get("/healthz").status == 200
        may_end.set()


def test_stuck_loop_is_not_alive(probes: Probes) -> None:
    stuck = replace(probes, alive={"sweep": lambda: "last ran 312 s ago"})
    with serve(make_http_app(stuck)) as get:
        answer = get("/healthz")

    assert answer.status == 503
    assert answer.json["checks"] == {"sweep": "last ran 312 s ago"}


def test_liveness_does_not_depend_on_readiness(probes: Probes) -> None:
    with serve(make_http_app(replace(probes, ready={"database": fails}))) as get:
        assert get("/healthz").status == 200


def test_metrics_are_exposed_under_their_names(probes: Probes) -> None:
    metrics.set_leader(7)
    metrics.record_sweep(1.8e9, ["RUNNING"] * 3)
    metrics.hub_requests.labels("restart", "200").inc()
    with serve(make_http_app(probes)) as get:
        answer = get("/metrics")

    assert answer.content_type.startswith("text/plain")
    assert 'spacebot_leader{epoch="7"} 1.0' in answer.text
    assert 'spacebot_spaces{stage="RUNNING"} 3.0' in answer.text
    assert 'spacebot_hub_requests_total{code="200",op="restart"}' in answer.text


def test_in_socket_mode_there_is_no_events_endpoint(probes: Probes) -> None:
    with serve(make_http_app(probes)) as get:
        assert get("/slack/events", b"{}").status == 404


def test_port_in_use_raises_at_start(probes: Probes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        Server(make_http_app(probes), port=taken.getsockname()[1]).start()


def test_stopping_the_server_ends_its_threads(probes: Probes) -> None:
    before = set(threading.enumerate())
    with serve(make_http_app(probes)) as get:
        get("/readyz")

    left = [t for t in threading.enumerate() if t not in before and t.is_alive()]
    for thread in left:
        thread.join(2)
    assert not [t.name for t in left if t.is_alive()]


def test_stopping_an_unstarted_server_does_nothing() -> None:
    Server(Starlette(), port=0).stop()
