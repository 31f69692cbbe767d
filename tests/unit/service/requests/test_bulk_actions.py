"""Bulk actions: secrets and deletions, Space by Space."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.concurrency import DrainingExecutor
from bot.errors import HubError, HubUnavailable, Unauthorized
from bot.hub_facts import RateBudget
from bot.service import Bot
from tests.fakes import FakeClock, FakeHub, FakeSlack, with_parts
from tests.faults import with_hub_fault
from tests.requests import (
    LEAD,
    database_dump,
    filled_form,
    last_reply,
    open_form,
    send_command,
    submit,
)


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
    hub.errors_by_space = {"acme/team-b": HubError("The Hub refused “swordfish”. Nothing changed.")}
    id = open_form(bot, slack, "secret set all API_KEY")

    submit(bot, slack, id, value="swordfish")

    (card,) = slack.cards
    assert card.text == "Secret API_KEY set on 2 of 3 Spaces"
    assert "The Hub refused “…”" in str(card.message.blocks)
    assert card.buttons == {"Retry": "secret set team-b API_KEY"}
    assert "swordfish" not in f"{slack}{database_dump(bot)}{caplog.text}"


def test_401_on_a_listed_space_blames_the_token(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING")
    hub.errors_by_call = {"set_secret API_KEY": Unauthorized("Hugging Face can't find this.")}
    submit(bot, slack, open_form(bot, slack, "secret set team-a API_KEY"), value="swordfish")

    assert "HF_TOKEN can see this Space, but isn't allowed" in str(slack.cards[0].message.blocks)
    assert "can't find" not in str(slack.cards[0].message.blocks)


def test_writes_beyond_the_rate_limit_are_not_sent(
    bot: Bot, hub: FakeHub, slack: FakeSlack
) -> None:
    hub.set(team_a="RUNNING", team_b="RUNNING")
    id = open_form(bot, slack, "secret set all API_KEY")

    def use_last_call() -> None:
        hub.rate_limit_window = RateBudget(20, bot.deps.now() + timedelta(minutes=3))

    submit(with_hub_fault(bot, "before set_secret", use_last_call), slack, id, value="swordfish")

    assert list(hub.secret_values) == ["acme/team-a"]
    (card,) = slack.cards
    assert "Hugging Face is rate-limiting us until 10:03:00 UTC" in str(card.message.blocks)
    assert card.buttons == {"Retry": "secret set team-b API_KEY"}


def test_unexpected_error_text_is_not_shown(
    bot: Bot, hub: FakeHub, slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    hub.set(team_a="RUNNING")
    id = open_form(bot, slack, "secret set team-a API_KEY")
    hub.errors_by_space = {"acme/team-a": ZeroDivisionError("swordfish")}  # type: ignore[dict-item]

    submit(bot, slack, id, value="swordfish")

    assert "I don't know if it was done" in str(slack.cards[0].message.blocks)
    assert "ZeroDivisionError" in caplog.text
    assert "swordfish" not in f"{slack}{database_dump(bot)}{caplog.text}"


def test_a_secret_is_deleted_after_confirmation(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING")
    hub.secret_values = {"acme/team-a": {"MODE": "x"}}
    id = open_form(bot, slack, "secret delete team-a MODE")
    assert hub.writes == []

    submit(bot, slack, id)

    assert hub.secret_values == {"acme/team-a": {}}
    assert [card.text for card in slack.cards] == ["Secret MODE deleted from team-a"]


@pytest.mark.parametrize("what", ["secret", "variable"])
def test_missing_key_is_one_private_sentence(
    bot: Bot, hub: FakeHub, slack: FakeSlack, what: str
) -> None:
    hub.set(team_a="RUNNING", team_b="RUNNING")

    submit(bot, slack, open_form(bot, slack, f"{what} delete all MODE"))

    assert (hub.writes, slack.cards) == ([], [])
    fact = f"There's no {what} MODE on team-a and team-b."
    assert last_reply(slack) == f"{fact} Check the key with `{what} list`."


def test_space_without_the_key_is_no_failure(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING", team_b="RUNNING")
    hub.set_secret("acme/team-a", "MODE", "exam")

    submit(bot, slack, open_form(bot, slack, "secret delete all MODE"))

    (card,) = slack.cards
    assert card.text == "Secret MODE deleted from team-a"
    assert "*team-b* didn't have it" in str(card.message.blocks)
    assert not card.buttons


def test_lists_name_secrets_and_show_variables(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING", team_b="RUNNING")
    hub.secret_values = {"acme/team-a": {"API_KEY": "swordfish"}}
    hub.variable_values = {"acme/team-a": {"MODE": "exam"}}
    hub.errors_by_space = {"acme/team-b": HubError("The Hub Slack refused.")}

    send_command(bot, "secret list all", LEAD)
    secrets = str(slack.ephemeral_messages[-1][1].blocks)
    send_command(bot, "variable list all", LEAD)
    variables = str(slack.ephemeral_messages[-1][1].blocks)

    assert "`API_KEY`" in secrets
    assert "swordfish" not in secrets
    assert "The Hub Slack refused." in secrets
    assert "`MODE` = `exam`" in variables


def test_a_space_is_deleted_once_its_id_is_typed(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING", team_b="RUNNING")
    id = open_form(bot, slack, "delete team-a")
    wrong = filled_form(slack, id, id="team-a")

    assert bot.check_form(wrong) == {"id": "That isn't acme/team-a. Nothing was deleted."}
    bot.ask(replace(wrong, idempotency_key="form:past-the-check"))
    assert "Nothing was deleted" in last_reply(slack)
    assert set(hub.spaces) == {"acme/team-a", "acme/team-b"}
    submit(bot, slack, id, id="acme/team-a")

    assert set(hub.spaces) == {"acme/team-b"}
    assert [card.text for card in slack.cards] == ["Deleted team-a"]


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

    assert "I was restarted before this ran" in str(slack.cards[0].message.blocks)
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
    hub.errors_by_space = {"acme/team-a": HubUnavailable("Hugging Face isn't responding.")}

    send_command(bot, "secret list team-a", LEAD)

    assert "Hugging Face isn't responding." in str(slack.ephemeral_messages[-1][1].blocks)


def test_requested_deletion_raises_no_alert(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="RUNNING", team_b="RUNNING", team_c="RUNNING")
    bot.sweep()

    submit(bot, slack, open_form(bot, slack, "delete team-a"), id="acme/team-a")
    del hub.spaces["acme/team-b"]  # by another person
    clock.tick(minutes=1)
    bot.sweep()
    bot.deliver()

    gone = [card.text for card in slack.cards if "missing" in card.text]
    assert gone == ["team-b missing: deleted, renamed or hidden from my token"]
