"""
Two replicas on one PostgreSQL never do the same work twice, across crashes and pauses.

The same tests run behind a transaction pooler, where no session belongs to a replica.
"""

import os
import signal
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, make_url

from bot.sandbox.slack.directory import OPS
from tests.conftest import POSTGRES
from tests.e2e.environment import Environment, open_environment
from tests.e2e.process import Process

# One Space for each test, because a flapping Space gets another card.
FIRST, SECOND = "ifcore-org/ifcore-team-a", "ifcore-org/ifcore-team-c"
CARDS = r"^(Waking|Woke)"
CUT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@pytest.fixture(scope="module", params=POSTGRES)
def env(
    request: pytest.FixtureRequest, postgres: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Environment]:
    """Two replicas, with a database of their own."""
    database_url = request.getfixturevalue(request.param)
    engine = create_engine(postgres, isolation_level="AUTOCOMMIT")
    with engine.connect() as server:
        server.exec_driver_sql("DROP DATABASE IF EXISTS replicas WITH (FORCE)")
        server.exec_driver_sql("CREATE DATABASE replicas")
    url = make_url(database_url).set(database="replicas").render_as_string(hide_password=False)
    with open_environment(tmp_path_factory.mktemp("replicas"), DATABASE_URL=url) as env:
        for _ in range(2):
            env.run("run")
        env.wait_until(lambda: len(env.sandbox.slack.sockets.open_sockets) == 2)
        env.wait_for_initial_scan()
        yield env
        for bot in env.bots:
            assert "Traceback" not in bot.output
    with engine.connect() as server:
        server.exec_driver_sql("DROP DATABASE replicas WITH (FORCE)")
    engine.dispose()


@pytest.fixture(autouse=True)
def two_replicas(env: Environment) -> None:
    """Start a replica in place of the one that the test before has killed."""
    if sum(bot.is_running for bot in env.bots) < 2:
        env.start()


def leader(env: Environment) -> Process:
    """Return the leader, by the process id in its holder name."""
    [(owner,)] = env.query_sql("SELECT owner FROM lease")
    return next(bot for bot in env.bots if str(owner).split(":")[1] == str(bot.pid))


def type_command(env: Environment, text: str) -> list[tuple[object, ...]]:
    return env.query_sql(f"SELECT state FROM ask WHERE text = '{text}'")


def test_request_delivered_to_both_replicas_runs_once(env: Environment) -> None:
    """A command, then a click on the button of its confirmation."""
    env.sandbox.slack.sockets.duplicates = 2

    env.sandbox.ta.type(OPS.id, "/space pause team-b")
    question = env.sandbox.ta.wait_for_message(OPS.id, "Pause team-")
    env.sandbox.ta.click(question, "Pause team-b")
    env.wait_until(lambda: env.bot_messages("^Paused team-"))
    env.wait_for_sweeps(2)  # time enough for a duplicate call

    assert env.sandbox.slack.sockets.duplicates == 0
    assert (type_command(env, "pause team-b"), type_command(env, "confirm 1")) == (
        [("asked",)],
        [("acted",)],
    )
    assert sum(call.name == "pause" for call in env.world.calls) == 1
    assert len(env.bot_messages("^Paus")) == 1


def test_standby_finishes_the_work_of_a_dead_leader(env: Environment) -> None:
    asleep = {
        s.id for s in env.world.spaces(predicate=lambda s: env.world.stage(s.id) == "SLEEPING")
    }
    expected = {id: n + (id in asleep) for id, n in env.world.restarts.items()}
    before = sum(call.name == "restart" for call in env.world.calls)
    env.world.faults.latency = 0.25
    env.sandbox.ta.type(OPS.id, "/space wake sleeping")
    assert env.world.wait_for("restart", times=before + 1), env.describe()
    env.world.break_(FIRST)
    env.kill(leader(env))
    # Skips the wait for the end of its lease and for the verification of its last post.
    env.execute_sql("UPDATE card SET sending_since = sending_since - 12")
    env.expire_lease()

    env.wait_until(lambda: env.bot_messages("^Woke"))
    alert = env.wait_until(lambda: env.bot_messages("^team-a "))[0]
    env.world.faults.latency = 0.0
    env.wait_for_sweeps(2)
    assert [m.ts for m in env.bot_messages("^team-a ")] == [alert.ts]
    assert len(env.bot_messages(CARDS)) == 1
    assert (len(asleep), env.world.restarts) == (2, expected)


def test_paused_leader_stops_leading(env: Environment) -> None:
    paused = leader(env)
    os.kill(paused.pid, signal.SIGSTOP)
    env.expire_lease()
    other = next(bot for bot in env.bots if bot.is_running and bot is not paused)
    other.wait_for_line("leading since")
    env.world.break_(SECOND)
    alert = env.wait_until(lambda: env.bot_messages("^team-c "))[0]

    os.kill(paused.pid, signal.SIGCONT)
    paused.wait_for_line("standing by")
    env.wait_for_sweeps(2)
    assert [m.ts for m in env.bot_messages("^team-c ")] == [alert.ts]
    assert leader(env) is other


def test_lost_database_connections_are_reopened(env: Environment) -> None:
    env.query_sql(CUT)
    env.wait_for_sweeps(2)
    env.sandbox.ta.type(OPS.id, "/space url team-d")
    env.sandbox.ta.wait_for_message(OPS.id, "team-d")


def test_due_schedule_runs_once_although_its_leader_dies(env: Environment) -> None:
    env.sandbox.ta.type(OPS.id, "/space pause team-e every day at 9")
    question = env.sandbox.ta.wait_for_message(OPS.id, "Schedule pause team-e?")
    env.sandbox.ta.click(question, "Schedule it")
    env.wait_until(lambda: env.bot_messages("^Scheduled: pause team-e"))
    before = sum(call.name == "pause" for call in env.world.calls)

    env.execute_sql("UPDATE schedule SET next_at = extract(epoch FROM clock_timestamp())")
    env.kill(leader(env))
    env.execute_sql("UPDATE card SET sending_since = sending_since - 12")
    env.expire_lease()

    env.wait_until(lambda: env.bot_messages("^(Paused team-e|Schedule 1 didn't run)"), 90)
    env.wait_for_sweeps(2)
    runs = env.query_sql("SELECT state FROM ask WHERE schedule_id IS NOT NULL")
    reports = env.bot_messages("^Schedule 1 didn't run")
    paused = sum(call.name == "pause" for call in env.world.calls) - before
    assert len(runs) == 1
    assert (paused, len(reports)) in ((1, 0), (0, 1))
