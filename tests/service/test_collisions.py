"""A secret and a variable never get one name: both lists are read before anything is set."""

from collections.abc import Callable

import pytest

from bot.errors import HubError, HubUnavailable, Refused, Unanswered
from bot.service import Bot
from tests.conftest import MakeBot
from tests.fakes import FakeClock, FakeHub, FakeSlack
from tests.service.test_asking import say
from tests.service.test_forms import open_form, send
from tests.service.test_provisioning import heard
from tests.service.test_uploading import put, share

SECRET = {"SPACEBOT_SECRET_API_KEY": "swordfish"}
TEMPLATE = {**SECRET, "SPACEBOT_TEMPLATE": "acme/template", "SPACEBOT_VARIABLES": "MODE=exam"}


@pytest.fixture(autouse=True)
def fleet(hub: FakeHub) -> None:
    hub.set(team_a="RUNNING", team_b="RUNNING", team_c="RUNNING")


def shown(slack: FakeSlack) -> str:
    return str(slack.cards[-1].message.blocks)


# -- secret set, variable set


@pytest.mark.parametrize(
    ("text", "other"),
    [("secret set all API_KEY", "variable"), ("variable set all API_KEY", "secret")],
)
def test_a_name_is_set_only_where_the_other_kind_does_not_have_it(
    bot: Bot, hub: FakeHub, slack: FakeSlack, text: str, other: str
) -> None:
    taken = hub.variable_values if other == "variable" else hub.secret_values
    taken["acme/team-b"] = {"API_KEY": "theirs"}

    send(bot, slack, open_form(bot, slack, text), value="swordfish")

    assert [space for _, space in hub.sent] == ["acme/team-a", "acme/team-c"]
    assert taken["acme/team-b"] == {"API_KEY": "theirs"}
    assert slack.cards[-1].text.endswith("set on 2 of 3 Spaces")
    assert f"There is a {other} API_KEY, so nothing was set" in shown(slack)


@pytest.mark.parametrize("text", ["secret set team-a API_KEY", "variable set team-a API_KEY"])
@pytest.mark.parametrize("error", [Refused("No."), HubUnavailable("The Hub does not answer.")])
def test_where_the_other_list_cannot_be_read_nothing_is_set(
    bot: Bot, hub: FakeHub, slack: FakeSlack, text: str, error: HubError
) -> None:
    hub.refuses_of = {"variables" if text.startswith("secret") else "secrets": error}

    send(bot, slack, open_form(bot, slack, text), value="swordfish")

    assert hub.sent == []
    assert "so nothing was set" in shown(slack)
    assert str(error) in shown(slack)


def test_the_log_has_the_id_by_which_the_hub_finds_a_request(
    bot: Bot, hub: FakeHub, slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    hub.refuses_of = {"set_secret API_KEY": Refused("No.", "Root=1-2-3")}

    send(bot, slack, open_form(bot, slack, "secret set team-a API_KEY"), value="swordfish")

    assert "No. (request Root=1-2-3)" in caplog.text
    assert "Root=1-2-3" not in shown(slack)


# -- an act without its confirmation


def lost(act: Callable[..., object]) -> Callable[..., object]:
    """Do *act*, and lose its answer."""

    def losing(*words: str) -> None:
        act(*words)
        raise Unanswered("The Hub's answer is not the expected one. It may have been done.")

    return losing


@pytest.mark.parametrize(
    ("method", "text", "value", "said"),
    [
        ("set_variable", "variable set team-a MODE", "exam", "Variable MODE set on team-a"),
        ("delete_variable", "variable delete team-a OLD", "", "Variable OLD deleted from team-a"),
        ("delete_secret", "secret delete team-a KEY", "", "Secret KEY deleted from team-a"),
        # Nobody can see what a secret's value is.
        ("set_secret", "secret set team-a NEW", "swordfish", "Secret NEW not set on team-a"),
    ],
)
def test_what_the_hub_shows_to_be_done_is_done_although_its_answer_was_lost(
    bot: Bot,
    hub: FakeHub,
    slack: FakeSlack,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    text: str,
    value: str,
    said: str,
) -> None:
    hub.variable_values["acme/team-a"] = {"OLD": "1"}
    hub.secret_values["acme/team-a"] = {"KEY": "1"}
    monkeypatch.setattr(hub, method, lost(getattr(hub, method)))

    send(bot, slack, open_form(bot, slack, text), **({"value": value} if value else {}))

    assert [card.text for card in slack.cards] == [said]


def test_what_the_hub_shows_not_to_be_done_may_have_been_done(
    bot: Bot, hub: FakeHub, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.variable_values["acme/team-a"] = {"OLD": "1"}
    monkeypatch.setattr(hub, "delete_variable", lost(lambda *_: None))

    send(bot, slack, open_form(bot, slack, "variable delete team-a OLD"))

    assert [card.text for card in slack.cards] == ["Variable OLD not deleted from team-a"]
    assert "may have been done" in shown(slack)


# -- provision


@pytest.fixture
def classroom(make_bot: MakeBot, hub: FakeHub) -> Bot:
    hub.put("acme/template", "PAUSED")
    return make_bot(**TEMPLATE)


def settle(bot: Bot, clock: FakeClock) -> None:
    clock.tick(seconds=3)
    bot.advance()
    bot.deliver()


def test_a_template_whose_variable_has_the_name_of_a_secret_is_refused_at_the_preview(
    classroom: Bot, hub: FakeHub, slack: FakeSlack
) -> None:
    hub.variable_values["acme/template"] = {"API_KEY": "public", "COLOUR": "red"}

    say(classroom, "provision team-1..3", "ULEAD")

    for part in ("API_KEY", "acme/template", "SPACEBOT_SECRET_API_KEY", "othing was done"):
        assert part in heard(slack)
    assert "variable delete template API_KEY" in heard(slack)
    assert "confirm" not in heard(slack)
    assert hub.sent == []


def test_a_template_that_hides_its_variables_is_refused_if_there_are_secrets(
    classroom: Bot, hub: FakeHub, slack: FakeSlack
) -> None:
    hub.refuses_of = {"variables": Refused("No.")}

    say(classroom, "provision team-1", "ULEAD")

    assert "can't read the variables of `acme/template`" in heard(slack)
    assert hub.sent == []


def test_a_variable_that_the_template_got_since_the_preview_stops_the_copies(
    classroom: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    say(classroom, "provision team-1", "ULEAD")
    hub.variable_values["acme/template"] = {"API_KEY": "public"}
    say(classroom, "confirm 1", "ULEAD")
    settle(classroom, clock)
    settle(classroom, clock)

    assert hub.sent == []
    assert "API_KEY can't be both a secret and a variable" in shown(slack)


def test_a_repair_sets_no_name_that_the_other_kind_has_and_says_so(
    classroom: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.variable_values["acme/team-a"] = {"API_KEY": "public"}
    hub.secret_values["acme/team-b"] = {"MODE": "theirs", "API_KEY": "theirs"}

    say(classroom, "provision team-a, team-b", "ULEAD")
    say(classroom, "confirm 1", "ULEAD")
    settle(classroom, clock)
    settle(classroom, clock)

    assert hub.sent == [("set_variable MODE", "acme/team-a")]
    assert "Provision: 0 of 2" in slack.cards[0].text
    for part in ("API_KEY can't be both", "Added MODE", "MODE can't be both", "Nothing was set"):
        assert part in str(slack.cards[0].message.blocks)


# -- upload


def test_an_upload_leaves_a_secret_out_whose_name_a_variable_has_and_says_so(
    make_bot: MakeBot, hub: FakeHub, slack: FakeSlack
) -> None:
    bot = make_bot(**SECRET, SPACEBOT_SECRET_OTHER="x")
    hub.variable_values["acme/team-a"] = {"API_KEY": "public"}

    put(bot, slack, share(slack, app_py=b"1"))

    assert [what for what, _ in hub.sent] == ["set_secret OTHER", "commit"]
    assert "API_KEY is a variable there and was not set as a secret" in shown(slack)


def test_an_upload_that_cannot_see_the_variables_sets_and_commits_nothing(
    make_bot: MakeBot, hub: FakeHub, slack: FakeSlack
) -> None:
    bot = make_bot(**SECRET)
    hub.refuses_of = {"variables": Refused("No.")}

    put(bot, slack, share(slack, app_py=b"1"))

    assert hub.sent == []
    assert "No." in str(slack.whispers[-1][1].blocks)
