"""Permissions: from the settings and Slack's groups, and how long they are cached."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.errors import SlackError, SlackUnavailable
from bot.model import Ask, Permission, Role
from bot.service import Bot
from bot.service.requests import permissions
from bot.slack import Slack, make_client
from tests.conftest import MakeBot
from tests.contract.slack.conftest import FakeMonotonic
from tests.contract.slack.fake_web_api import FakeWebApi, Reply, serve_web_api
from tests.fakes import FakeHub, FakeSlack, with_parts

DOWN_RESPONSE = Reply("down", 503)
OWN_IDENTITY = {"ok": True, "team_id": "T1", "user_id": "U0BOT", "bot_id": "B0BOT"}


def permission_of(bot: Bot, user: str) -> Permission:
    return permissions.get_permission(bot.deps.slack, bot.deps.settings, user)


# (the user, the workspace, the settings, the role)
@pytest.mark.parametrize(
    ("user", "said", "settings", "role"),
    [
        # A person without a role only reads.
        ("U1", {}, {}, Role.VIEWER),
        # By id, by group; the higher role counts.
        ("U1", {}, {"SPACEBOT_OPERATORS": "U1"}, Role.OPERATOR),
        ("U1", {"groups": {"S1": {"U1"}}}, {"SPACEBOT_OPERATORS": "S1"}, Role.OPERATOR),
        ("U1", {"groups": {"S1": {"U1"}}}, {"SPACEBOT_ADMINS": "S1"}, Role.ADMIN),
        ("U1", {}, {"SPACEBOT_OPERATORS": "U1", "SPACEBOT_ADMINS": "U1"}, Role.ADMIN),
        # Another group, or one without members, grants nothing.
        ("U1", {"groups": {"S1": {"U2"}}}, {"SPACEBOT_OPERATORS": "S1"}, Role.VIEWER),
        ("U1", {}, {"SPACEBOT_ADMINS": "S1"}, Role.VIEWER),
        # Owners and admins of the workspace are admins without being named.
        ("ULEAD", {}, {}, Role.ADMIN),
        # A guest only reads, whatever the settings say.
        ("U1", {"guests": {"U1"}}, {"SPACEBOT_ADMINS": "U1"}, Role.VIEWER),
        ("ULEAD", {"guests": {"ULEAD"}}, {}, Role.VIEWER),
        (
            "U1",
            {"guests": {"U1"}, "groups": {"S1": {"U1"}}},
            {"SPACEBOT_OPERATORS": "S1"},
            Role.VIEWER,
        ),
    ],
)
def test_a_role(
    make_bot: MakeBot,
    slack: FakeSlack,
    user: str,
    said: dict[str, Any],
    settings: dict[str, str],
    role: Role,
) -> None:
    slack.guests = said.get("guests", set())
    slack.groups = {id: frozenset(members) for id, members in said.get("groups", {}).items()}

    assert permission_of(make_bot(**{"SPACEBOT_OPERATORS": "", **settings}), user).role is role


# -- the real client, which caches for five minutes


@pytest.fixture
def web_api() -> Iterator[FakeWebApi]:
    with serve_web_api() as web_api:
        web_api.reply("auth.test", OWN_IDENTITY)
        web_api.reply("users.info", {"ok": True, "user": {"id": "U1", "team_id": "T1"}})
        web_api.reply("usergroups.users.list", {"ok": True, "users": ["U1"]})
        yield web_api


@pytest.fixture
def ticker() -> FakeMonotonic:
    return FakeMonotonic()


@pytest.fixture
def group_bot(make_bot: MakeBot, web_api: FakeWebApi, ticker: FakeMonotonic) -> Bot:
    """A bot whose operators are the members of one group, through the real client."""
    slack = Slack(make_client("xoxb-test", f"{web_api.url}api/"), clock=ticker)
    return with_parts(make_bot(SPACEBOT_OPERATORS="S1"), slack=slack)


def test_former_group_member_loses_the_role_after_five_minutes(
    group_bot: Bot, web_api: FakeWebApi, ticker: FakeMonotonic
) -> None:
    assert permission_of(group_bot, "U1").role is Role.OPERATOR
    web_api.reply("usergroups.users.list", {"ok": True, "users": []})

    ticker.now += 299
    assert permission_of(group_bot, "U1").role is Role.OPERATOR
    ticker.now += 1
    assert permission_of(group_bot, "U1").role is Role.VIEWER


def test_new_group_member_gets_the_role_after_five_minutes(
    group_bot: Bot, web_api: FakeWebApi, ticker: FakeMonotonic
) -> None:
    web_api.reply("usergroups.users.list", {"ok": True, "users": []})
    assert permission_of(group_bot, "U1").role is Role.VIEWER
    web_api.reply("usergroups.users.list", {"ok": True, "users": ["U1"]})

    ticker.now += 300
    assert permission_of(group_bot, "U1").role is Role.OPERATOR


def test_new_guest_is_read_only(group_bot: Bot, web_api: FakeWebApi, ticker: FakeMonotonic) -> None:
    assert permission_of(group_bot, "U1").role is Role.OPERATOR
    guest = {"id": "U1", "team_id": "T1", "is_restricted": True}
    web_api.reply("users.info", {"ok": True, "user": guest})

    ticker.now += 300
    assert permission_of(group_bot, "U1").role is Role.VIEWER


def test_cached_roles_are_used_during_a_slack_outage(
    group_bot: Bot, web_api: FakeWebApi, ticker: FakeMonotonic
) -> None:
    assert permission_of(group_bot, "U1").role is Role.OPERATOR
    web_api.reply("usergroups.users.list", DOWN_RESPONSE)
    web_api.reply("users.info", DOWN_RESPONSE)

    ticker.now += 3600
    assert permission_of(group_bot, "U1").role is Role.OPERATOR
    web_api.reply("usergroups.users.list", {"ok": True, "users": []})
    assert permission_of(group_bot, "U1").role is Role.VIEWER, "asked again as soon as it can be"


# Errors of Slack grant no permission.
@pytest.mark.parametrize(
    ("method", "answer"),
    [
        ("usergroups.users.list", DOWN_RESPONSE),
        ("usergroups.users.list", {"ok": False, "error": "no_such_subteam"}),
        ("usergroups.users.list", {"ok": False, "error": "missing_scope"}),
        # A group may have guests, so an unknown person gets no role from it.
        ("users.info", DOWN_RESPONSE),
    ],
)
def test_slack_errors_grant_no_role(
    group_bot: Bot, web_api: FakeWebApi, method: str, answer: Any
) -> None:
    web_api.reply(method, answer)

    assert permission_of(group_bot, "U1").role is Role.VIEWER


def test_configured_operators_keep_their_role_during_an_outage(
    group_bot: Bot, web_api: FakeWebApi, make_bot: MakeBot
) -> None:
    web_api.reply("users.info", DOWN_RESPONSE)
    named = with_parts(make_bot(SPACEBOT_OPERATORS="U1"), slack=group_bot.deps.slack)

    assert permission_of(named, "U1").role is Role.OPERATOR


# -- the reasons for a denial


GUEST_NOTE = "Guests of this workspace can look, but not change anything."
SLACK_UNAVAILABLE_NOTE = (
    "I can't look up your role in Slack, so nothing ran. Try again in a minute."
)
ROLE_NOTE = "You can't wake Spaces: operators only."
RATE_LIMITED = SlackUnavailable("Slack asks me to be slower.", "ratelimited", 7)
MISSING_SCOPE = SlackError("I lack users:read. Nothing was done.", "missing_scope")


@pytest.mark.parametrize(
    ("said", "settings", "sentence"),
    [
        pytest.param({}, {}, ROLE_NOTE, id="no role"),
        pytest.param({"guests": {"U1"}}, {"SPACEBOT_OPERATORS": "U1"}, GUEST_NOTE, id="a guest"),
        pytest.param(
            {"person_error": RATE_LIMITED}, {}, SLACK_UNAVAILABLE_NOTE, id="Slack is silent"
        ),
        pytest.param(
            {"person_error": MISSING_SCOPE},
            {},
            "I lack users:read. Nothing was done.",
            id="Slack says no",
        ),
        pytest.param(
            {"group_error": RATE_LIMITED},
            {"SPACEBOT_OPERATORS": "S1"},
            SLACK_UNAVAILABLE_NOTE,
            id="silent about a group",
        ),
        pytest.param(
            {"group_error": RATE_LIMITED},
            {"SPACEBOT_ADMINS": "S1"},
            SLACK_UNAVAILABLE_NOTE,
            id="about the admins' group",
        ),
        # A deleted group doesn't affect the members of others.
        pytest.param(
            {"group_error": MISSING_SCOPE},
            {"SPACEBOT_OPERATORS": "S1"},
            ROLE_NOTE,
            id="no such group",
        ),
    ],
)
def test_denied_request_has_a_reason(
    make_bot: MakeBot,
    hub: FakeHub,
    slack: FakeSlack,
    said: dict[str, Any],
    settings: dict[str, str],
    sentence: str,
) -> None:
    hub.set(team_a="SLEEPING")
    for name, value in said.items():
        setattr(slack, name, value)
    bot = make_bot(**{"SPACEBOT_OPERATORS": "", **settings})

    bot.ask(Ask("wake team-a", "U1", "C1", idempotency_key="k"))

    assert sentence in slack.ephemeral_messages[-1][1].text
    assert ("You can't wake Spaces" in slack.ephemeral_messages[-1][1].text) == (
        sentence == ROLE_NOTE
    )
    assert slack.cards == []


def test_denied_confirmation_has_a_reason(
    make_bot: MakeBot, hub: FakeHub, slack: FakeSlack
) -> None:
    hub.set(team_a="RUNNING")
    bot = make_bot()

    bot.ask(Ask("pause team-a", "UTA", "C1", idempotency_key="k1"))
    slack.person_error = RATE_LIMITED
    bot.ask(Ask("confirm 1", "ULEAD", "C1", idempotency_key="k2"))

    assert slack.ephemeral_messages[-1][1].text == SLACK_UNAVAILABLE_NOTE


# A button is offered only if the person may use it.
@pytest.mark.parametrize(
    ("user", "text", "taps", "hears"),
    [
        ("UTA", "wke team-a", ["wake team-a"], "Did you mean `wake`?"),
        ("UX", "wke team-a", [], "Did you mean `wake`? You can't wake Spaces"),
        ("UX", "team-a restart", [], "You can't restart Spaces: operators only."),
        ("UX", "sttaus team-a", ["status team-a"], "Did you mean `status`?"),
        ("UX", "xyzzy", ["help"], "Try `help`"),
    ],
)
def test_suggestion_is_offered_only_with_permission(
    bot: Bot, hub: FakeHub, slack: FakeSlack, user: str, text: str, taps: list[str], hears: str
) -> None:
    hub.set(team_a="RUNNING")
    bot.sweep()

    bot.ask(Ask(text, user, "C1", idempotency_key="1"))

    reply = slack.ephemeral_messages[-1][1]
    assert hears in reply.text
    rows = [b["elements"] for b in reply.blocks if b["type"] == "actions"]
    assert [button["value"] for row in rows for button in row] == taps


def test_slack_outage_removes_no_cached_role(
    make_bot: MakeBot, hub: FakeHub, slack: FakeSlack
) -> None:
    hub.set(team_a="SLEEPING")
    slack.group_error = RATE_LIMITED
    bot = make_bot(SPACEBOT_ADMINS="S1", SPACEBOT_OPERATORS="U1")

    bot.ask(Ask("wake team-a", "U1", "C1", idempotency_key="k1"))
    bot.deliver()
    bot.ask(Ask("audit", "U1", "C1", idempotency_key="k2"))

    assert [card.text for card in slack.cards] == ["Waking team-a · requested by <@U1>"]
    assert slack.ephemeral_messages[-1][1].text == SLACK_UNAVAILABLE_NOTE
