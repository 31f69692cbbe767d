"""Who somebody is, and for how long that is believed."""

from typing import Any

import pytest

from bot.errors import SlackError, SlackUnavailable
from bot.model import Person
from bot.slack import Identity, Slack
from bot.slack.cache import Cache
from tests.slack.conftest import Ticker
from tests.slack.wire import Says, Wire

US = {"ok": True, "team_id": "T1", "user_id": "U0BOT", "bot_id": "B0BOT"}


def known(wire: Wire, **user: Any) -> None:
    wire.says("auth.test", US)
    wire.says("users.info", {"ok": True, "user": {"id": "U1", "team_id": "T1", **user}})


# (what Slack says of them, admin, guest)
@pytest.mark.parametrize(
    ("user", "is_admin", "is_guest"),
    [
        # a member is neither
        ({}, False, False),
        # owners and admins of the workspace run it
        ({"is_admin": True}, True, False),
        ({"is_owner": True}, True, False),
        # a guest of the workspace is a guest, whatever else is said
        ({"is_restricted": True, "is_admin": True}, False, True),
        ({"is_ultra_restricted": True}, False, True),
        # an admin of another company is nobody's admin here
        ({"team_id": "T2", "is_admin": True}, False, True),
        ({"is_stranger": True, "is_owner": True}, False, True),
        # who has left keeps nothing, not even in a schedule of theirs
        ({"deleted": True, "is_admin": True}, False, True),
    ],
)
def test_who_somebody_is(
    wire: Wire, slack: Slack, user: dict[str, Any], is_admin: bool, is_guest: bool
) -> None:
    known(wire, name="ada", **user)

    assert slack.person("U1") == Person("U1", "ada", is_admin=is_admin, is_guest=is_guest)


def test_another_workspace_of_the_same_organisation_is_not_outside(
    wire: Wire, slack: Slack
) -> None:
    known(wire, team_id="T2", is_admin=True, enterprise_user={"enterprise_id": "E1"})
    wire.says("auth.test", {**US, "enterprise_id": "E1"})

    assert slack.person("U1").is_admin


def test_the_name_is_the_one_people_chose(wire: Wire, slack: Slack) -> None:
    known(wire, name="al", profile={"display_name": "Ada", "real_name": "Ada L."})

    assert slack.person("U1").name == "Ada"


def test_who_we_are_is_asked_once(wire: Wire, slack: Slack) -> None:
    wire.says("auth.test", US)

    assert slack.identity() == slack.identity() == Identity("T1", "U0BOT", "B0BOT")
    assert len(wire.asked("auth.test")) == 1


def test_a_person_is_believed_for_five_minutes(wire: Wire, slack: Slack, ticker: Ticker) -> None:
    known(wire)
    slack.person("U1")
    known(wire, is_admin=True)

    ticker.now += 299
    assert not slack.person("U1").is_admin
    ticker.now += 1
    assert slack.person("U1").is_admin


def test_a_group_is_kept_while_slack_is_silent_and_no_longer(
    wire: Wire, slack: Slack, ticker: Ticker
) -> None:
    wire.says("usergroups.users.list", {"ok": True, "users": ["U1", "U2"]})
    assert slack.group("S1") == {"U1", "U2"}
    ticker.now += 300
    wire.says("usergroups.users.list", Says("down", 503))
    assert slack.group("S1") == {"U1", "U2"}
    wire.says("usergroups.users.list", {"ok": True, "users": ["U2"]})
    assert slack.group("S1") == {"U2"}


def test_a_group_that_is_gone_is_not_believed(wire: Wire, slack: Slack, ticker: Ticker) -> None:
    wire.says(
        "usergroups.users.list",
        {"ok": True, "users": ["U1"]},
        {"ok": False, "error": "no_such_subteam"},
    )
    slack.group("S1")
    ticker.now += 300

    with pytest.raises(SlackError, match="no_such_subteam"):
        slack.group("S1")


def test_a_stranger_is_not_guessed_while_slack_is_silent(wire: Wire, slack: Slack) -> None:
    wire.says("users.info", Says("down", 503))

    with pytest.raises(SlackUnavailable):
        slack.person("U1")


def test_the_cache_forgets_the_oldest_answer(ticker: Ticker) -> None:
    asked: list[str] = []

    def ask(key: str) -> str:
        asked.append(key)
        return key

    remember = Cache(ask, size=2, clock=ticker)
    remember("a")
    remember("b")
    ticker.now += 300
    remember("a")  # asked anew: now "b" is the oldest
    remember("c")
    asked.clear()
    remember("a")
    remember("c")
    assert asked == []
    remember("b")
    assert asked == ["b"]
