"""The listeners and the Slack adapter against the sandbox, with a bot that echoes requests."""

import itertools
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta

import pytest

from bot.alerts.channels import Change, ChannelEvent
from bot.cards import Message
from bot.errors import SlackError, SlackOutcomeUnknown, SlackUnavailable
from bot.listeners import BoundedExecutor, make_bolt_app, register_listeners
from bot.listeners.socket_mode import SocketMode
from bot.model import Ask, InertReason, Source
from bot.render.blocks import actions, button, menu, message, section
from bot.sandbox.server import Sandbox
from bot.sandbox.slack import faults
from bot.sandbox.slack.model import Channel
from bot.slack import Slack, make_client
from bot.web import Probes, Server, make_http_app

OPS = "C0OPS"
SECRET = "sandbox-signing-secret"
PRIVATE = Channel("G0LABS", "labs", frozenset({"U0LEAD", "U0BOT"}), is_private=True)


class EchoHandler:
    """A request handler that replies with the text of the request."""

    def __init__(self, slack: Slack) -> None:
        self._slack = slack
        self._seen: set[str] = set()
        self._numbers = itertools.count(1)
        self.asks: list[Ask] = []
        self.channel_events: list[ChannelEvent] = []

    def receive(self, ask: Ask) -> "Future[int | None]":
        received: Future[int | None] = Future()
        received.set_result(self._number(ask))
        return received

    def _number(self, ask: Ask) -> int | None:
        if ask.idempotency_key in self._seen:
            return None
        self._seen.add(ask.idempotency_key)
        self.asks.append(ask)
        return next(self._numbers)

    def record_channel_event(self, event: ChannelEvent) -> None:
        self.channel_events.append(event)

    def check_form(self, ask: Ask) -> dict[str, str]:
        return {}

    def refuse(self, ask: Ask, reason: str) -> None:
        """Record no rejection."""
        raise AssertionError(reason)

    def withdraw(self, number: int, reason: str) -> "Future[None]":
        """Record no withdrawal."""
        raise AssertionError(reason)

    def answer(self, number: int, ask: Ask) -> None:
        reply = Message(f"heard {number}: {ask.text}")
        if ask.response_url:
            self._slack.respond(ask.response_url, reply, replace=ask.text == "replace")
        elif ask.source is Source.DIRECT:
            self._slack.post(ask.channel, reply)
        else:
            self._slack.post_ephemeral(ask.channel, ask.user, reply, thread=ask.thread)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as server:
        yield server


@pytest.fixture
def slack(sandbox: Sandbox) -> Slack:
    return Slack(make_client("xoxb-sandbox", sandbox.slack_api_url))


@pytest.fixture
def handler(slack: Slack) -> EchoHandler:
    return EchoHandler(slack)


@pytest.fixture(params=["socket", "http"])
def bot(
    request: pytest.FixtureRequest, sandbox: Sandbox, slack: Slack, handler: EchoHandler
) -> None:
    """Run the bot against the sandbox, over Socket Mode and over HTTP."""
    closing = ExitStack()
    request.addfinalizer(closing.close)  # noqa: PT021 - several ends, in the order of a stack
    app = make_bolt_app(make_client("xoxb-sandbox", sandbox.slack_api_url), slack.identity, SECRET)
    closing.callback(app.listener_runner.listener_executor.shutdown)
    register_listeners(
        app, handler, slack, BoundedExecutor(closing.enter_context(ThreadPoolExecutor(4)), 8)
    )
    if request.param == "socket":
        socket_mode = SocketMode(
            app,
            "xapp-1-A0SPACEBOT-1-sandbox",
            threads=4,
            ping_interval=0.1,
            stale_after=0.5,
            check_interval=0.02,
        )
        closing.callback(socket_mode.stop)
        socket_mode.start()
        sandbox.workspace.wait_for(lambda: sandbox.slack.bot_is_listening)
    else:
        server = Server(make_http_app(Probes({}, {}, lambda: "leader"), app, SECRET), port=0)
        closing.callback(server.stop)
        server.start()
        sandbox.slack.deliver_by_http(f"http://127.0.0.1:{server.port}/slack/events")


@pytest.mark.usefixtures("bot")
def test_command_reply_is_ephemeral(sandbox: Sandbox) -> None:
    sandbox.ta.type(OPS, "/space wake all")

    sandbox.ta.wait_for_message(OPS, "heard 1: wake all")
    assert not [m for m in sandbox.student.visible_messages(OPS) if "heard" in m.text]


@pytest.mark.usefixtures("bot")
def test_a_mention_is_answered(sandbox: Sandbox) -> None:
    sandbox.ta.type(OPS, "@spacebot wake all")

    sandbox.ta.wait_for_message(OPS, "heard 1: wake all")


@pytest.mark.usefixtures("bot")
def test_direct_message_is_answered_once_and_own_messages_ignored(
    sandbox: Sandbox, handler: EchoHandler
) -> None:
    sandbox.ta.type(sandbox.ta.dm, "status team-a")
    sandbox.ta.wait_for_message(sandbox.ta.dm, "heard 1: status team-a")
    sandbox.ta.type(sandbox.ta.dm, "url team-a")
    sandbox.ta.wait_for_message(sandbox.ta.dm, "heard 2: url team-a")

    assert [ask.text for ask in handler.asks] == ["status team-a", "url team-a"]


@pytest.mark.usefixtures("bot")
def test_button_or_menu_click_runs_its_command(
    sandbox: Sandbox, slack: Slack, handler: EchoHandler
) -> None:
    commands = actions(button("Wake", "wake team-a"), menu([("Mute", "mute team-a for 1h")]))
    slack.post(OPS, message("team-a fell asleep", section("team-a"), commands))
    card = sandbox.student.wait_for_message(OPS, "team-a fell asleep")

    sandbox.student.click(card, "Wake")
    sandbox.student.wait_for_message(OPS, "heard 1: wake team-a")
    sandbox.lead.click(card, "Mute")
    sandbox.lead.wait_for_message(OPS, "heard 2: mute team-a for 1h")

    assert [ask.user for ask in handler.asks] == [sandbox.student.id, sandbox.lead.id]


@pytest.mark.usefixtures("bot")
def test_ephemeral_confirmation_is_replaced_by_the_reply(sandbox: Sandbox, slack: Slack) -> None:
    slack.post_ephemeral(OPS, sandbox.ta.id, message("Really?", actions(button("Yes", "replace"))))
    question = sandbox.ta.wait_for_message(OPS, "Really?")

    sandbox.ta.click(question, "Yes")
    sandbox.ta.wait_for_message(OPS, "heard 1: replace")

    assert not [m for m in sandbox.ta.visible_messages(OPS) if "Really?" in m.text]


@pytest.mark.parametrize("bot", ["socket"], indirect=True)
@pytest.mark.usefixtures("bot")
def test_duplicate_delivery_is_handled_once(sandbox: Sandbox, handler: EchoHandler) -> None:
    sandbox.slack.deliver_twice()
    sandbox.ta.type(OPS, "/space wake all")
    sandbox.ta.type(OPS, "/space status")
    sandbox.ta.wait_for_message(OPS, "status")

    assert sorted(ask.text for ask in handler.asks) == ["status", "wake all"]


@pytest.mark.usefixtures("bot")
def test_mention_delivered_as_two_event_types_is_handled_once(
    sandbox: Sandbox, handler: EchoHandler
) -> None:
    sandbox.slack.deliver_as_both_kinds()
    sandbox.ta.type(sandbox.ta.dm, "@spacebot wake all")
    sandbox.ta.type(sandbox.ta.dm, "status")
    sandbox.ta.wait_for_message(sandbox.ta.dm, ": status")

    received = sorted((ask.text, ask.source) for ask in handler.asks)
    assert received == [("status", Source.DIRECT), ("wake all", Source.DIRECT)]


@pytest.mark.parametrize("place", [OPS, "dm"])
@pytest.mark.usefixtures("bot")
def test_edited_message_arrives_once_and_inert(
    sandbox: Sandbox, handler: EchoHandler, place: str
) -> None:
    channel = sandbox.ta.dm if place == "dm" else OPS
    sandbox.ta.type(channel, "hello")
    typed = next(m for m in sandbox.ta.visible_messages(channel) if m.text == "hello")
    for text in ("@spacebot wake all", "@spacebot wake team-a"):
        sandbox.ta.edit(typed, text)
    sandbox.ta.type(channel, "@spacebot status")
    sandbox.ta.wait_for_message(channel, ": status")

    edits = [ask for ask in handler.asks if ask.inert is InertReason.EDITED]
    assert len(edits) == 1
    assert [ask.text for ask in handler.asks if not ask.inert and ask.text != "hello"] == ["status"]


@pytest.mark.parametrize("bot", ["socket"], indirect=True)
@pytest.mark.usefixtures("bot")
def test_commands_work_again_after_an_outage(sandbox: Sandbox) -> None:
    sandbox.ta.type(OPS, "/space status")
    sandbox.ta.wait_for_message(OPS, "heard 1: status")
    sandbox.slack.go_down()
    sandbox.workspace.wait_for(lambda: not sandbox.slack.bot_is_listening)
    sandbox.slack.come_up()
    sandbox.workspace.wait_for(lambda: sandbox.slack.bot_is_listening)
    sandbox.ta.type(OPS, "/space wake all")

    sandbox.ta.wait_for_message(OPS, "heard 2: wake all")


# Slack stored the message, but its response was lost: the bot finds it in the history.
@pytest.mark.parametrize(
    "lost", [faults.drop_connection(stored=True), faults.server_error(stored=True)]
)
@pytest.mark.parametrize("channel", [OPS, "U0LEAD"])
def test_unanswered_post_is_found_in_history(
    sandbox: Sandbox, slack: Slack, lost: faults.Fault, channel: str
) -> None:
    where = _find_channel(sandbox, channel)
    sandbox.slack.faults.plan("chat.postMessage", lost)
    since = datetime.now(UTC)  # noqa: TID251 - the sandbox's Slack has the wall's time
    with pytest.raises(SlackOutcomeUnknown):
        slack.post(where, Message("team-a fell asleep"), nonce="n1")

    place = slack.find(where, "n1", since)

    assert place is not None
    slack.update(place, Message("team-a is up again"))
    assert slack.find(where, "n2", since) is None
    assert slack.find(where, "n1", since - timedelta(hours=1)) is None, "looked at all of time"


@pytest.mark.usefixtures("bot")
def test_channel_events_are_recorded(sandbox: Sandbox, handler: EchoHandler) -> None:
    channels = sandbox.slack.channels
    sandbox.workspace.directory.add_channel(PRIVATE)
    channels.rename(OPS, "ops")
    channels.archive(PRIVATE.id)
    channels.unarchive(PRIVATE.id)
    channels.change_id(PRIVATE.id, "C0LABS")
    channels.remove_bot(OPS)
    sandbox.lead.type(OPS, "/invite @spacebot")

    wait_until(sandbox, lambda: len(handler.channel_events) == 7)
    events = sorted((e.at, e.change, e.channel, e.new_id) for e in handler.channel_events)
    assert [what for _, *what in events] == [
        [Change.RENAMED, OPS, ""],
        [Change.ARCHIVED, PRIVATE.id, ""],
        [Change.UNARCHIVED, PRIVATE.id, ""],
        [Change.ID_CHANGED, PRIVATE.id, "C0LABS"],
        [Change.LEFT, OPS, ""],
        [Change.LEFT, OPS, ""],
        [Change.JOINED, OPS, ""],
    ]
    assert handler.asks == []


@pytest.mark.usefixtures("bot")
def test_unhandled_event_is_acknowledged(sandbox: Sandbox, handler: EchoHandler) -> None:
    sandbox.slack.dispatcher.retry_seconds = ()  # an unacknowledged event would be missing below
    sandbox.slack.dispatcher.ack_seconds = 30.0  # a busy machine may be slow
    for _ in range(300):
        sandbox.slack.events.home_opened(sandbox.ta.id)
    sandbox.ta.type(OPS, "/space status")

    sandbox.ta.wait_for_message(OPS, "heard 1: status")
    wait_until(sandbox, lambda: len(sandbox.slack.dispatcher.ack_latencies) == 301)
    assert [ask.text for ask in handler.asks] == ["status"]


def test_channel_is_found_by_name_while_the_bot_is_a_member(sandbox: Sandbox, slack: Slack) -> None:
    sandbox.workspace.directory.add_channel(PRIVATE)
    assert slack.find_channel("space-ops") == OPS
    assert slack.find_channel("labs") == PRIVATE.id
    assert slack.find_channel("section-1") is None, "the bot isn't in it"
    assert slack.list_channel_names() == {OPS: "space-ops", PRIVATE.id: "labs"}

    sandbox.slack.channels.rename(OPS, "ops")
    sandbox.slack.channels.archive(PRIVATE.id)
    assert slack.find_channel("space-ops") is None
    assert slack.find_channel("ops") == OPS
    assert slack.find_channel("labs") is None


def wait_until(sandbox: Sandbox, condition: Callable[[], bool]) -> None:
    """Wait for a condition that no change of the workspace announces."""
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "it never came to be so"
        with suppress(TimeoutError):
            sandbox.workspace.wait_for(condition, 0.05)


def test_rate_limit_error_carries_retry_after(sandbox: Sandbox, slack: Slack) -> None:
    sandbox.slack.faults.plan("chat.postMessage", faults.rate_limited(7))

    with pytest.raises(SlackUnavailable) as refused:
        slack.post(OPS, Message("hello"))
    assert refused.value.after == 7


def test_users_and_groups_are_looked_up(sandbox: Sandbox, slack: Slack) -> None:
    assert slack.person(sandbox.lead.id).is_admin
    assert not slack.person(sandbox.student.id).is_admin
    assert slack.identity().user == "U0BOT"


def _find_channel(sandbox: Sandbox, channel: str) -> str:
    if channel.startswith("#"):
        return f"#{sandbox.workspace.directory.find(OPS).name}"
    return sandbox.lead.id if channel.startswith("U") else channel


@pytest.mark.parametrize("fault", faults.EXPIRED_TRIGGERS)
def test_each_wording_of_an_expired_trigger_is_recognized(
    sandbox: Sandbox, slack: Slack, fault: faults.Fault
) -> None:
    sandbox.slack.faults.plan("views.open", fault)

    with pytest.raises(SlackError) as refused:
        slack.open_form("13.7.t", {"type": "modal"})

    assert refused.value.code == "expired_trigger_id"


@pytest.mark.parametrize(
    ("name", "absent"),
    [
        ("app.py", ""),
        ("notes.canvas", "canvas"),
        ("tasks.list", "list"),
        ("old.hidden", "hidden_by_limit"),
    ],
)
def test_file_without_content_has_its_reason(
    sandbox: Sandbox, slack: Slack, name: str, absent: str
) -> None:
    assert slack.attachment(sandbox.ta.attach(name, b"text")).unavailable_reason == absent


def test_file_not_shared_with_the_bot_has_its_reason(sandbox: Sandbox, slack: Slack) -> None:
    sandbox.slack.faults.plan("files.info", faults.api_error("access_denied"))

    assert slack.attachment(sandbox.ta.attach("app.py", b"text")).unavailable_reason == "unseen"
