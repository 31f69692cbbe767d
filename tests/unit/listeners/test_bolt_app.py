"""From a signed payload to the handler, and the replies if it doesn't get there."""

import logging
from typing import Any

import pytest
from slack_bolt import BoltRequest

from bot.errors import SlackUnavailable
from bot.listeners import make_bolt_app
from bot.listeners.intake import NO_IDENTITY, WRONG_WORKSPACE
from bot.model import Ask, Source
from bot.slack import Identity, make_client
from tests.unit.listeners.conftest import BUTTON, IDENTITY, BoltHarness, FakeHandler, Json
from tests.unit.listeners.samples import DIRECT, MENTION


def test_a_command_becomes_an_ask(harness: BoltHarness) -> None:
    assert harness.command("wake all").status == 200
    assert harness.handler.asks == [
        Ask(
            "wake all",
            "U1",
            "C1",
            Source.COMMAND,
            idempotency_key="command:13.7.a",
            trigger_id="13.7.a",
            response_url="https://hooks.slack.com/commands/R1",
            slash="/space",
        )
    ]


def test_ask_is_stored_then_acknowledged_then_answered(harness: BoltHarness) -> None:
    response = harness.command()

    assert (response.status, response.body) == (200, "")
    assert harness.handler.log == ["received"]
    harness.work.run()
    assert harness.handler.log == ["received", "answered"]


def test_button_runs_its_command_as_the_person_who_clicks(harness: BoltHarness) -> None:
    assert harness.click().status == 200
    assert harness.handler.asks == [
        Ask(
            "wake team-a",
            "U2",
            "C9",
            Source.BUTTON,
            idempotency_key="tap:17.5:U2:run:wake team-a",
            trigger_id="13.8.b",
            response_url="https://hooks.slack.com/actions/R2",
            message="7.1",
        )
    ]


def test_menu_runs_the_command_of_the_chosen_option(harness: BoltHarness) -> None:
    option = {"text": {"type": "plain_text", "text": "Mute 1 h"}, "value": "mute team-a for 1h"}
    menu = {"type": "overflow", "action_id": "menu", "action_ts": "1", "selected_option": option}

    assert harness.click(menu).status == 200
    assert harness.handler.asks[0].text == "mute team-a for 1h"


# (more fields of the payload, channel, thread)
@pytest.mark.parametrize(
    ("more", "channel", "thread"),
    [
        # in a thread, the reply is posted in the thread
        ({"container": {"channel_id": "C9", "thread_ts": "5.5"}}, "C9", "5.5"),
        ({"message": {"ts": "7.1", "thread_ts": "5.5"}}, "C9", "5.5"),
        # a message with replies is in the channel, not in its own thread
        ({"message": {"ts": "7.1", "thread_ts": "7.1"}}, "C9", None),
        ({"container": {"channel_id": "C9", "message_ts": "7.1", "thread_ts": "7.1"}}, "C9", None),
        # an ephemeral message has its channel only in the container
        ({"channel": None}, "C9", None),
        # the Home tab has no channel, so the reply is a direct message
        ({"channel": None, "container": {"type": "view"}}, "U2", None),
    ],
)
def test_click_is_answered_where_it_happened(
    harness: BoltHarness, more: dict[str, Any], channel: str, thread: str | None
) -> None:
    harness.click(BUTTON, **more)

    assert (harness.handler.asks[0].channel, harness.handler.asks[0].thread) == (channel, thread)


def test_long_buttons_have_short_keys_that_stay_distinct(harness: BoltHarness) -> None:
    for end in ("a", "b", "a"):
        harness.click({**BUTTON, "action_id": "run:" + "wake " * 39 + end})

    keys = [ask.idempotency_key for ask in harness.handler.asks]
    assert len(keys) == len(set(keys)) == 2, "the last is a redelivery of the first"
    assert max(map(len, keys)) <= 100


def test_link_button_is_acknowledged_and_asks_nothing(harness: BoltHarness) -> None:
    link = {"type": "button", "action_id": "open", "url": "https://x.hf.space", "action_ts": "1"}

    assert harness.click(link).status == 200
    assert harness.handler.asks == []


def test_mention_is_read_without_the_bot_name(harness: BoltHarness) -> None:
    assert harness.event({**MENTION, "thread_ts": "5.5"}).status == 200
    assert harness.handler.asks == [
        Ask("wake all", "U1", "C1", Source.MENTION, idempotency_key="message:C1:17.1", thread="5.5")
    ]


def test_a_direct_message_is_read(harness: BoltHarness) -> None:
    assert harness.event(DIRECT).status == 200
    assert harness.handler.asks == [
        Ask("wake all", "U1", "D1", Source.DIRECT, idempotency_key="message:D1:17.1")
    ]


# Other messages are acknowledged and are no request.
@pytest.mark.parametrize(
    "event",
    [
        # a bot, such as this one: otherwise two bots could reply to each other endlessly
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
def test_message_no_person_typed_asks_nothing(harness: BoltHarness, event: Json) -> None:
    assert harness.event(event).status == 200
    assert harness.handler.asks == []
    assert harness.replier.replies == []


def test_thread_reply_broadcast_to_the_channel_is_read(harness: BoltHarness) -> None:
    harness.event({**MENTION, "subtype": "thread_broadcast", "thread_ts": "17.0"})

    assert harness.handler.asks[0].thread == "17.0"


def test_a_message_with_a_file_is_read(harness: BoltHarness) -> None:
    harness.event({**DIRECT, "subtype": "file_share", "files": [{"id": "F1"}]})

    assert harness.handler.asks[0].text == "wake all"


def test_the_same_delivery_twice_is_answered_once(harness: BoltHarness) -> None:
    for _ in range(2):
        assert harness.command().status == 200
        assert harness.event(MENTION).status == 200
        harness.work.run()

    assert [ask.source for ask in harness.handler.asks] == [Source.COMMAND, Source.MENTION]
    assert harness.handler.log.count("answered") == 2


def test_command_without_trigger_is_deduplicated_by_its_content(harness: BoltHarness) -> None:
    harness.command(trigger_id="")
    harness.command(trigger_id="")
    harness.command(trigger_id="", response_url="https://hooks.slack.com/commands/R9")

    assert len(harness.handler.asks) == 2


def test_slash_command_of_any_name_is_accepted(harness: BoltHarness) -> None:
    assert harness.command(command="/ops").status == 200
    assert [(ask.text, ask.slash) for ask in harness.handler.asks] == [("wake all", "/ops")]


class TestWithinAnOrganization:
    @pytest.fixture
    def identity(self) -> Any:
        return lambda: Identity("T1", "U0BOT", "B0BOT", enterprise="E1")

    def test_other_workspaces_of_the_organization_are_served(self, harness: BoltHarness) -> None:
        harness.command(team_id="T2", enterprise_id="E1")

        assert len(harness.handler.asks) == 1

    def test_another_organization_is_rejected(self, harness: BoltHarness) -> None:
        assert WRONG_WORKSPACE in harness.command(team_id="T2", enterprise_id="E2").body


class TestWhileSlackIsUnavailable:
    @pytest.fixture
    def identity(self) -> Any:
        def unknown() -> Identity:
            raise SlackUnavailable("Slack cannot be reached.")

        return unknown

    def test_command_is_rejected_without_being_stored(self, harness: BoltHarness) -> None:
        assert NO_IDENTITY in harness.command().body
        assert harness.handler.asks == []


def test_wrong_signature_is_rejected(harness: BoltHarness, handler: FakeHandler) -> None:
    body = "command=%2Fspace&text=wake+all&user_id=U1&channel_id=C1&team_id=T1"
    request = BoltRequest(body=body, headers={"x-slack-signature": "v0=00"})

    assert harness.app.dispatch(request).status == 401
    assert handler.asks == []


def test_bolt_never_logs_a_payload(harness: BoltHarness, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        harness.command("secret set KEY swordfish")
        harness.click({**BUTTON, "value": "swordfish"})
        harness.event({**DIRECT, "text": "swordfish"})

    assert "swordfish" not in caplog.text


def test_starting_logs_no_warning(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-environment")
    with caplog.at_level(logging.WARNING):
        app = make_bolt_app(make_client("xoxb-test", "http://127.0.0.1:9/"), lambda: IDENTITY)
    app.listener_runner.listener_executor.shutdown()

    assert caplog.text == ""
