"""What people and probes see of sockets that end, a token that is gone, a database that hangs."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import pairwise
from pathlib import Path

import httpx2
import pytest

from bot.sandbox.slack.rooms import OPS
from tests.e2e.house import House, house

SLOW = "My database is too slow"


@contextmanager
def broken(home: House, do: str) -> Iterator[None]:
    """Press a button of the sandbox's drawer, and clear what it did at the end."""
    _press(home, do="scenario", scenario=do)
    try:
        yield
    finally:
        _press(home, do="clear_faults")


def _press(home: House, **asked: str) -> None:
    url = f"{home.sandbox.url}/sandbox/control"
    assert httpx2.post(url, json=asked, trust_env=False).status_code == 200


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("transport")) as home:
        home.start()
        home.said_first()
        yield home
        assert "Traceback" not in home.bots[0].said


def readiness(home: House) -> tuple[int, dict[str, str]]:
    port = home.bots[0].says("ready on port").rsplit(" ", 1)[1]
    answer = httpx2.get(f"http://127.0.0.1:{port}/readyz", trust_env=False)
    return answer.status_code, answer.json()["checks"]


# (what becomes of the token, what /readyz says)
@pytest.mark.parametrize(
    ("do", "said"),
    [
        ("token_revoked", "Slack refuses the bot token (token_revoked)"),
        ("may_not_write", "the bot token lacks chat:write"),
    ],
)
def test_a_bot_that_cannot_post_is_not_ready(tmp_path: Path, do: str, said: str) -> None:
    with house(tmp_path) as home, broken(home, do):
        home.start()
        status, checks = readiness(home)

    assert (status, checks["slack token"]) == (503, said)


def test_a_bot_that_can_post_is_ready(fresh: House) -> None:
    assert readiness(fresh) == (200, dict.fromkeys(("database", "slack", "slack token"), "ok"))


@pytest.mark.parametrize("do", ["too_many_sockets", "sockets_closed"])
def test_slack_that_ends_every_socket_is_not_stormed(fresh: House, do: str) -> None:
    sockets = fresh.sandbox.slack.sockets
    with broken(fresh, do):
        before = len(sockets.opened_at)
        fresh.until(lambda: len(sockets.opened_at) >= before + 4)
        opened_at = sockets.opened_at[before:]
    pauses = [later - time for time, later in pairwise(opened_at)]
    assert [pause >= least for pause, least in zip(pauses, (0.9, 1.9, 3.9), strict=True)] == [
        True
    ] * 3
    fresh.until(lambda: fresh.sandbox.slack.bot_is_listening)
    fresh.sandbox.ta.type(OPS.id, "/space help")
    fresh.sandbox.ta.waits_for(OPS.id, "/space wake")


def test_who_types_while_the_database_hangs_hears_it_in_time(fresh: House) -> None:
    path = fresh.environ["DATABASE_URL"].removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        fresh.sandbox.ta.type(OPS.id, "/space wake all")
        fresh.sandbox.ta.waits_for(OPS.id, SLOW)
        other.execute("ROLLBACK")

    fresh.sandbox.ta.type(OPS.id, "/space status")
    fresh.sandbox.ta.waits_for(OPS.id, "Spaces")
    assert not fresh.said("^Waking"), "what was turned away was done all the same"
    assert not [m for m in fresh.whispers(fresh.sandbox.ta.id) if "operation_timeout" in m.text]
