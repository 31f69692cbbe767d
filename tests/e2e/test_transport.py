"""The replies and probes while sockets close, a token is revoked or a database hangs."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import pairwise
from pathlib import Path

import httpx2
import pytest

from bot.network.connections import tls_context
from bot.sandbox.slack.directory import OPS
from tests.e2e.environment import Environment, open_environment

SLOW = "My database is too slow"


@contextmanager
def with_fault(env: Environment, control: str) -> Iterator[None]:
    """Start a fault of the sandbox's control panel, and clear it at the end."""
    _press_control(env, do="scenario", scenario=control)
    try:
        yield
    finally:
        _press_control(env, do="clear_faults")


def _press_control(env: Environment, **asked: str) -> None:
    url = f"{env.sandbox.url}/sandbox/control"
    assert httpx2.post(url, json=asked, trust_env=False, verify=tls_context()).status_code == 200


@pytest.fixture(scope="module")
def fresh_env(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Environment]:
    with open_environment(tmp_path_factory.mktemp("transport")) as env:
        env.start()
        env.wait_for_initial_scan()
        yield env
        assert "Traceback" not in env.bots[0].output


def readiness(env: Environment) -> tuple[int, dict[str, str]]:
    port = env.bots[0].wait_for_line("ready on port").rsplit(" ", 1)[1]
    answer = httpx2.get(f"http://127.0.0.1:{port}/readyz", trust_env=False, verify=tls_context())
    return answer.status_code, answer.json()["checks"]


# (the token's fault, the answer of /readyz)
@pytest.mark.parametrize(
    ("do", "said"),
    [
        ("token_revoked", "Slack refuses the bot token (token_revoked)"),
        ("may_not_write", "the bot token lacks chat:write"),
    ],
)
def test_a_bot_that_cannot_post_is_not_ready(tmp_path: Path, do: str, said: str) -> None:
    with open_environment(tmp_path) as env, with_fault(env, do):
        env.start()
        status, checks = readiness(env)

    assert (status, checks["slack token"]) == (503, said)


def test_a_bot_that_can_post_is_ready(fresh_env: Environment) -> None:
    assert readiness(fresh_env) == (200, dict.fromkeys(("database", "slack", "slack token"), "ok"))


@pytest.mark.parametrize("do", ["too_many_sockets", "sockets_closed"])
def test_reconnects_back_off_when_slack_closes_every_socket(
    fresh_env: Environment, do: str
) -> None:
    sockets = fresh_env.sandbox.slack.sockets
    with with_fault(fresh_env, do):
        before = len(sockets.opened_at)
        fresh_env.wait_until(lambda: len(sockets.opened_at) >= before + 4)
        opened_at = sockets.opened_at[before:]
    pauses = [later - time for time, later in pairwise(opened_at)]
    assert [pause >= least for pause, least in zip(pauses, (0.9, 1.9, 3.9), strict=True)] == [
        True
    ] * 3
    fresh_env.wait_until(lambda: fresh_env.sandbox.slack.bot_is_listening)
    fresh_env.sandbox.ta.type(OPS.id, "/space help")
    fresh_env.sandbox.ta.wait_for_message(OPS.id, "/space wake")


def test_hanging_database_gets_a_reply_before_the_ack_timeout(fresh_env: Environment) -> None:
    path = fresh_env.environ["DATABASE_URL"].removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        fresh_env.sandbox.ta.type(OPS.id, "/space wake all")
        fresh_env.sandbox.ta.wait_for_message(OPS.id, SLOW)
        other.execute("ROLLBACK")

    fresh_env.sandbox.ta.type(OPS.id, "/space status")
    fresh_env.sandbox.ta.wait_for_message(OPS.id, "Spaces")
    assert not fresh_env.bot_messages("^Waking"), "what was turned away was done all the same"
    assert not [
        m
        for m in fresh_env.ephemeral_messages(fresh_env.sandbox.ta.id)
        if "operation_timeout" in m.text
    ]
