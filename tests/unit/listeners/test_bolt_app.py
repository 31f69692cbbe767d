"""From a signed payload to the handler, and the replies if it doesn't get there."""

import logging
from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest
from slack_bolt import BoltRequest

from bot.errors import DatabaseUnavailable, SlackUnavailable
from bot.listeners import make_bolt_app
from bot.listeners.bot_identity import BotIdentity
from bot.listeners.intake import BUSY, NO_DATABASE, NO_IDENTITY, SLOW_DATABASE, WRONG_WORKSPACE
from bot.model import Ask, Source
from bot.slack import Identity, make_client
from tests.unit.listeners.conftest import BUTTON, IDENTITY, BoltHarness, FakeHandler, Json

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


# If a request can't be stored, the reply has a reference that is in the log as well.
def test_lost_command_is_reported_with_the_acknowledgment(
    harness: BoltHarness, caplog: pytest.LogCaptureFixture
) -> None:
    harness.handler.receive_error = OSError("the database is gone")

    body = harness.command("wake swordfish").body

    assert "nothing was done" in body
    assert _reference(body) in caplog.text
    assert "swordfish" not in caplog.text, "what was typed may be a secret"
    assert harness.work.work == []


def test_lost_click_is_reported_by_its_response_url(
    harness: BoltHarness, caplog: pytest.LogCaptureFixture
) -> None:
    harness.handler.receive_error = OSError("the database is gone")

    assert harness.click().status == 200
    harness.reply_work.run()

    [(target, text)] = harness.replier.replies
    assert target == "https://hooks.slack.com/actions/R2"
    assert _reference(text) in caplog.text


def test_lost_mention_is_reported_to_the_person_alone(harness: BoltHarness) -> None:
    harness.handler.receive_error = OSError("the database is gone")

    harness.event({**MENTION, "thread_ts": "5.5"})
    harness.reply_work.run()

    assert harness.replier.replies[0][0] == ("C1", "U1", "5.5")


def test_failed_answer_is_reported_with_a_reference(
    harness: BoltHarness, caplog: pytest.LogCaptureFixture
) -> None:
    harness.handler.answer_error = ZeroDivisionError("unforeseen")
    harness.command()
    harness.work.run()

    [(target, text)] = harness.replier.replies
    assert target == "https://hooks.slack.com/commands/R1"
    assert _reference(text) in caplog.text


def test_unreadable_payload_is_reported_with_a_reference(
    harness: BoltHarness, caplog: pytest.LogCaptureFixture
) -> None:
    assert harness.click({"type": "button", "action_id": "run:x"}).status == 200
    harness.reply_work.run()

    [(target, text)] = harness.replier.replies
    assert target == "https://hooks.slack.com/actions/R2"
    assert _reference(text) in caplog.text


def test_failure_that_cannot_be_reported_is_logged(
    harness: BoltHarness, caplog: pytest.LogCaptureFixture
) -> None:
    harness.handler.receive_error = OSError("the database is gone")
    harness.replier.error = SlackUnavailable("Slack cannot be reached.")

    harness.click()
    harness.reply_work.run()

    assert "could not send a reply to U2" in caplog.text


# A request stored too late is never answered.
def test_slow_database_is_reported_with_the_acknowledgment(harness: BoltHarness) -> None:
    harness.handler.may_receive.clear()

    assert SLOW_DATABASE in harness.command().body

    harness.handler.may_receive.set()
    assert harness.handler.withdrawn.get(timeout=10) == 1
    harness.work.run()
    assert harness.handler.log == ["received"]


def test_slow_database_is_reported_to_the_person_who_clicks(harness: BoltHarness) -> None:
    harness.handler.may_receive.clear()

    assert harness.click().status == 200
    harness.reply_work.run()

    harness.handler.may_receive.set()
    assert harness.replier.replies == [("https://hooks.slack.com/actions/R2", SLOW_DATABASE)]


def test_slot_is_released_after_a_slow_database(harness: BoltHarness) -> None:
    harness.handler.may_receive.clear()
    for trigger in "1", "2", "3":
        assert SLOW_DATABASE in harness.command(trigger_id=trigger).body
    harness.handler.may_receive.set()

    assert harness.command(trigger_id="4").body == ""


def test_without_a_free_slot_nothing_is_stored(harness: BoltHarness) -> None:
    harness.command(trigger_id="1")
    harness.command(trigger_id="2")

    assert BUSY in harness.command(trigger_id="3").body
    assert len(harness.handler.asks) == 2
    harness.click()
    harness.reply_work.run()
    assert harness.replier.replies == [("https://hooks.slack.com/actions/R2", BUSY)]


# The audit entry comes after the acknowledgement, because it takes time.
@pytest.mark.parametrize("why", [BUSY, WRONG_WORKSPACE])
def test_rejection_is_audited_after_it_is_reported(harness: BoltHarness, why: str) -> None:
    if why == BUSY:
        harness.command(trigger_id="1")
        harness.command(trigger_id="2")
    response = harness.command("pause all", trigger_id="3", team_id="T1" if why == BUSY else "T2")
    is_explained, recorded = why in response.body, list(harness.handler.refusals)
    harness.reply_work.run()

    assert (is_explained, recorded) == (True, [])
    assert [(ask.text, reason) for ask, reason in harness.handler.refusals] == [("pause all", why)]


def test_rejection_that_cannot_be_audited_is_still_reported(
    harness: BoltHarness, caplog: pytest.LogCaptureFixture
) -> None:
    harness.handler.refuse_error = OSError("the database is gone")

    assert WRONG_WORKSPACE in harness.command(team_id="T2").body
    harness.reply_work.run()
    assert "the audit entry for a refusal of U1 failed" in caplog.text


# The slot is released even if answering fails.
@pytest.mark.parametrize("answering", [None, ZeroDivisionError("unforeseen")])
def test_slot_is_released_after_the_answer(
    harness: BoltHarness, answering: Exception | None
) -> None:
    harness.handler.answer_error = answering
    for number in range(5):
        harness.command(trigger_id=str(number))
        harness.work.run()

    assert len(harness.handler.asks) == 5


@pytest.mark.parametrize("why", ["lost", "repeated"])
def test_slot_is_released_when_nothing_was_accepted(harness: BoltHarness, why: str) -> None:
    if why == "lost":
        harness.handler.receive_error = OSError("the database is gone")
    else:
        harness.handler.known_keys.add("command:13.7.a")
    for _ in range(5):
        harness.command()
    harness.handler.receive_error = None
    harness.command(trigger_id="new")

    assert [ask.idempotency_key for ask in harness.handler.asks] == ["command:new"]


def test_stopping_bot_reports_that_nothing_was_done(harness: BoltHarness) -> None:
    harness.work.stopped = True

    assert "Please try again" in harness.command().body


# Only the bot's own workspace is served, because roles are unknown in others.
def test_another_workspace_is_rejected(harness: BoltHarness) -> None:
    assert WRONG_WORKSPACE in harness.command(team_id="T2").body
    harness.click(BUTTON, team={"id": "T2"})
    harness.event(MENTION, team_id="T2")
    harness.reply_work.run()

    assert harness.handler.asks == []
    assert [text for _, text in harness.replier.replies] == [WRONG_WORKSPACE, WRONG_WORKSPACE]


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


class TestWhileSlackIsSlow:
    @pytest.fixture
    def has_answered(self) -> Event:
        return Event()

    @pytest.fixture
    def bot_identity(self, has_answered: Event) -> Iterator[BotIdentity]:
        def slowly() -> Identity:
            assert has_answered.wait(10)
            return IDENTITY

        yield BotIdentity(slowly, timeout=0.01)
        has_answered.set()

    def test_slow_identity_raises_slack_unavailable(self, bot_identity: BotIdentity) -> None:
        with pytest.raises(SlackUnavailable):
            bot_identity.get()

    def test_identity_is_fetched_once(self, bot_identity: BotIdentity, has_answered: Event) -> None:
        future = bot_identity._current_future()
        has_answered.set()

        assert future.result(timeout=10) is IDENTITY
        assert bot_identity.get() is IDENTITY
        assert bot_identity._current_future() is future


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


def _reference(text: str) -> str:
    return str(text).rsplit("reference: ", 1)[1][:8]


def test_missing_database_is_reported_without_a_traceback(
    harness: BoltHarness, caplog: pytest.LogCaptureFixture
) -> None:
    harness.handler.receive_error = DatabaseUnavailable()
    harness.handler.refuse_error = DatabaseUnavailable()

    assert NO_DATABASE in harness.command().body
    harness.click()
    harness.command(team_id="T2")
    harness.reply_work.run()

    assert harness.replier.replies == [("https://hooks.slack.com/actions/R2", NO_DATABASE)]
    assert "Traceback" not in caplog.text
    harness.handler.receive_error = None
    for number in range(2):
        assert NO_DATABASE not in harness.command(trigger_id=str(number)).body
    assert len(harness.handler.asks) == 2, "its seat is free again"


def test_database_lost_while_answering_is_reported(
    harness: BoltHarness, caplog: pytest.LogCaptureFixture
) -> None:
    harness.handler.answer_error = DatabaseUnavailable()

    harness.command()
    harness.work.run()

    [(_, text)] = harness.replier.replies
    assert text.startswith("My database does not answer, so I cannot say whether this was done.")
    assert "Traceback" not in caplog.text
