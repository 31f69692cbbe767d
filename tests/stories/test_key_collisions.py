"""A secret and a variable never share a name, because both lists are read before a set."""

import pytest

from bot.errors import HubError, HubForbidden, HubUnavailable, OutcomeUnknown
from bot.service import Bot
from tests.conftest import MakeBot
from tests.fakes import FakeClock, FakeHub, FakeSlack
from tests.faults import fail, with_hub_fault
from tests.requests import (
    last_full_reply,
    open_form,
    send_command,
    share,
    submit,
    submit_upload,
    tick,
)

SECRET = {"SPACEBOT_SECRET_API_KEY": "swordfish"}
TEMPLATE = {**SECRET, "SPACEBOT_TEMPLATE": "acme/template", "SPACEBOT_VARIABLES": "MODE=exam"}


@pytest.fixture(autouse=True)
def fleet(hub: FakeHub) -> None:
    hub.set(team_a="RUNNING", team_b="RUNNING", team_c="RUNNING")


def card_text(slack: FakeSlack) -> str:
    return str(slack.cards[-1].message.blocks)


# -- secret set, variable set


@pytest.mark.parametrize(
    ("text", "other"),
    [("secret set all API_KEY", "variable"), ("variable set all API_KEY", "secret")],
)
def test_key_is_set_only_where_it_does_not_collide(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock, text: str, other: str
) -> None:
    taken = hub.variable_values if other == "variable" else hub.secret_values
    taken["acme/team-b"] = {"API_KEY": "theirs"}

    submit(bot, slack, open_form(bot, slack, text), value="swordfish")
    for _ in range(3):
        tick(bot, clock, 40)

    assert [space for _, space in hub.writes] == ["acme/team-a", "acme/team-c"]
    assert taken["acme/team-b"] == {"API_KEY": "theirs"}
    assert "on 2 of 3" in slack.cards[-1].text
    assert f"There's already a {other} API_KEY, so nothing was set" in card_text(slack)


@pytest.mark.parametrize("text", ["secret set team-a API_KEY", "variable set team-a API_KEY"])
@pytest.mark.parametrize(
    "error", [HubForbidden("No."), HubUnavailable("Hugging Face isn't responding.")]
)
def test_unreadable_other_list_prevents_setting(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock, text: str, error: HubError
) -> None:
    hub.errors_by_call = {"variables" if text.startswith("secret") else "secrets": error}

    submit(bot, slack, open_form(bot, slack, text), value="swordfish")
    for _ in range(2):
        tick(bot, clock)

    assert hub.writes == []
    assert "nothing was set" in card_text(slack)
    assert str(error) in card_text(slack)


def test_log_has_the_hub_request_id(
    bot: Bot, hub: FakeHub, slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    hub.errors_by_call = {"set_secret API_KEY": HubForbidden("No.", "Root=1-2-3")}

    submit(bot, slack, open_form(bot, slack, "secret set team-a API_KEY"), value="swordfish")

    assert "No. (request Root=1-2-3)" in caplog.text
    assert "Root=1-2-3" not in card_text(slack)


# -- an act without its confirmation


lose_answer = fail(
    lambda: OutcomeUnknown("The Hub's answer is not the expected one. It may have been done.")
)


@pytest.mark.parametrize(
    ("method", "text", "value", "said"),
    [
        ("delete_secret", "secret delete team-a KEY", "", "Secret KEY deleted from team-a"),
        # The value of a secret can't be read back.
        ("set_secret", "secret set team-a NEW", "swordfish", "Secret NEW not set on team-a"),
    ],
)
def test_lost_answer_counts_as_done_if_the_hub_shows_it(
    bot: Bot,
    hub: FakeHub,
    slack: FakeSlack,
    method: str,
    text: str,
    value: str,
    said: str,
) -> None:
    hub.secret_values["acme/team-a"] = {"KEY": "1"}
    bot = with_hub_fault(bot, f"after {method}", lose_answer)

    submit(bot, slack, open_form(bot, slack, text), **({"value": value} if value else {}))

    assert [card.text for card in slack.cards] == [said]


def test_lost_answer_is_unknown_if_the_hub_does_not_show_it(
    bot: Bot, hub: FakeHub, slack: FakeSlack
) -> None:
    hub.secret_values["acme/team-a"] = {"OLD": "1"}
    bot = with_hub_fault(bot, "before delete_secret", lose_answer)

    submit(bot, slack, open_form(bot, slack, "secret delete team-a OLD"))

    assert [card.text for card in slack.cards] == ["Secret OLD not deleted from team-a"]
    assert "may have been done" in card_text(slack)


# -- provision


@pytest.fixture
def classroom(make_bot: MakeBot, hub: FakeHub) -> Bot:
    hub.put("acme/template", "PAUSED")
    return make_bot(**TEMPLATE)


def test_template_variable_colliding_with_a_secret_fails_the_preview(
    classroom: Bot, hub: FakeHub, slack: FakeSlack
) -> None:
    hub.variable_values["acme/template"] = {"API_KEY": "public", "COLOR": "red"}

    send_command(classroom, "provision team-1..3", "ULEAD")

    for part in ("API_KEY", "acme/template", "SPACEBOT_SECRET_API_KEY", "Remove one of the two"):
        assert part in last_full_reply(slack)
    assert "variable delete template API_KEY" in last_full_reply(slack)
    assert "confirm" not in last_full_reply(slack)
    assert hub.writes == []


def test_template_with_unreadable_variables_is_rejected_with_secrets(
    classroom: Bot, hub: FakeHub, slack: FakeSlack
) -> None:
    hub.errors_by_call = {"variables": HubForbidden("No.")}

    send_command(classroom, "provision team-1", "ULEAD")

    assert "can't read the variables of `acme/template`" in last_full_reply(slack)
    assert hub.writes == []


def test_variable_added_to_the_template_stops_the_copies(
    classroom: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    send_command(classroom, "provision team-1", "ULEAD")
    hub.variable_values["acme/template"] = {"API_KEY": "public"}
    send_command(classroom, "confirm 1", "ULEAD")
    tick(classroom, clock)
    tick(classroom, clock)

    assert hub.writes == []
    assert "API_KEY can't be both a secret and a variable" in card_text(slack)


def test_repair_skips_colliding_keys_and_reports_them(
    classroom: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.variable_values["acme/team-a"] = {"API_KEY": "public"}
    hub.secret_values["acme/team-b"] = {"MODE": "theirs", "API_KEY": "theirs"}

    send_command(classroom, "provision team-a, team-b", "ULEAD")
    send_command(classroom, "confirm 1", "ULEAD")
    tick(classroom, clock)
    tick(classroom, clock)

    assert hub.writes == [("set_variable MODE", "acme/team-a")]
    assert "Couldn't provision" in slack.cards[0].text
    for part in ("API_KEY can't be both", "Added MODE", "MODE can't be both", "Nothing was set"):
        assert part in str(slack.cards[0].message.blocks)


# -- upload


def test_upload_skips_colliding_secrets_and_reports_them(
    make_bot: MakeBot, hub: FakeHub, slack: FakeSlack
) -> None:
    bot = make_bot(**SECRET, SPACEBOT_SECRET_OTHER="x")
    hub.variable_values["acme/team-a"] = {"API_KEY": "public"}

    submit_upload(bot, slack, share(slack, app_py=b"1"))

    assert [what for what, _ in hub.writes] == ["set_secret OTHER", "commit"]
    assert "No secret set for API_KEY" in card_text(slack)


def test_upload_with_unreadable_variables_changes_nothing(
    make_bot: MakeBot, hub: FakeHub, slack: FakeSlack
) -> None:
    bot = make_bot(**SECRET)
    hub.errors_by_call = {"variables": HubForbidden("No.")}

    submit_upload(bot, slack, share(slack, app_py=b"1"))

    assert hub.writes == []
    assert "No." in str(slack.ephemeral_messages[-1][1].blocks)
