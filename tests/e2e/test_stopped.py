"""Stopping in order, starting beside another bot, and the output before a start."""

import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.environment import Environment, open_environment
from tests.e2e.process import WAIT_SECONDS, Child

HTTP_MODE = {"SLACK_APP_TOKEN": ""}
# What `spacebot try` does with its bot, and nothing else.
STARTS_A_BOT = """
import os, sys, threading
from pathlib import Path
from bot.sandbox.try_command import SupervisedBot
bot = SupervisedBot(os.environ, Path(sys.argv[1]), print)
threading.Event().wait()
"""


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Environment]:
    with open_environment(tmp_path_factory.mktemp("stopped")) as env:
        yield env


def test_stopped_bot_exits_cleanly_and_its_successor_leads_at_once(env: Environment) -> None:
    """In Socket Mode, then in HTTP mode; meanwhile a third bot finds the port taken."""
    bot = env.start()
    bot.wait_for_line("leading since")
    assert bot.terminate(timeout=10) == 0
    after = env.start(**HTTP_MODE)
    after.wait_for_line("leading since")
    port = after.wait_for_line("ready on port").rsplit(" ", 1)[1]
    second_http = env.run("run", **HTTP_MODE, SPACEBOT_PORT=port)
    assert second_http.wait() == 1
    assert "Nothing was started." in second_http.output
    assert after.terminate(timeout=10) == 0
    for one in (bot, after, second_http):
        assert "Traceback" not in one.output


def test_bot_reports_to_systemd_and_stops_in_time_while_the_hub_and_slack_hang(
    env: Environment, tmp_path: Path
) -> None:
    """It reports that it is ready, alive and stopping."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.settimeout(WAIT_SECONDS)
        systemd.bind(f"{tmp_path}/notify")
        bot = env.start(NOTIFY_SOCKET=f"{tmp_path}/notify", WATCHDOG_USEC="1000000")
        heard = [systemd.recv(100) for _ in range(3)]
        env.wait_for_sweeps(1)
        env.world.faults.hub = "down"
        env.wait_for_sweeps(1)
        env.sandbox.slack.go_down()
        assert bot.terminate(timeout=10) == 0
        while heard[-1] != b"STOPPING=1":
            heard.append(systemd.recv(100))
    env.world.faults.clear()
    env.sandbox.slack.come_up()
    assert heard[:3] == [b"READY=1", b"WATCHDOG=1", b"WATCHDOG=1"]


def test_the_bot_of_a_killed_try_command_stops_in_order(env: Environment, tmp_path: Path) -> None:
    """The log is a pipe that only the bot writes to, so that it ends when the bot does."""
    os.mkfifo(tmp_path / "log")
    log = Child(["cat", "log"], tmp_path)
    parent = Child([sys.executable, "-c", STARTS_A_BOT, f"{tmp_path}/log"], tmp_path, env.environ)
    try:
        log.wait_for_line("ready on port")
        parent.kill()
        assert log.wait(timeout=20) == 0
    finally:
        parent.discard()
        log.discard()
    assert "stopping" in log.output
    assert "Traceback" not in log.output


def test_second_bot_on_the_same_file_waits_for_leadership(env: Environment, tmp_path: Path) -> None:
    """The second has a Slack and a Hub of its own, so that its calls can be distinguished."""
    with open_environment(tmp_path) as beside:
        first = env.start()
        first.wait_for_line("leading since")
        second = beside.start(DATABASE_URL=env.environ["DATABASE_URL"])
        env.wait_for_sweeps(4)
        assert beside.world.calls == []
        assert beside.bot_messages("") == []
        env.kill(first)
        env.expire_lease()  # skips the wait for the end of the lease
        assert beside.world.wait_for("list", timeout=10)
        assert second.terminate() == 0


def test_all_bad_settings_are_reported_together(env: Environment) -> None:
    bad = {"SLACK_BOT_TOKEN": "xapp-wrong", "SPACEBOT_POLL_SECONDS": "often", "SPACEBOT_OWNER": ""}
    bot = env.run("run", **bad, SPACEBOT_PREFFIX="ifcore-")
    assert bot.wait() == 2
    for name in (*bad, "SPACEBOT_PREFFIX"):
        assert sum(line.startswith(name) for line in bot.output.splitlines()) == 1, bot.output
    assert "Traceback" not in bot.output
