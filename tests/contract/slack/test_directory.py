"""People and groups from Slack, and how long they are cached."""

from typing import Any

import pytest

from bot.errors import SlackError, SlackUnavailable
from bot.model import Person
from bot.slack import Identity, Slack
from bot.slack.directory import StaleOnErrorCache
from tests.contract.slack.conftest import FakeMonotonic
from tests.contract.slack.fake_web_api import FakeWebApi, Reply

AUTH_TEST = {"ok": True, "team_id": "T1", "user_id": "U0BOT", "bot_id": "B0BOT"}


def reply_with_user(web_api: FakeWebApi, **user: Any) -> None:
    web_api.reply("auth.test", AUTH_TEST)
    web_api.reply("users.info", {"ok": True, "user": {"id": "U1", "team_id": "T1", **user}})


# (Slack's user object, admin, guest)
@pytest.mark.parametrize(
    ("user", "is_admin", "is_guest"),
    [
        # a member is neither
        ({}, False, False),
        # owners and admins of the workspace are admins
        ({"is_admin": True}, True, False),
        ({"is_owner": True}, True, False),
        # a guest of the workspace is a guest, whatever the other flags
        ({"is_restricted": True, "is_admin": True}, False, True),
        ({"is_ultra_restricted": True}, False, True),
        # an admin of another company isn't an admin here
        ({"team_id": "T2", "is_admin": True}, False, True),
        ({"is_stranger": True, "is_owner": True}, False, True),
        # a deactivated person has no role, not even in their schedules
        ({"deleted": True, "is_admin": True}, False, True),
    ],
)
def test_person_is_parsed_from_users_info(
    web_api: FakeWebApi, slack: Slack, user: dict[str, Any], is_admin: bool, is_guest: bool
) -> None:
    reply_with_user(web_api, **user)

    has_left = bool(user.get("deleted"))
    assert slack.person("U1") == Person("U1", is_admin, is_guest, has_left)


def test_other_workspace_of_the_enterprise_is_not_external(
    web_api: FakeWebApi, slack: Slack
) -> None:
    reply_with_user(web_api, team_id="T2", is_admin=True, enterprise_user={"enterprise_id": "E1"})
    web_api.reply("auth.test", {**AUTH_TEST, "enterprise_id": "E1"})

    assert slack.person("U1").is_admin


def test_identity_is_fetched_once(web_api: FakeWebApi, slack: Slack) -> None:
    web_api.reply("auth.test", AUTH_TEST)

    assert slack.identity() == slack.identity() == Identity("T1", "U0BOT", "B0BOT")
    assert len(web_api.bodies("auth.test")) == 1


def test_person_is_cached_for_five_minutes(
    web_api: FakeWebApi, slack: Slack, ticker: FakeMonotonic
) -> None:
    reply_with_user(web_api)
    slack.person("U1")
    reply_with_user(web_api, is_admin=True)

    ticker.now += 299
    assert not slack.person("U1").is_admin
    ticker.now += 1
    assert slack.person("U1").is_admin


def test_expired_group_is_used_only_while_slack_is_unavailable(
    web_api: FakeWebApi, slack: Slack, ticker: FakeMonotonic
) -> None:
    web_api.reply("usergroups.users.list", {"ok": True, "users": ["U1", "U2"]})
    assert slack.group("S1") == {"U1", "U2"}
    ticker.now += 300
    web_api.reply("usergroups.users.list", Reply("down", 503))
    assert slack.group("S1") == {"U1", "U2"}
    web_api.reply("usergroups.users.list", {"ok": True, "users": ["U2"]})
    assert slack.group("S1") == {"U2"}


def test_deleted_group_raises(web_api: FakeWebApi, slack: Slack, ticker: FakeMonotonic) -> None:
    web_api.reply(
        "usergroups.users.list",
        {"ok": True, "users": ["U1"]},
        {"ok": False, "error": "no_such_subteam"},
    )
    slack.group("S1")
    ticker.now += 300

    with pytest.raises(SlackError, match="no_such_subteam"):
        slack.group("S1")


def test_unknown_person_raises_while_slack_is_unavailable(
    web_api: FakeWebApi, slack: Slack
) -> None:
    web_api.reply("users.info", Reply("down", 503))

    with pytest.raises(SlackUnavailable):
        slack.person("U1")


def test_cache_evicts_the_oldest_entry(ticker: FakeMonotonic) -> None:
    fetched: list[str] = []

    def fetch(key: str) -> str:
        fetched.append(key)
        return key

    cache = StaleOnErrorCache(fetch, size=2, clock=ticker)
    cache("a")
    cache("b")
    ticker.now += 300
    cache("a")  # fetched again: now "b" is the oldest
    cache("c")
    fetched.clear()
    cache("a")
    cache("c")
    assert fetched == []
    cache("b")
    assert fetched == ["b"]
