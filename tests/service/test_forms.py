"""Forms through the one door: opened, offered, filled in, refused; and what they lead to."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.errors import HubError, HubUnavailable, SlackError, SlackUnavailable
from bot.model import Ask, Budget, Source
from bot.render import modals
from bot.service import Bot
from bot.service.workers import Workers
from bot.store.schema import metadata
from tests.conftest import MakeBot
from tests.fakes import FakeClock, FakeHub, FakeSlack
from tests.service.test_asking import heard, say

LEAD = "ULEAD"


def open_form(bot: Bot, slack: FakeSlack, text: str, user: str = LEAD, **values: Any) -> str:
    """Type *text* where a form can be opened; return the form's id."""
    before = set(slack.forms)
    say(bot, text, user, trigger="13.7.t", **values)
    (id,) = set(slack.forms) - before
    return id


def filled(slack: FakeSlack, id: str, user: str = LEAD, /, **values: str) -> Ask:
    """Return what Slack sends when somebody has filled in the form."""
    errand = modals.errand(slack.forms[id]["private_metadata"])
    return Ask(
        errand.command,
        user,
        errand.channel,
        Source.MODAL,
        key=f"form:{id}",
        thread=errand.thread,
        values=values,
        files=errand.files,
    )


def send(bot: Bot, slack: FakeSlack, id: str, user: str = LEAD, /, **values: str) -> None:
    ask = filled(slack, id, user, **values)
    assert bot.check(ask) == {}
    bot.ask(ask)
    bot.deliver()


def written(bot: Bot) -> str:
    """Return everything that the database holds."""
    with bot.store.transaction() as tx:
        rows = [row for table in metadata.sorted_tables for row in tx.execute(table.select())]
    return "\n".join(map(str, rows))


def test_a_secret_goes_from_the_form_to_the_hub_and_nowhere_else(
    bot: Bot, hub: FakeHub, slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    hub.set(team_a="RUNNING", team_b="SLEEPING")
    id = open_form(bot, slack, "secret set all API_KEY")

    send(bot, slack, id, value="  swordfish\n")

    assert hub.secret_values == {
        "acme/team-a": {"API_KEY": "swordfish"},
        "acme/team-b": {"API_KEY": "swordfish"},
    }
    assert [card.text for card in slack.cards] == ["Secret API_KEY set on team-a and team-b"]
    everything = f"{written(bot)}{slack}{caplog.text}{filled(slack, id, value='swordfish')}"
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
def test_a_typed_value_is_refused_without_an_echo(
    bot: Bot,
    hub: FakeHub,
    slack: FakeSlack,
    caplog: pytest.LogCaptureFixture,
    text: str,
    trigger: str | None,
) -> None:
    caplog.set_level("DEBUG")
    hub.set(team_a="RUNNING")

    say(bot, text, LEAD, trigger=trigger)

    assert "otate it" in str(slack.whispers[-1][1].blocks)
    assert (slack.forms, hub.secret_values) == ({}, {})
    assert "swordfish" not in f"{written(bot)}{slack}{caplog.text}"


def test_each_error_is_told_for_its_space_and_never_holds_the_value(
    bot: Bot, hub: FakeHub, slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    hub.set(team_a="RUNNING", team_b="RUNNING", team_c="RUNNING")
    hub.refuses = {"acme/team-b": HubError("The Hub refused “swordfish”. Nothing was changed.")}
    id = open_form(bot, slack, "secret set all API_KEY")

    send(bot, slack, id, value="swordfish")

    (card,) = slack.cards
    assert card.text == "Secret API_KEY set on 2 of 3 Spaces"
    assert "The Hub refused “…”" in str(card.message.blocks)
    assert card.buttons == {"Try again": "secret set team-b API_KEY"}
    assert "swordfish" not in f"{slack}{written(bot)}{caplog.text}"


def test_what_the_rate_limit_has_no_room_for_is_not_sent(
    bot: Bot, hub: FakeHub, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.set(team_a="RUNNING", team_b="RUNNING")
    id = open_form(bot, slack, "secret set all API_KEY")
    set_secret = hub.set_secret

    def the_last(*words: str) -> None:
        hub.left = Budget(20, bot.now() + timedelta(minutes=3))
        set_secret(*words)

    monkeypatch.setattr(hub, "set_secret", the_last)
    send(bot, slack, id, value="swordfish")

    assert list(hub.secret_values) == ["acme/team-a"]
    (card,) = slack.cards
    assert "The Hub's rate limit is used up until 10:03:00 UTC" in str(card.message.blocks)
    assert card.buttons == {"Try again": "secret set team-b API_KEY"}


def test_an_unforeseen_failure_is_told_without_its_words(
    bot: Bot, hub: FakeHub, slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    hub.set(team_a="RUNNING")
    id = open_form(bot, slack, "secret set team-a API_KEY")
    hub.refuses = {"acme/team-a": ZeroDivisionError("swordfish")}  # type: ignore[dict-item]

    send(bot, slack, id, value="swordfish")

    assert "I do not know whether it was done" in str(slack.cards[0].message.blocks)
    assert "ZeroDivisionError" in caplog.text
    assert "swordfish" not in f"{slack}{written(bot)}{caplog.text}"


def test_a_form_sent_twice_is_done_once(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING")
    id = open_form(bot, slack, "secret set team-a API_KEY")

    send(bot, slack, id, value="first")
    send(bot, slack, id, value="second")

    assert hub.secret_values == {"acme/team-a": {"API_KEY": "first"}}
    assert len(slack.cards) == 1


def test_a_form_left_open_for_an_hour_does_what_it_says(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="SLEEPING", team_b="RUNNING")
    id = open_form(bot, slack, "secret set sleeping API_KEY")
    clock.tick(hours=1)
    hub.set(team_a="RUNNING", team_b="SLEEPING")

    send(bot, slack, id, value="swordfish")

    assert set(hub.secret_values) == {"acme/team-a"}, "the Spaces that the form named"


@pytest.mark.parametrize(
    ("text", "user", "environ"),
    [
        ("secret set team-a API_KEY", LEAD, {}),
        ("delete team-a", LEAD, {}),
        ("upload team-a", "UTA", {"SPACEBOT_OPERATORS": "U1"}),
    ],
)
def test_who_lost_the_role_meanwhile_is_refused_in_words(
    make_bot: MakeBot,
    hub: FakeHub,
    slack: FakeSlack,
    text: str,
    user: str,
    environ: dict[str, str],
) -> None:
    bot = make_bot()
    hub.set(team_a="RUNNING")
    slack.shared = {"F1": ("app.py", b"1")}
    id = open_form(bot, slack, text, user)
    slack.admins.clear()

    bot = make_bot(**environ)
    ask = filled(slack, id, user, value="v", id="acme/team-a", message="m")
    bot.ask(replace(ask, files=("F1",)))

    assert "Nothing was done" in heard(slack)
    assert "you are a viewer" in heard(slack)
    assert (hub.sent, slack.cards) == ([], [])


def test_an_empty_value_is_told_in_the_form(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING")
    id = open_form(bot, slack, "secret set team-a API_KEY")

    assert bot.check(filled(slack, id, value=" \n ")) == {
        "value": "There is no value yet. Nothing was done."
    }


def test_without_a_trigger_a_button_types_the_same(
    bot: Bot, hub: FakeHub, slack: FakeSlack
) -> None:
    hub.set(team_a="RUNNING")

    say(bot, "secret set team-a API_KEY", LEAD, source=Source.MENTION)

    assert heard(slack) == "Set a secret: tap to open the form"
    assert "'value': 'secret set team-a API_KEY'" in str(slack.whispers[-1][1].blocks)


@pytest.mark.parametrize(
    "error",
    [
        # Slack lets a form be opened for three seconds, once
        SlackError("Too late.", "expired_trigger_id"),
        # … and may be silent itself
        SlackUnavailable("Slack does not answer."),
    ],
)
def test_too_late_for_a_form_a_button_opens_it(
    bot: Bot, hub: FakeHub, slack: FakeSlack, error: SlackError
) -> None:
    hub.set(team_a="RUNNING")
    slack.no_form = error

    say(bot, "delete team-a", LEAD, trigger="13.7.t")

    assert "tap to open the form" in heard(slack)


def test_a_form_that_slack_refuses_is_an_error_in_words(
    bot: Bot, hub: FakeHub, slack: FakeSlack
) -> None:
    hub.set(team_a="RUNNING")
    slack.no_form = SlackError("Slack said no (invalid_arguments).", "invalid_arguments")

    say(bot, "delete team-a", LEAD, trigger="13.7.t")

    assert "invalid_arguments" in heard(slack)


def test_a_form_opens_at_once_by_the_last_sweep(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING")
    bot.sweep()
    hub.calls.clear()

    open_form(bot, slack, "secret set team-a API_KEY")

    assert hub.calls == [], "the Hub may take longer than Slack waits"


def test_a_space_younger_than_the_last_sweep_is_found(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="RUNNING")
    bot.sweep()
    clock.tick(seconds=5)
    hub.set(team_new="RUNNING")

    assert open_form(bot, slack, "secret set team-new API_KEY")


def test_what_is_sent_is_done_to_the_fleet_as_it_is_now(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="RUNNING")
    bot.sweep()
    id = open_form(bot, slack, "secret set team-a API_KEY")
    clock.tick(seconds=5)
    hub.break_down()

    bot.ask(filled(slack, id, value="swordfish"))

    assert heard(slack) == "The Hub does not answer."
    assert hub.secret_values == {}


def test_a_guess_is_offered_with_its_key(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_alpha="RUNNING")

    say(bot, "secret set team-alpa API_KEY", LEAD, trigger="13.7.t")

    assert "secret set team-alpha API_KEY" in str(slack.whispers[-1][1].blocks)
    assert slack.forms == {}


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
def test_is_refused_in_words(
    bot: Bot, hub: FakeHub, slack: FakeSlack, text: str, user: str, part: str
) -> None:
    hub.set(team_a="RUNNING", team_b="RUNNING")

    say(bot, text, user, trigger="13.7.t")

    assert part in str(slack.whispers[-1][1].blocks)
    assert (slack.forms, hub.sent) == ({}, [])


def test_a_variable_is_shown_before_it_is_set(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING")
    id = open_form(bot, slack, "variable set team-a MODE exam week")
    shown = str(slack.forms[id])

    send(bot, slack, id, value="exam, week")

    assert "'initial_value': 'exam week'" in shown
    assert "everybody can read it" in shown
    assert hub.variable_values == {"acme/team-a": {"MODE": "exam, week"}}
    assert [card.text for card in slack.cards] == ["Variable MODE set on team-a"]


@pytest.mark.parametrize("what", ["secret", "variable"])
def test_a_key_is_taken_away_after_a_question(
    bot: Bot, hub: FakeHub, slack: FakeSlack, what: str
) -> None:
    hub.set(team_a="RUNNING")
    hub.secret_values = {"acme/team-a": {"MODE": "x"}}
    hub.variable_values = {"acme/team-a": {"MODE": "x"}}
    id = open_form(bot, slack, f"{what} delete team-a MODE")
    assert hub.sent == []

    send(bot, slack, id)

    kept = hub.secret_values if what == "secret" else hub.variable_values
    assert kept == {"acme/team-a": {}}
    assert [card.text for card in slack.cards] == [f"{what.capitalize()} MODE deleted from team-a"]


@pytest.mark.parametrize("what", ["secret", "variable"])
def test_a_key_that_is_not_there_is_not_said_to_be_deleted(
    bot: Bot, hub: FakeHub, slack: FakeSlack, what: str
) -> None:
    hub.set(team_a="RUNNING")

    send(bot, slack, open_form(bot, slack, f"{what} delete team-a MODE"))

    assert hub.sent == []
    (card,) = slack.cards
    assert card.text == f"{what.capitalize()} MODE not deleted from team-a"
    assert f"There is no {what} MODE, so nothing was done." in str(card.message.blocks)


def test_lists_name_secrets_and_show_variables(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING", team_b="RUNNING")
    hub.secret_values = {"acme/team-a": {"API_KEY": "swordfish"}}
    hub.variable_values = {"acme/team-a": {"MODE": "exam"}}
    hub.refuses = {"acme/team-b": HubError("The Hub said no.")}

    say(bot, "secret list all", LEAD)
    secrets = str(slack.whispers[-1][1].blocks)
    say(bot, "variable list all", LEAD)
    variables = str(slack.whispers[-1][1].blocks)

    assert "`API_KEY`" in secrets
    assert "swordfish" not in secrets
    assert "The Hub said no." in secrets
    assert "`MODE` = `exam`" in variables


def test_a_space_is_deleted_once_its_id_is_typed(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING", team_b="RUNNING")
    id = open_form(bot, slack, "delete team-a")
    wrong = filled(slack, id, id="team-a")

    assert bot.check(wrong) == {"id": "That is not acme/team-a. Nothing was deleted."}
    bot.ask(replace(wrong, key="form:past-the-check"))
    assert "Nothing was deleted" in heard(slack)
    assert set(hub.spaces) == {"acme/team-a", "acme/team-b"}
    send(bot, slack, id, id="acme/team-a")

    assert set(hub.spaces) == {"acme/team-b"}
    assert [card.text for card in slack.cards] == ["Deleted team-a, for ever"]


def test_the_audit_has_the_key_and_the_outcome(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING")
    id = open_form(bot, slack, "secret set team-a API_KEY")

    send(bot, slack, id, value="swordfish")

    assert "'Secret API_KEY set on team-a'" in written(bot)


def test_a_deed_of_a_bot_that_stops_is_told_as_not_done(
    bot: Bot, hub: FakeHub, slack: FakeSlack
) -> None:
    hub.set(team_a="RUNNING")
    id = open_form(bot, slack, "secret set team-a API_KEY")
    stopped = Workers(1)
    stopped.shutdown()

    send(replace(bot, calls=stopped), slack, id, value="swordfish")

    assert "I was stopped before this was done" in str(slack.cards[0].message.blocks)
    assert hub.secret_values == {}


def test_a_card_goes_to_the_person_where_the_channel_will_not_have_it(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="RUNNING")
    id = open_form(bot, slack, "secret set team-a API_KEY")
    slack.missing = {"C1"}

    send(bot, slack, id, value="swordfish")
    clock.tick(seconds=2)
    bot.deliver()

    assert [card.channel for card in slack.cards] == [f"D{LEAD}"]


def test_silence_of_the_hub_is_no_list(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING")
    hub.refuses = {"acme/team-a": HubUnavailable("The Hub does not answer.")}

    say(bot, "secret list team-a", LEAD)

    assert "The Hub does not answer." in str(slack.whispers[-1][1].blocks)


def test_the_button_for_a_form_keeps_a_variables_value(
    bot: Bot, hub: FakeHub, slack: FakeSlack
) -> None:
    hub.set(team_a="RUNNING")

    say(bot, "variable set team-a MODE exam", LEAD, source=Source.MENTION)

    assert "'value': 'variable set team-a MODE exam'" in str(slack.whispers[-1][1].blocks)


def test_what_we_were_asked_to_delete_is_no_alert_when_it_goes(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="RUNNING", team_b="RUNNING", team_c="RUNNING")
    bot.sweep()

    send(bot, slack, open_form(bot, slack, "delete team-a"), id="acme/team-a")
    del hub.spaces["acme/team-b"]  # by somebody else
    clock.tick(minutes=1)
    bot.sweep()
    bot.deliver()

    gone = [card.text for card in slack.cards if "gone" in card.text]
    assert gone == ["team-b gone: deleted, renamed, or hidden from my token"]
