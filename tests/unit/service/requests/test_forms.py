"""Forms: opened, offered as a button, checked and submitted."""

from dataclasses import replace

import pytest

from bot.errors import SlackError, SlackUnavailable
from bot.model import Source
from bot.service import Bot
from tests.conftest import MakeBot
from tests.fakes import FakeClock, FakeHub, FakeSlack
from tests.requests import (
    LEAD,
    filled_form,
    last_reply,
    open_form,
    send_command,
    submit,
    tick,
)


def test_a_form_sent_twice_is_done_once(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING")
    id = open_form(bot, slack, "secret set team-a API_KEY")

    submit(bot, slack, id, value="first")
    submit(bot, slack, id, value="second")

    assert hub.secret_values == {"acme/team-a": {"API_KEY": "first"}}
    assert len(slack.cards) == 1


def test_form_submitted_after_an_hour_is_executed(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="SLEEPING", team_b="RUNNING")
    id = open_form(bot, slack, "secret set sleeping API_KEY")
    clock.tick(hours=1)
    hub.set(team_a="RUNNING", team_b="SLEEPING")

    submit(bot, slack, id, value="swordfish")

    assert set(hub.secret_values) == {"acme/team-a"}, "the Spaces that the form named"


@pytest.mark.parametrize(
    ("text", "user", "environ"),
    [
        ("secret set team-a API_KEY", LEAD, {}),
        ("delete team-a", LEAD, {}),
        ("upload team-a", "UTA", {"SPACEBOT_OPERATORS": "U1"}),
    ],
)
def test_role_is_checked_again_at_submission(
    make_bot: MakeBot,
    hub: FakeHub,
    slack: FakeSlack,
    text: str,
    user: str,
    environ: dict[str, str],
) -> None:
    bot = make_bot()
    hub.set(team_a="RUNNING")
    slack.shared_files = {"F1": ("app.py", b"1")}
    id = open_form(bot, slack, text, user)
    slack.admins.clear()

    bot = make_bot(**environ)
    ask = filled_form(slack, id, user, value="v", id="acme/team-a", message="m")
    bot.ask(replace(ask, files=("F1",)))

    assert "You can't" in last_reply(slack)
    assert " only" in last_reply(slack)
    assert (hub.writes, slack.cards) == ([], [])


def test_empty_value_is_a_form_error(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING")
    id = open_form(bot, slack, "secret set team-a API_KEY")

    assert bot.check_form(filled_form(slack, id, value=" \n ")) == {"value": "Enter a value."}


def test_without_a_trigger_id_a_button_is_offered(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING")

    send_command(bot, "secret set team-a API_KEY", LEAD, source=Source.MENTION)

    assert last_reply(slack) == "Set a secret: tap to open the form"
    assert "'value': 'secret set team-a API_KEY'" in str(slack.ephemeral_messages[-1][1].blocks)


@pytest.mark.parametrize(
    "error",
    [
        # a trigger opens one form within three seconds
        SlackError("Too late.", "expired_trigger_id"),
        # … and Slack itself may not respond
        SlackUnavailable("Slack does not answer."),
    ],
)
def test_expired_trigger_offers_a_button(
    bot: Bot, hub: FakeHub, slack: FakeSlack, error: SlackError
) -> None:
    hub.set(team_a="RUNNING")
    slack.form_error = error

    send_command(bot, "delete team-a", LEAD, trigger_id="13.7.t")

    assert "tap to open the form" in last_reply(slack)


def test_rejected_form_is_reported(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING")
    slack.form_error = SlackError("Slack Slack refused (invalid_arguments).", "invalid_arguments")

    send_command(bot, "delete team-a", LEAD, trigger_id="13.7.t")

    assert "invalid_arguments" in last_reply(slack)


def test_form_opens_from_the_last_sweep(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING")
    bot.sweep()
    hub.calls.clear()

    open_form(bot, slack, "secret set team-a API_KEY")

    assert hub.calls == [], "the Hub may take longer than Slack waits"


def test_space_newer_than_the_last_sweep_is_found(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="RUNNING")
    bot.sweep()
    clock.tick(seconds=5)
    hub.set(team_new="RUNNING")

    assert open_form(bot, slack, "secret set team-new API_KEY")


def test_submission_uses_the_current_fleet(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="RUNNING")
    bot.sweep()
    id = open_form(bot, slack, "secret set team-a API_KEY")
    clock.tick(seconds=5)
    hub.go_down()

    bot.ask(filled_form(slack, id, value="swordfish"))

    assert last_reply(slack) == "The Hub does not answer."
    assert hub.secret_values == {}


def test_suggested_target_keeps_its_key(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_alpha="RUNNING")

    send_command(bot, "secret set team-alpa API_KEY", LEAD, trigger_id="13.7.t")

    assert "secret set team-alpha API_KEY" in str(slack.ephemeral_messages[-1][1].blocks)
    assert slack.open_forms == {}


@pytest.mark.parametrize(
    ("text", "user", "part"),
    [
        ("secret set team-a API_KEY", "UTA", "You can't use `secret set`: admins only."),
        ("variable set team-a MODE exam", "UTA", "admins only"),
        ("delete team-a", "UTA", "You can't delete Spaces: admins only."),
        ("upload team-a", "USTUDENT", "You can't use `upload`: operators only."),
        # a secret needs Spaces and a name
        ("secret set team-a", LEAD, "Name the Spaces first, then the key"),
        ("secret set", LEAD, "Name the Spaces first, then the key"),
        ("secret set team-a API-KEY", LEAD, "letters, digits and underscores"),
        ("secret list", LEAD, "Which Spaces?"),
        ("variable delete team-a MODE exam", LEAD, "Nothing can follow the key"),
        # delete: one Space, by its name
        ("delete", LEAD, "Which Space should I delete?"),
        ("delete all", LEAD, "can mean several Spaces"),
        ("delete team-*", LEAD, "can mean several Spaces"),
        ("delete team-1..3", LEAD, "can mean several Spaces"),
        ("delete sleeping", LEAD, "can mean several Spaces"),
        ("delete team-a team-b", LEAD, "One Space at a time"),
        ("upload all", LEAD, "can mean several Spaces"),
    ],
)
def test_command_is_rejected_with_a_reason(
    bot: Bot, hub: FakeHub, slack: FakeSlack, text: str, user: str, part: str
) -> None:
    hub.set(team_a="RUNNING", team_b="RUNNING")

    send_command(bot, text, user, trigger_id="13.7.t")

    assert part in str(slack.ephemeral_messages[-1][1].blocks)
    assert (slack.open_forms, hub.writes) == ({}, [])


def test_a_variable_is_shown_before_it_is_set(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="PAUSED")
    id = open_form(bot, slack, "variable set team-a MODE exam week")
    form_text = str(slack.open_forms[id])

    submit(bot, slack, id, value="exam, week")
    for _ in range(2):
        tick(bot, clock)

    assert "'initial_value': 'exam week'" in form_text
    assert "Variables are public" in form_text
    assert hub.variable_values == {"acme/team-a": {"MODE": "exam, week"}}
    (card,) = slack.cards
    assert card.text.startswith("Set variable MODE on team-a (6 s)")
    assert "`undo 1` takes this back" in str(card.message.blocks)


def test_the_button_for_a_form_keeps_a_variables_value(
    bot: Bot, hub: FakeHub, slack: FakeSlack
) -> None:
    hub.set(team_a="RUNNING")

    send_command(bot, "variable set team-a MODE exam", LEAD, source=Source.MENTION)

    assert "'value': 'variable set team-a MODE exam'" in str(slack.ephemeral_messages[-1][1].blocks)
