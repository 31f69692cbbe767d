"""From a signed payload to the door, and what is said when it does not get there."""

import logging
from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest
from slack_bolt import BoltRequest

from bot.errors import DatabaseUnavailable, SlackUnavailable
from bot.listeners import bolt
from bot.listeners.intake import BUSY, FORGETFUL, SLOW, SPEECHLESS, STRANGER
from bot.listeners.ourselves import Ourselves
from bot.model import Ask, Source
from bot.slack import Identity, client
from tests.listeners.conftest import BUTTON, US, FakeDoor, Json, Porch

MENTION: Json = {
    "type": "app_mention",
    "user": "U1",
    "channel": "C1",
    "ts": "17.1",
    "text": "<@U0BOT> wake all",
}
DIRECT: Json = {
    "type": "message",
    "channel_type": "im",
    "user": "U1",
    "channel": "D1",
    "ts": "17.1",
    "text": "wake all",
}


def test_a_command_becomes_an_ask(porch: Porch) -> None:
    assert porch.command("wake all").status == 200
    assert porch.door.asks == [
        Ask(
            "wake all",
            "U1",
            "C1",
            Source.COMMAND,
            key="command:13.7.a",
            trigger="13.7.a",
            respond="https://hooks.slack.com/commands/R1",
            slash="/space",
        )
    ]


def test_an_ask_is_written_down_acknowledged_and_only_then_answered(porch: Porch) -> None:
    response = porch.command()

    assert (response.status, response.body) == (200, "")
    assert porch.door.log == ["received"]
    porch.work.run()
    assert porch.door.log == ["received", "answered"]


def test_a_button_types_its_command_for_the_one_who_taps(porch: Porch) -> None:
    assert porch.tap().status == 200
    assert porch.door.asks == [
        Ask(
            "wake team-a",
            "U2",
            "C9",
            Source.BUTTON,
            key="tap:17.5:U2:run:wake team-a",
            trigger="13.8.b",
            respond="https://hooks.slack.com/actions/R2",
        )
    ]


def test_a_menu_types_the_command_of_the_option_chosen(porch: Porch) -> None:
    option = {"text": {"type": "plain_text", "text": "Mute 1 h"}, "value": "mute team-a for 1h"}
    menu = {"type": "overflow", "action_id": "menu", "action_ts": "1", "selected_option": option}

    assert porch.tap(menu).status == 200
    assert porch.door.asks[0].text == "mute team-a for 1h"


# (what more the tap says of its place, channel, thread)
@pytest.mark.parametrize(
    ("more", "channel", "thread"),
    [
        # on a reply, the answer belongs to the thread
        ({"container": {"channel_id": "C9", "thread_ts": "5.5"}}, "C9", "5.5"),
        ({"message": {"ts": "7.1", "thread_ts": "5.5"}}, "C9", "5.5"),
        # an ephemeral message tells its channel in the container only
        ({"channel": None}, "C9", None),
        # the Home tab has no channel: the person hears directly
        ({"channel": None, "container": {"type": "view"}}, "U2", None),
    ],
)
def test_a_tap_is_answered_where_it_happened(
    porch: Porch, more: dict[str, Any], channel: str, thread: str | None
) -> None:
    porch.tap(BUTTON, **more)

    assert (porch.door.asks[0].channel, porch.door.asks[0].thread) == (channel, thread)


def test_a_button_that_opens_an_address_is_acknowledged_and_asks_nothing(porch: Porch) -> None:
    link = {"type": "button", "action_id": "open", "url": "https://x.hf.space", "action_ts": "1"}

    assert porch.tap(link).status == 200
    assert porch.door.asks == []


def test_a_mention_is_read_without_our_name(porch: Porch) -> None:
    assert porch.event({**MENTION, "thread_ts": "5.5"}).status == 200
    assert porch.door.asks == [
        Ask("wake all", "U1", "C1", Source.MENTION, key="message:C1:17.1", thread="5.5")
    ]


def test_a_direct_message_is_read(porch: Porch) -> None:
    assert porch.event(DIRECT).status == 200
    assert porch.door.asks == [Ask("wake all", "U1", "D1", Source.DIRECT, key="message:D1:17.1")]


# What a person did not type to us just now is acknowledged and asks nothing.
@pytest.mark.parametrize(
    "event",
    [
        # a bot, ourselves first of all: else two bots would talk for ever
        {**DIRECT, "bot_id": "B0BOT"},
        {**DIRECT, "bot_id": "B7", "subtype": "bot_message"},
        {**DIRECT, "user": "U0BOT"},
        {**MENTION, "bot_id": "B7"},
        # an edit would run a command a second time
        {**DIRECT, "subtype": "message_changed", "message": {"user": "U1"}},
        # a deletion, Slackbot
        {**DIRECT, "subtype": "message_deleted", "hidden": True},
        {**DIRECT, "user": "USLACKBOT"},
        # a channel is not a direct message
        {**DIRECT, "channel_type": "channel"},
        # another event that the app may have subscribed to
        {"type": "app_home_opened", "user": "U1", "channel": "D1"},
    ],
)
def test_what_nobody_typed_asks_nothing(porch: Porch, event: Json) -> None:
    assert porch.event(event).status == 200
    assert porch.door.asks == []
    assert porch.voice.said == []


def test_an_answer_in_a_thread_that_the_channel_sees_too_is_read(porch: Porch) -> None:
    porch.event({**MENTION, "subtype": "thread_broadcast", "thread_ts": "17.0"})

    assert porch.door.asks[0].thread == "17.0"


def test_a_message_with_a_file_is_read(porch: Porch) -> None:
    porch.event({**DIRECT, "subtype": "file_share", "files": [{"id": "F1"}]})

    assert porch.door.asks[0].text == "wake all"


def test_the_same_delivery_twice_is_answered_once(porch: Porch) -> None:
    for _ in range(2):
        assert porch.command().status == 200
        assert porch.event(MENTION).status == 200
        porch.work.run()

    assert [ask.source for ask in porch.door.asks] == [Source.COMMAND, Source.MENTION]
    assert porch.door.log.count("answered") == 2


def test_a_command_without_a_trigger_is_known_by_all_it_says(porch: Porch) -> None:
    porch.command(trigger_id="")
    porch.command(trigger_id="")
    porch.command(trigger_id="", response_url="https://hooks.slack.com/commands/R9")

    assert len(porch.door.asks) == 2


def test_the_apps_slash_command_is_ours_whatever_it_is_called(porch: Porch) -> None:
    assert porch.command(command="/ops").status == 200
    assert [(ask.text, ask.slash) for ask in porch.door.asks] == [("wake all", "/ops")]


# When it cannot be written down, the person hears so, with a reference that the log has too.
def test_a_command_that_is_lost_is_told_with_the_acknowledgement(
    porch: Porch, caplog: pytest.LogCaptureFixture
) -> None:
    porch.door.receiving = OSError("the database is gone")

    body = porch.command("wake swordfish").body

    assert "nothing was done" in body
    assert _reference(body) in caplog.text
    assert "swordfish" not in caplog.text, "what was typed may be a secret"
    assert porch.work.work == []


def test_a_tap_that_is_lost_is_told_by_its_response_url(
    porch: Porch, caplog: pytest.LogCaptureFixture
) -> None:
    porch.door.receiving = OSError("the database is gone")

    assert porch.tap().status == 200
    porch.apologies.run()

    [(where, text)] = porch.voice.said
    assert where == "https://hooks.slack.com/actions/R2"
    assert _reference(text) in caplog.text


def test_a_mention_that_is_lost_is_told_to_the_person_alone(porch: Porch) -> None:
    porch.door.receiving = OSError("the database is gone")

    porch.event({**MENTION, "thread_ts": "5.5"})
    porch.apologies.run()

    assert porch.voice.said[0][0] == ("C1", "U1", "5.5")


def test_an_answer_that_breaks_is_told_with_a_reference(
    porch: Porch, caplog: pytest.LogCaptureFixture
) -> None:
    porch.door.answering = ZeroDivisionError("unforeseen")
    porch.command()
    porch.work.run()

    [(where, text)] = porch.voice.said
    assert where == "https://hooks.slack.com/commands/R1"
    assert _reference(text) in caplog.text


def test_a_payload_of_an_unknown_shape_is_told_with_a_reference(
    porch: Porch, caplog: pytest.LogCaptureFixture
) -> None:
    assert porch.tap({"type": "button", "action_id": "run:x"}).status == 200
    porch.apologies.run()

    [(where, text)] = porch.voice.said
    assert where == "https://hooks.slack.com/actions/R2"
    assert _reference(text) in caplog.text


def test_when_not_even_that_can_be_told_the_log_says_so(
    porch: Porch, caplog: pytest.LogCaptureFixture
) -> None:
    porch.door.receiving = OSError("the database is gone")
    porch.voice.failing = SlackUnavailable("Slack cannot be reached.")

    porch.tap()
    porch.apologies.run()

    assert "could not tell U2" in caplog.text


# A database that hangs is said in time, and what it writes late is never answered.
def test_a_slow_database_is_said_with_the_acknowledgement(porch: Porch) -> None:
    porch.door.may_receive.clear()

    assert SLOW in porch.command().body

    porch.door.may_receive.set()
    assert porch.door.withdrawn.get(timeout=10) == 1
    porch.work.run()
    assert porch.door.log == ["received"]


def test_a_slow_database_is_said_to_whoever_taps(porch: Porch) -> None:
    porch.door.may_receive.clear()

    assert porch.tap().status == 200
    porch.apologies.run()

    porch.door.may_receive.set()
    assert porch.voice.said == [("https://hooks.slack.com/actions/R2", SLOW)]


def test_a_seat_is_free_again_after_a_slow_database(porch: Porch) -> None:
    porch.door.may_receive.clear()
    for trigger in "1", "2", "3":
        assert SLOW in porch.command(trigger_id=trigger).body
    porch.door.may_receive.set()

    assert porch.command(trigger_id="4").body == ""


def test_when_all_seats_are_taken_nothing_is_written_down(porch: Porch) -> None:
    porch.command(trigger_id="1")
    porch.command(trigger_id="2")

    assert BUSY in porch.command(trigger_id="3").body
    assert len(porch.door.asks) == 2
    porch.tap()
    porch.apologies.run()
    assert porch.voice.said == [("https://hooks.slack.com/actions/R2", BUSY)]


# Who is turned away is told, and the audit keeps it: not before, for that would take time.
@pytest.mark.parametrize("why", [BUSY, STRANGER])
def test_a_refusal_at_the_door_is_kept_after_it_was_told(porch: Porch, why: str) -> None:
    if why == BUSY:
        porch.command(trigger_id="1")
        porch.command(trigger_id="2")
    said = porch.command("pause all", trigger_id="3", team_id="T1" if why == BUSY else "T2")
    told, kept = why in said.body, list(porch.door.refused)
    porch.apologies.run()

    assert (told, kept) == (True, [])
    assert [(ask.text, reason) for ask, reason in porch.door.refused] == [("pause all", why)]


def test_a_refusal_that_cannot_be_kept_is_told_all_the_same(
    porch: Porch, caplog: pytest.LogCaptureFixture
) -> None:
    porch.door.refusing = OSError("the database is gone")

    assert STRANGER in porch.command(team_id="T2").body
    porch.apologies.run()
    assert "could not write down that U1 was turned away" in caplog.text


# A seat comes free whatever became of the work.
@pytest.mark.parametrize("answering", [None, ZeroDivisionError("unforeseen")])
def test_a_seat_is_free_again_after_the_answer(porch: Porch, answering: Exception | None) -> None:
    porch.door.answering = answering
    for number in range(5):
        porch.command(trigger_id=str(number))
        porch.work.run()

    assert len(porch.door.asks) == 5


@pytest.mark.parametrize("why", ["lost", "repeated"])
def test_a_seat_is_free_again_when_nothing_was_taken_in(porch: Porch, why: str) -> None:
    if why == "lost":
        porch.door.receiving = OSError("the database is gone")
    else:
        porch.door.seen.add("command:13.7.a")
    for _ in range(5):
        porch.command()
    porch.door.receiving = None
    porch.command(trigger_id="new")

    assert [ask.key for ask in porch.door.asks] == ["command:new"]


def test_a_bot_that_stops_says_so_instead_of_nothing(porch: Porch) -> None:
    porch.work.stopped = True

    assert "Please try again" in porch.command().body


# Only our own workspace is served: another's people would be judged by nobody.
def test_another_workspace_is_turned_away(porch: Porch) -> None:
    assert STRANGER in porch.command(team_id="T2").body
    porch.tap(BUTTON, team={"id": "T2"})
    porch.event(MENTION, team_id="T2")
    porch.apologies.run()

    assert porch.door.asks == []
    assert [text for _, text in porch.voice.said] == [STRANGER, STRANGER]


class TestWithinAnOrganisation:
    @pytest.fixture
    def identity(self) -> Any:
        return lambda: Identity("T1", "U0BOT", "B0BOT", enterprise="E1")

    def test_its_other_workspaces_are_ours_too(self, porch: Porch) -> None:
        porch.command(team_id="T2", enterprise_id="E1")

        assert len(porch.door.asks) == 1

    def test_another_organisation_is_not(self, porch: Porch) -> None:
        assert STRANGER in porch.command(team_id="T2", enterprise_id="E2").body


class TestWhileSlackIsSilent:
    @pytest.fixture
    def identity(self) -> Any:
        def unknown() -> Identity:
            raise SlackUnavailable("Slack cannot be reached.")

        return unknown

    def test_a_command_is_told_that_nothing_was_done(self, porch: Porch) -> None:
        assert SPEECHLESS in porch.command().body
        assert porch.door.asks == []


class TestWhileSlackIsSlow:
    @pytest.fixture
    def said(self) -> Event:
        return Event()

    @pytest.fixture
    def ourselves(self, said: Event) -> Iterator[Ourselves]:
        def slowly() -> Identity:
            assert said.wait(10)
            return US

        yield Ourselves(slowly, patience=0.01)
        said.set()

    def test_nobody_waits_for_who_we_are(self, ourselves: Ourselves) -> None:
        with pytest.raises(SlackUnavailable):
            ourselves.known()

    def test_it_is_asked_once_and_then_known(self, ourselves: Ourselves, said: Event) -> None:
        asked = ourselves._question()
        said.set()

        assert asked.result(timeout=10) is US
        assert ourselves.known() is US
        assert ourselves._question() is asked


def test_a_wrong_signature_gets_no_further(porch: Porch, door: FakeDoor) -> None:
    body = "command=%2Fspace&text=wake+all&user_id=U1&channel_id=C1&team_id=T1"
    request = BoltRequest(body=body, headers={"x-slack-signature": "v0=00"})

    assert porch.app.dispatch(request).status == 401
    assert door.asks == []


def test_bolt_never_logs_a_payload(porch: Porch, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        porch.command("secret set KEY swordfish")
        porch.tap({**BUTTON, "value": "swordfish"})
        porch.event({**DIRECT, "text": "swordfish"})

    assert "swordfish" not in caplog.text


def test_starting_warns_of_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-environment")
    with caplog.at_level(logging.WARNING):
        app = bolt(client("xoxb-test", "http://127.0.0.1:9/"), lambda: US)
    app.listener_runner.listener_executor.shutdown()

    assert caplog.text == ""


def _reference(text: str) -> str:
    return str(text).rsplit("reference: ", 1)[1][:8]


def test_without_a_database_people_hear_so_and_the_log_has_no_trace(
    porch: Porch, caplog: pytest.LogCaptureFixture
) -> None:
    porch.door.receiving = DatabaseUnavailable()
    porch.door.refusing = DatabaseUnavailable()

    assert FORGETFUL in porch.command().body
    porch.tap()
    porch.command(team_id="T2")
    porch.apologies.run()

    assert porch.voice.said == [("https://hooks.slack.com/actions/R2", FORGETFUL)]
    assert "Traceback" not in caplog.text
    porch.door.receiving = None
    for number in range(2):
        assert FORGETFUL not in porch.command(trigger_id=str(number)).body
    assert len(porch.door.asks) == 2, "its seat is free again"


def test_who_loses_the_database_under_an_answer_is_promised_the_end(
    porch: Porch, caplog: pytest.LogCaptureFixture
) -> None:
    porch.door.answering = DatabaseUnavailable()

    porch.command()
    porch.work.run()

    [(_, text)] = porch.voice.said
    assert text.startswith("My database does not answer, so I cannot say whether this was done.")
    assert "Traceback" not in caplog.text
