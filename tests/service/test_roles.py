"""Who may do what: from the settings, from Slack's groups, and for how long that is believed."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot.errors import SlackError, SlackUnavailable
from bot.model import Ask, Role
from bot.service import Bot
from bot.service.asks import roles
from bot.slack import Slack, client
from tests.conftest import MakeBot
from tests.fakes import FakeHub, FakeSlack
from tests.slack.conftest import Ticker
from tests.slack.wire import Says, Wire, served

DOWN = Says("down", 503)
US = {"ok": True, "team_id": "T1", "user_id": "U0BOT", "bot_id": "B0BOT"}


# (who it is, what the workspace says, what the settings say, and so)
@pytest.mark.parametrize(
    ("user", "said", "settings", "role"),
    [
        # Nobody in particular only looks.
        ("U1", {}, {}, Role.VIEWER),
        # By name, by group, the higher one counts.
        ("U1", {}, {"SPACEBOT_OPERATORS": "U1"}, Role.OPERATOR),
        ("U1", {"groups": {"S1": {"U1"}}}, {"SPACEBOT_OPERATORS": "S1"}, Role.OPERATOR),
        ("U1", {"groups": {"S1": {"U1"}}}, {"SPACEBOT_ADMINS": "S1"}, Role.ADMIN),
        ("U1", {}, {"SPACEBOT_OPERATORS": "U1", "SPACEBOT_ADMINS": "U1"}, Role.ADMIN),
        # Another's group, or one without members, makes nobody anything.
        ("U1", {"groups": {"S1": {"U2"}}}, {"SPACEBOT_OPERATORS": "S1"}, Role.VIEWER),
        ("U1", {}, {"SPACEBOT_ADMINS": "S1"}, Role.VIEWER),
        # Who runs the workspace is an admin without being named.
        ("ULEAD", {}, {}, Role.ADMIN),
        # A guest only looks, whoever names them.
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

    assert roles.standing(make_bot(**{"SPACEBOT_OPERATORS": "", **settings}), user).role is role


# -- the real adapter, whose answers are good for five minutes


@pytest.fixture
def wire() -> Iterator[Wire]:
    with served() as wire:
        wire.says("auth.test", US)
        wire.says("users.info", {"ok": True, "user": {"id": "U1", "team_id": "T1"}})
        wire.says("usergroups.users.list", {"ok": True, "users": ["U1"]})
        yield wire


@pytest.fixture
def ticker() -> Ticker:
    return Ticker()


@pytest.fixture
def staffed(make_bot: MakeBot, wire: Wire, ticker: Ticker) -> Bot:
    """A bot whose operators are the members of one group, as the real adapter sees them."""
    slack = Slack(client("xoxb-test", f"{wire.url}api/"), clock=ticker)
    return replace(make_bot(SPACEBOT_OPERATORS="S1"), slack=slack)


def test_who_leaves_the_group_may_act_for_five_minutes_and_no_longer(
    staffed: Bot, wire: Wire, ticker: Ticker
) -> None:
    assert roles.standing(staffed, "U1").role is Role.OPERATOR
    wire.says("usergroups.users.list", {"ok": True, "users": []})

    ticker.now += 299
    assert roles.standing(staffed, "U1").role is Role.OPERATOR
    ticker.now += 1
    assert roles.standing(staffed, "U1").role is Role.VIEWER


def test_who_joins_the_group_may_act_after_five_minutes(
    staffed: Bot, wire: Wire, ticker: Ticker
) -> None:
    wire.says("usergroups.users.list", {"ok": True, "users": []})
    assert roles.standing(staffed, "U1").role is Role.VIEWER
    wire.says("usergroups.users.list", {"ok": True, "users": ["U1"]})

    ticker.now += 300
    assert roles.standing(staffed, "U1").role is Role.OPERATOR


def test_who_becomes_a_guest_only_looks(staffed: Bot, wire: Wire, ticker: Ticker) -> None:
    assert roles.standing(staffed, "U1").role is Role.OPERATOR
    guest = {"id": "U1", "team_id": "T1", "is_restricted": True}
    wire.says("users.info", {"ok": True, "user": guest})

    ticker.now += 300
    assert roles.standing(staffed, "U1").role is Role.VIEWER


def test_while_slack_is_silent_the_last_answer_stands(
    staffed: Bot, wire: Wire, ticker: Ticker
) -> None:
    assert roles.standing(staffed, "U1").role is Role.OPERATOR
    wire.says("usergroups.users.list", DOWN)
    wire.says("users.info", DOWN)

    ticker.now += 3600
    assert roles.standing(staffed, "U1").role is Role.OPERATOR
    wire.says("usergroups.users.list", {"ok": True, "users": []})
    assert roles.standing(staffed, "U1").role is Role.VIEWER, "asked again as soon as it can be"


# What Slack cannot say, or says no to: nobody gets a right from that.
@pytest.mark.parametrize(
    ("method", "answer"),
    [
        ("usergroups.users.list", DOWN),
        ("usergroups.users.list", {"ok": False, "error": "no_such_subteam"}),
        ("usergroups.users.list", {"ok": False, "error": "missing_scope"}),
        # A group may have guests: of whom nothing is known, nothing is believed.
        ("users.info", DOWN),
    ],
)
def test_a_failing_slack_invents_no_right(
    staffed: Bot, wire: Wire, method: str, answer: Any
) -> None:
    wire.says(method, answer)

    assert roles.standing(staffed, "U1").role is Role.VIEWER


def test_whom_the_settings_name_may_act_while_slack_is_silent(
    staffed: Bot, wire: Wire, make_bot: MakeBot
) -> None:
    wire.says("users.info", DOWN)
    named = replace(make_bot(SPACEBOT_OPERATORS="U1"), slack=staffed.slack)

    assert roles.standing(named, "U1").role is Role.OPERATOR


# -- why somebody may not, in words


LOOK = "Guests and people from outside only look, whatever the settings say of them"
SILENT = "Slack did not tell me who you are, so nothing was done; try again in a minute."
ADD = "Only an operator or an admin may `wake`; you are a viewer."
SLOW = SlackUnavailable("Slack asks me to be slower.", "ratelimited", 7)
LACKS = SlackError("I lack users:read. Nothing was done.", "missing_scope")


@pytest.mark.parametrize(
    ("said", "settings", "sentence"),
    [
        pytest.param({}, {}, ADD, id="nobody in particular"),
        pytest.param({"guests": {"U1"}}, {"SPACEBOT_OPERATORS": "U1"}, LOOK, id="a guest"),
        pytest.param({"no_person": SLOW}, {}, SILENT, id="Slack is silent"),
        pytest.param(
            {"no_person": LACKS}, {}, "I lack users:read. Nothing was done.", id="Slack says no"
        ),
        pytest.param(
            {"no_group": SLOW}, {"SPACEBOT_OPERATORS": "S1"}, SILENT, id="silent about a group"
        ),
        pytest.param(
            {"no_group": SLOW}, {"SPACEBOT_ADMINS": "S1"}, SILENT, id="about the admins' group"
        ),
        # One that was deleted is no reason why everybody else may not.
        pytest.param({"no_group": LACKS}, {"SPACEBOT_OPERATORS": "S1"}, ADD, id="no such group"),
    ],
)
def test_who_may_not_hears_why(
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

    bot.ask(Ask("wake team-a", "U1", "C1", key="k"))

    assert sentence in slack.whispers[-1][1].text
    assert ("Ask a course lead to add you" in slack.whispers[-1][1].text) == (sentence == ADD)
    assert slack.cards == []


def test_who_answers_a_question_hears_why_not_too(
    make_bot: MakeBot, hub: FakeHub, slack: FakeSlack
) -> None:
    hub.set(team_a="RUNNING")
    bot = make_bot()

    bot.ask(Ask("pause team-a", "UTA", "C1", key="k1"))
    slack.no_person = SLOW
    bot.ask(Ask("confirm 1", "ULEAD", "C1", key="k2"))

    assert slack.whispers[-1][1].text == SILENT


# What somebody may not do is not held out to them as a button.
@pytest.mark.parametrize(
    ("user", "text", "taps", "hears"),
    [
        ("UTA", "wke team-a", ["wake team-a"], "Did you mean `wake`?"),
        ("UX", "wke team-a", [], "Did you mean `wake`? Only an operator or an admin may"),
        ("UX", "team-a restart", [], "Only an operator or an admin may `restart`"),
        ("UX", "sttaus team-a", ["status team-a"], "Did you mean `status`?"),
        ("UX", "xyzzy", ["help"], "Say `help`"),
    ],
)
def test_what_was_probably_meant_is_offered_to_whoever_may(
    bot: Bot, hub: FakeHub, slack: FakeSlack, user: str, text: str, taps: list[str], hears: str
) -> None:
    hub.set(team_a="RUNNING")
    bot.sweep()

    bot.ask(Ask(text, user, "C1", key="1"))

    said = slack.whispers[-1][1]
    assert hears in said.text
    rows = [b["elements"] for b in said.blocks if b["type"] == "actions"]
    assert [button["value"] for row in rows for button in row] == taps


def test_a_silent_slack_takes_nothing_from_those_it_knows(
    make_bot: MakeBot, hub: FakeHub, slack: FakeSlack
) -> None:
    hub.set(team_a="SLEEPING")
    slack.no_group = SLOW
    bot = make_bot(SPACEBOT_ADMINS="S1", SPACEBOT_OPERATORS="U1")

    bot.ask(Ask("wake team-a", "U1", "C1", key="k1"))
    bot.deliver()
    bot.ask(Ask("audit", "U1", "C1", key="k2"))

    assert [card.text for card in slack.cards] == ["Waking 1 Space"]
    assert slack.whispers[-1][1].text == SILENT
