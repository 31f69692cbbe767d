"""
Two replicas on one PostgreSQL: what one does is not done by the other, whatever befalls them.

All of it once more behind a transaction pooler, where no session belongs to a replica.
"""

import os
import signal
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, make_url

from bot.sandbox.slack.rooms import OPS
from tests.conftest import POSTGRES
from tests.e2e.house import House, house
from tests.e2e.process import Process

# One for each test: what goes up and down too often is told otherwise.
FIRST, SECOND = "ifcore-org/ifcore-team-a", "ifcore-org/ifcore-team-c"
CARDS = r"^(Waking|Wake:)"
CUT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@pytest.fixture(scope="module", params=POSTGRES)
def home(
    request: pytest.FixtureRequest, postgres: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """Two replicas, with a database that other tests leave alone."""
    way = request.getfixturevalue(request.param)
    engine = create_engine(postgres, isolation_level="AUTOCOMMIT")
    with engine.connect() as server:
        server.exec_driver_sql("DROP DATABASE IF EXISTS replicas WITH (FORCE)")
        server.exec_driver_sql("CREATE DATABASE replicas")
    url = make_url(way).set(database="replicas").render_as_string(hide_password=False)
    with house(tmp_path_factory.mktemp("replicas"), DATABASE_URL=url) as home:
        for _ in range(2):
            home.run("run")
        home.until(lambda: len(home.sandbox.slack.sockets.links) == 2)
        home.said_first()
        yield home
        for bot in home.bots:
            assert "Traceback" not in bot.said
    with engine.connect() as server:
        server.exec_driver_sql("DROP DATABASE replicas WITH (FORCE)")
    engine.dispose()


def leader(home: House) -> Process:
    """Return the one that leads, by the process number in the name that it gives itself."""
    [(owner,)] = home.read("SELECT owner FROM lease")
    return next(bot for bot in home.bots if str(owner).split(":")[1] == str(bot.pid))


def asks(home: House, text: str) -> list[tuple[object, ...]]:
    return home.read(f"SELECT state FROM ask WHERE text = '{text}'")


def test_what_is_delivered_to_both_counts_once(home: House) -> None:
    """A command, then a tap on the button of the question that it is answered with."""
    home.sandbox.slack.sockets.duplicates = 2

    home.sandbox.ta.type(OPS.id, "/space pause team-b")
    question = home.sandbox.ta.waits_for(OPS.id, "Pause 1 Space?")
    home.sandbox.ta.click(question, "Pause 1 Space")
    home.until(lambda: home.said("^Pause: 1 of 1"))
    home.sweeps(2)  # time enough to do too much

    assert home.sandbox.slack.sockets.duplicates == 0
    assert (asks(home, "pause team-b"), asks(home, "confirm 1")) == ([("asked",)], [("acted",)])
    assert sum(call.name == "pause" for call in home.world.calls) == 1
    assert len(home.said("^Paus")) == 1


def test_a_dead_leader_is_replaced_by_the_other_in_the_middle_of_its_work(home: House) -> None:
    asleep = {s.id for s in home.world.spaces(keep=lambda s: home.world.stage(s.id) == "SLEEPING")}
    expected = {id: n + (id in asleep) for id, n in home.world.restarts.items()}
    before = sum(call.name == "restart" for call in home.world.calls)
    home.world.faults.latency = 0.25
    home.sandbox.ta.type(OPS.id, "/space wake sleeping")
    assert home.world.wait_for("restart", times=before + 1), home.report()
    home.world.break_(FIRST)
    home.kill(leader(home))
    # Both would be over only later: its lease, and the doubt about a post without an answer.
    home.write("UPDATE card SET sending_since = sending_since - 12")
    home.forget_leader()

    home.until(lambda: home.said("^Wake:"))
    alert = home.until(lambda: home.said("^team-a "))[0]
    home.world.faults.latency = 0.0
    home.sweeps(2)
    assert [m.ts for m in home.said("^team-a ")] == [alert.ts]
    assert len(home.said(CARDS)) == 1
    assert (len(asleep), home.world.restarts) == (2, expected)
    home.start()


def test_a_leader_that_was_paused_does_nothing_more(home: House) -> None:
    paused = leader(home)
    os.kill(paused.pid, signal.SIGSTOP)
    home.forget_leader()
    other = next(bot for bot in home.bots if bot.runs and bot is not paused)
    other.says("leading since")
    home.world.break_(SECOND)
    alert = home.until(lambda: home.said("^team-c "))[0]

    os.kill(paused.pid, signal.SIGCONT)
    paused.says("standing by")
    home.sweeps(2)
    assert [m.ts for m in home.said("^team-c ")] == [alert.ts]
    assert leader(home) is other


def test_cut_connections_are_made_anew(home: House) -> None:
    home.read(CUT)
    home.sweeps(2)
    home.sandbox.ta.type(OPS.id, "/space url team-d")
    home.sandbox.ta.waits_for(OPS.id, "team-d")
