"""Stopping in order, starting beside another, and what is said before there is anything to run."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.manifest import manifest
from tests.e2e.house import House, house

HTTP_MODE = {"SLACK_APP_TOKEN": ""}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("stopped")) as home:
        yield home


def test_a_bot_that_is_asked_to_stop_ends_well_and_the_next_leads_at_once(home: House) -> None:
    """In Socket Mode, then in HTTP mode; meanwhile a third finds the port taken."""
    bot = home.start()
    bot.says("leading since")
    assert bot.terminate(within=10) == 0
    after = home.start(**HTTP_MODE)
    after.says("leading since")
    port = after.says("ready on port").rsplit(" ", 1)[1]
    third = home.run("run", **HTTP_MODE, SPACEBOT_PORT=port)
    assert third.wait() == 1
    assert "Nothing was started." in third.said
    assert after.terminate(within=10) == 0
    for one in (bot, after, third):
        assert "Traceback" not in one.said


def test_a_bot_stops_in_time_while_the_hub_and_slack_hang(home: House) -> None:
    bot = home.start()
    home.sweeps(1)
    home.world.faults.hub = "down"
    home.sweeps(1)
    home.sandbox.slack.go_down()
    assert bot.terminate(within=10) == 0
    home.world.faults.clear()
    home.sandbox.slack.come_up()


def test_a_second_bot_on_the_same_file_stands_by_until_the_first_is_dead(
    home: House, tmp_path: Path
) -> None:
    """The second has a Slack and a Hub of its own, so that all it does can be told apart."""
    with house(tmp_path) as beside:
        first = home.start()
        first.says("leading since")
        second = beside.start(DATABASE_URL=home.environ["DATABASE_URL"])
        home.sweeps(4)
        assert beside.world.calls == []
        assert beside.said("") == []
        home.kill(first)
        home.forget_leader()  # it would be over only later
        assert beside.world.wait_for("list", timeout=10)
        assert second.terminate() == 0


def test_a_bad_environment_is_told_all_at_once(home: House) -> None:
    bad = {"SLACK_BOT_TOKEN": "xapp-wrong", "SPACEBOT_POLL_SECONDS": "often", "SPACEBOT_OWNER": ""}
    bot = home.run("run", **bad, SPACEBOT_PREFFIX="ifcore-")
    assert bot.wait() == 2
    for name in (*bad, "SPACEBOT_PREFFIX"):
        assert sum(line.startswith(name) for line in bot.said.splitlines()) == 1, bot.said
    assert "Traceback" not in bot.said


def test_the_manifest_is_json_to_paste(home: House) -> None:
    bot = home.run("manifest", SPACEBOT_COMMAND="/fleet")
    assert bot.wait() == 0
    assert json.loads(bot.said) == manifest("/fleet")
