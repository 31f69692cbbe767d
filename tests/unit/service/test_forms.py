"""Forms through the one door: opened, offered, filled in, refused; and what they lead to."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.concurrency.draining import DrainingExecutor
from bot.errors import HubError, HubUnavailable, SlackError, SlackUnavailable
from bot.model import Ask, RateBudget, Source
from bot.render import modals
from bot.service import Bot
from bot.store.schema import metadata
from tests.conftest import MakeBot
from tests.fakes import FakeClock, FakeHub, FakeSlack, with_parts
from tests.unit.service.requests.test_handler import last_reply, send_command

LEAD = "ULEAD"


def open_form(bot: Bot, slack: FakeSlack, text: str, user: str = LEAD, **values: Any) -> str:
    """Type *text* where a form can be opened; return the form's id."""
    before = set(slack.open_forms)
    send_command(bot, text, user, trigger_id="13.7.t", **values)
    (id,) = set(slack.open_forms) - before
    return id


def filled_form(slack: FakeSlack, id: str, user: str = LEAD, /, **values: str) -> Ask:
    """Return what Slack sends when somebody has filled in the form."""
    errand = modals.read_metadata(slack.open_forms[id]["private_metadata"])
    return Ask(
        errand.command,
        user,
        errand.channel,
        Source.MODAL,
        idempotency_key=f"form:{id}",
        thread=errand.thread,
        form_values=values,
        files=errand.files,
    )


def submit(bot: Bot, slack: FakeSlack, id: str, user: str = LEAD, /, **values: str) -> None:
    ask = filled_form(slack, id, user, **values)
    assert bot.check_form(ask) == {}
    bot.ask(ask)
    bot.deliver()


def database_dump(bot: Bot) -> str:
    """Return everything that the database holds."""
    with bot.deps.store.transaction() as tx:
        rows = [row for table in metadata.sorted_tables for row in tx.execute(table.select())]
    return "\n".join(map(str, rows))


def test_secret_value_goes_only_to_the_hub(
    bot: Bot, hub: FakeHub, slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    hub.set(team_a="RUNNING", team_b="SLEEPING")
    id = open_form(bot, slack, "secret set all API_KEY")

    submit(bot, slack, id, value="  swordfish\n")

    assert hub.secret_values == {
        "acme/team-a": {"API_KEY": "swordfish"},
        "acme/team-b": {"API_KEY": "swordfish"},
    }
    assert [card.text for card in slack.cards] == ["Secret API_KEY set on team-a and team-b"]
    everything = (
        f"{database_dump(bot)}{slack}{caplog.text}{filled_form(slack, id, value='swordfish')}"
    )
    assert "swordfish" not in everything
    assert "secret set team-a team-b API_KEY" in everything


@pytest.mark.parametrize(
    "text",
    [
        "secret set team-a API_KEY swordfish",
        "secret set team-a API_KEY=swordfish",
        "secret set API_KEY swordfish",
        "secret delete team-a API_KEY swordfish",
        "secret set team-a hf_swordfish",
        "secret set team-a sword-fish swordfish-fish",
    ],
)
@pytest.mark.parametrize("trigger", ["13.7.t", None])
def test_typed_secret_is_rejected_without_an_echo(
    bot: Bot,
    hub: FakeHub,
    slack: FakeSlack,
    caplog: pytest.LogCaptureFixture,
    text: str,
    trigger: str | None,
) -> None:
    caplog.set_level("DEBUG")
    hub.set(team_a="RUNNING")

    send_command(bot, text, LEAD, trigger_id=trigger)

    assert "otate it" in str(slack.ephemeral_messages[-1][1].blocks)
    assert (slack.open_forms, hub.secret_values) == ({}, {})
    assert "swordfish" not in f"{database_dump(bot)}{slack}{caplog.text}"


def test_each_error_names_its_space_without_the_value(
    bot: Bot, hub: FakeHub, slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    hub.set(team_a="RUNNING", team_b="RUNNING", team_c="RUNNING")
    hub.errors_by_space = {
        "acme/team-b": HubError("The Hub refused “swordfish”. Nothing was changed.")
    }
    id = open_form(bot, slack, "secret set all API_KEY")

    submit(bot, slack, id, value="swordfish")

    (card,) = slack.cards
    assert card.text == "Secret API_KEY set on 2 of 3 Spaces"
    assert "The Hub refused “…”" in str(card.message.blocks)
    assert card.buttons == {"Try again": "secret set team-b API_KEY"}
    assert "swordfish" not in f"{slack}{database_dump(bot)}{caplog.text}"


def test_writes_beyond_the_rate_limit_are_not_sent(
    bot: Bot, hub: FakeHub, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.set(team_a="RUNNING", team_b="RUNNING")
    id = open_form(bot, slack, "secret set all API_KEY")
    set_secret = hub.set_secret

    def use_last_call(*words: str) -> None:
        hub.rate_limit_window = RateBudget(20, bot.deps.now() + timedelta(minutes=3))
        set_secret(*words)

    monkeypatch.setattr(hub, "set_secret", use_last_call)
    submit(bot, slack, id, value="swordfish")

    assert list(hub.secret_values) == ["acme/team-a"]
    (card,) = slack.cards
    assert "The Hub's rate limit is used up until 10:03:00 UTC" in str(card.message.blocks)
    assert card.buttons == {"Try again": "secret set team-b API_KEY"}


def test_unexpected_error_text_is_not_shown(
    bot: Bot, hub: FakeHub, slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    hub.set(team_a="RUNNING")
    id = open_form(bot, slack, "secret set team-a API_KEY")
    hub.errors_by_space = {"acme/team-a": ZeroDivisionError("swordfish")}  # type: ignore[dict-item]

    submit(bot, slack, id, value="swordfish")

    assert "I do not know whether it was done" in str(slack.cards[0].message.blocks)
    assert "ZeroDivisionError" in caplog.text
    assert "swordfish" not in f"{slack}{database_dump(bot)}{caplog.text}"


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

    assert "Nothing was done" in last_reply(slack)
    assert "you are a viewer" in last_reply(slack)
    assert (hub.writes, slack.cards) == ([], [])


def test_empty_value_is_a_form_error(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING")
    id = open_form(bot, slack, "secret set team-a API_KEY")

    assert bot.check_form(filled_form(slack, id, value=" \n ")) == {
        "value": "There is no value yet. Nothing was done."
    }


def test_without_a_trigger_id_a_button_is_offered(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING")

    send_command(bot, "secret set team-a API_KEY", LEAD, source=Source.MENTION)

    assert last_reply(slack) == "Set a secret: tap to open the form"
    assert "'value': 'secret set team-a API_KEY'" in str(slack.ephemeral_messages[-1][1].blocks)


@pytest.mark.parametrize(
    "error",
    [
        # Slack lets a form be opened for three seconds, once
        SlackError("Too late.", "expired_trigger_id"),
        # … and may be silent itself
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
    slack.form_error = SlackError("Slack said no (invalid_arguments).", "invalid_arguments")

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
        ("secret set team-a API_KEY", "UTA", "Only an admin may `secret set`"),
        ("variable set team-a MODE exam", "UTA", "Only an admin"),
        ("delete team-a", "UTA", "Only an admin may `delete`"),
        ("upload team-a", "USTUDENT", "Only an operator or an admin may `upload`"),
        # a secret needs Spaces and a name
        ("secret set team-a", LEAD, "First the Spaces, then the name"),
        ("secret set", LEAD, "First the Spaces, then the name"),
        ("secret set team-a API-KEY", LEAD, "letters, digits and underscores"),
        ("secret list", LEAD, "Of which Spaces?"),
        ("variable delete team-a MODE exam", LEAD, "Nothing may stand behind the name"),
        # delete: one Space, by its name
        ("delete", LEAD, "Delete which Space?"),
        ("delete all", LEAD, "may mean several Spaces"),
        ("delete team-*", LEAD, "may mean several Spaces"),
        ("delete team-1..3", LEAD, "may mean several Spaces"),
        ("delete sleeping", LEAD, "may mean several Spaces"),
        ("delete team-a team-b", LEAD, "One Space at a time"),
        ("upload all", LEAD, "may mean several Spaces"),
    ],
)
def test_command_is_rejected_with_a_reason(
    bot: Bot, hub: FakeHub, slack: FakeSlack, text: str, user: str, part: str
) -> None:
    hub.set(team_a="RUNNING", team_b="RUNNING")

    send_command(bot, text, user, trigger_id="13.7.t")

    assert part in str(slack.ephemeral_messages[-1][1].blocks)
    assert (slack.open_forms, hub.writes) == ({}, [])


def test_a_variable_is_shown_before_it_is_set(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING")
    id = open_form(bot, slack, "variable set team-a MODE exam week")
    form_text = str(slack.open_forms[id])

    submit(bot, slack, id, value="exam, week")

    assert "'initial_value': 'exam week'" in form_text
    assert "everybody can read it" in form_text
    assert hub.variable_values == {"acme/team-a": {"MODE": "exam, week"}}
    assert [card.text for card in slack.cards] == ["Variable MODE set on team-a"]


@pytest.mark.parametrize("what", ["secret", "variable"])
def test_key_is_deleted_after_confirmation(
    bot: Bot, hub: FakeHub, slack: FakeSlack, what: str
) -> None:
    hub.set(team_a="RUNNING")
    hub.secret_values = {"acme/team-a": {"MODE": "x"}}
    hub.variable_values = {"acme/team-a": {"MODE": "x"}}
    id = open_form(bot, slack, f"{what} delete team-a MODE")
    assert hub.writes == []

    submit(bot, slack, id)

    stored = hub.secret_values if what == "secret" else hub.variable_values
    assert stored == {"acme/team-a": {}}
    assert [card.text for card in slack.cards] == [f"{what.capitalize()} MODE deleted from team-a"]


@pytest.mark.parametrize("what", ["secret", "variable"])
def test_missing_key_is_not_reported_as_deleted(
    bot: Bot, hub: FakeHub, slack: FakeSlack, what: str
) -> None:
    hub.set(team_a="RUNNING")

    submit(bot, slack, open_form(bot, slack, f"{what} delete team-a MODE"))

    assert hub.writes == []
    (card,) = slack.cards
    assert card.text == f"{what.capitalize()} MODE not deleted from team-a"
    assert f"There is no {what} MODE, so nothing was done." in str(card.message.blocks)


def test_lists_name_secrets_and_show_variables(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING", team_b="RUNNING")
    hub.secret_values = {"acme/team-a": {"API_KEY": "swordfish"}}
    hub.variable_values = {"acme/team-a": {"MODE": "exam"}}
    hub.errors_by_space = {"acme/team-b": HubError("The Hub said no.")}

    send_command(bot, "secret list all", LEAD)
    secrets = str(slack.ephemeral_messages[-1][1].blocks)
    send_command(bot, "variable list all", LEAD)
    variables = str(slack.ephemeral_messages[-1][1].blocks)

    assert "`API_KEY`" in secrets
    assert "swordfish" not in secrets
    assert "The Hub said no." in secrets
    assert "`MODE` = `exam`" in variables


def test_a_space_is_deleted_once_its_id_is_typed(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING", team_b="RUNNING")
    id = open_form(bot, slack, "delete team-a")
    wrong = filled_form(slack, id, id="team-a")

    assert bot.check_form(wrong) == {"id": "That is not acme/team-a. Nothing was deleted."}
    bot.ask(replace(wrong, idempotency_key="form:past-the-check"))
    assert "Nothing was deleted" in last_reply(slack)
    assert set(hub.spaces) == {"acme/team-a", "acme/team-b"}
    submit(bot, slack, id, id="acme/team-a")

    assert set(hub.spaces) == {"acme/team-b"}
    assert [card.text for card in slack.cards] == ["Deleted team-a, for ever"]


def test_the_audit_has_the_key_and_the_outcome(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING")
    id = open_form(bot, slack, "secret set team-a API_KEY")

    submit(bot, slack, id, value="swordfish")

    assert "'Secret API_KEY set on team-a'" in database_dump(bot)


def test_bulk_action_of_a_stopping_bot_is_reported_as_not_done(
    bot: Bot, hub: FakeHub, slack: FakeSlack
) -> None:
    hub.set(team_a="RUNNING")
    id = open_form(bot, slack, "secret set team-a API_KEY")
    stopped = DrainingExecutor(1)
    stopped.shutdown()

    submit(with_parts(bot, hub_pool=stopped), slack, id, value="swordfish")

    assert "I was stopped before this was done" in str(slack.cards[0].message.blocks)
    assert hub.secret_values == {}


def test_blocked_card_goes_to_the_person(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="RUNNING")
    id = open_form(bot, slack, "secret set team-a API_KEY")
    slack.channels_without_bot = {"C1"}

    submit(bot, slack, id, value="swordfish")
    clock.tick(seconds=2)
    bot.deliver()

    assert [card.channel for card in slack.cards] == [f"D{LEAD}"]


def test_hub_outage_is_not_an_empty_list(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING")
    hub.errors_by_space = {"acme/team-a": HubUnavailable("The Hub does not answer.")}

    send_command(bot, "secret list team-a", LEAD)

    assert "The Hub does not answer." in str(slack.ephemeral_messages[-1][1].blocks)


def test_the_button_for_a_form_keeps_a_variables_value(
    bot: Bot, hub: FakeHub, slack: FakeSlack
) -> None:
    hub.set(team_a="RUNNING")

    send_command(bot, "variable set team-a MODE exam", LEAD, source=Source.MENTION)

    assert "'value': 'variable set team-a MODE exam'" in str(slack.ephemeral_messages[-1][1].blocks)


def test_requested_deletion_raises_no_alert(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="RUNNING", team_b="RUNNING", team_c="RUNNING")
    bot.sweep()

    submit(bot, slack, open_form(bot, slack, "delete team-a"), id="acme/team-a")
    del hub.spaces["acme/team-b"]  # by somebody else
    clock.tick(minutes=1)
    bot.sweep()
    bot.deliver()

    gone = [card.text for card in slack.cards if "gone" in card.text]
    assert gone == ["team-b gone: deleted, renamed, or hidden from my token"]
