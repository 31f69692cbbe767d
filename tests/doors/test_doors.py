"""The ways in and out, put together: a person at the sandbox's Slack, and a bot that echoes."""

import itertools
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta

import pytest

from bot.alerts.channels import Change, ChannelEvent
from bot.cards import Message
from bot.errors import SlackAmbiguous, SlackError, SlackUnavailable
from bot.listeners import Pool, bind, bolt
from bot.model import Ask, InertReason, Source
from bot.render.blocks import actions, button, menu, message, section
from bot.sandbox.server import Sandbox
from bot.sandbox.slack import faults
from bot.sandbox.slack.nouns import Channel
from bot.slack import Slack, client
from bot.socket_mode import SocketMode
from bot.web import Probes, Server, site

OPS = "C0OPS"
SECRET = "sandbox-signing-secret"
PRIVATE = Channel("G0LABS", "labs", frozenset({"U0LEAD", "U0BOT"}), is_private=True)


class Echo:
    """A door that answers by saying again what was asked, by the way that is open."""

    def __init__(self, slack: Slack) -> None:
        self._slack = slack
        self._seen: set[str] = set()
        self._numbers = itertools.count(1)
        self.asks: list[Ask] = []
        self.channel_events: list[ChannelEvent] = []

    def receive(self, ask: Ask) -> int | None:
        if ask.key in self._seen:
            return None
        self._seen.add(ask.key)
        self.asks.append(ask)
        return next(self._numbers)

    def record_channel_event(self, event: ChannelEvent) -> None:
        self.channel_events.append(event)

    def check(self, ask: Ask) -> dict[str, str]:
        return {}

    def refuse(self, ask: Ask, why: str) -> None:
        """Nothing here is ever refused."""
        raise AssertionError(why)

    def withdraw(self, number: int, why: str) -> None:
        """Nothing here is ever withdrawn."""
        raise AssertionError(why)

    def answer(self, number: int, ask: Ask) -> None:
        said = Message(f"heard {number}: {ask.text}")
        if ask.respond:
            self._slack.respond(ask.respond, said, replace=ask.text == "replace")
        elif ask.source is Source.DIRECT:
            self._slack.post(ask.channel, said)
        else:
            self._slack.whisper(ask.channel, ask.user, said, thread=ask.thread)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


@pytest.fixture
def slack(sandbox: Sandbox) -> Slack:
    return Slack(client("xoxb-sandbox", sandbox.slack_api_url))


@pytest.fixture
def door(slack: Slack) -> Echo:
    return Echo(slack)


@pytest.fixture(params=["socket", "http"])
def bot(request: pytest.FixtureRequest, sandbox: Sandbox, slack: Slack, door: Echo) -> None:
    """The bot's doors on the sandbox, over Socket Mode and by HTTP."""
    closing = ExitStack()
    request.addfinalizer(closing.close)  # noqa: PT021 - several ends, in the order of a stack
    app = bolt(client("xoxb-sandbox", sandbox.slack_api_url), slack.identity, SECRET)
    closing.callback(app.listener_runner.listener_executor.shutdown)
    bind(app, door, slack, Pool(closing.enter_context(ThreadPoolExecutor(4)), 8))
    if request.param == "socket":
        line = SocketMode(
            app, "xapp-1-A0SPACEBOT-1-sandbox", threads=4, ping=0.1, silence=0.5, look=0.02
        )
        closing.callback(line.stop)
        line.start()
        sandbox.workspace.wait_for(lambda: sandbox.slack.bot_is_listening)
    else:
        server = Server(site(Probes({}, {}, lambda: "leader"), app, SECRET), port=0)
        closing.callback(server.stop)
        server.start()
        sandbox.slack.deliver_by_http(f"http://127.0.0.1:{server.port}/slack/events")


@pytest.mark.usefixtures("bot")
def test_a_command_is_answered_to_its_person_alone(sandbox: Sandbox) -> None:
    sandbox.ta.type(OPS, "/space wake all")

    sandbox.ta.waits_for(OPS, "heard 1: wake all")
    assert not [m for m in sandbox.student.sees(OPS) if "heard" in m.text]


@pytest.mark.usefixtures("bot")
def test_a_mention_is_answered(sandbox: Sandbox) -> None:
    sandbox.ta.type(OPS, "@spacebot wake all")

    sandbox.ta.waits_for(OPS, "heard 1: wake all")


@pytest.mark.usefixtures("bot")
def test_a_direct_message_is_answered_once_and_not_our_own_answer(
    sandbox: Sandbox, door: Echo
) -> None:
    sandbox.ta.type(sandbox.ta.dm, "status team-a")
    sandbox.ta.waits_for(sandbox.ta.dm, "heard 1: status team-a")
    sandbox.ta.type(sandbox.ta.dm, "url team-a")
    sandbox.ta.waits_for(sandbox.ta.dm, "heard 2: url team-a")

    assert [ask.text for ask in door.asks] == ["status team-a", "url team-a"]


@pytest.mark.usefixtures("bot")
def test_whoever_taps_a_button_or_a_menu_says_its_words(
    sandbox: Sandbox, slack: Slack, door: Echo
) -> None:
    taps = actions(button("Wake", "wake team-a"), menu([("Mute", "mute team-a for 1h")]))
    slack.post(OPS, message("team-a fell asleep", section("team-a"), taps))
    card = sandbox.student.waits_for(OPS, "team-a fell asleep")

    sandbox.student.click(card, "Wake")
    sandbox.student.waits_for(OPS, "heard 1: wake team-a")
    sandbox.lead.click(card, "Mute")
    sandbox.lead.waits_for(OPS, "heard 2: mute team-a for 1h")

    assert [ask.user for ask in door.asks] == [sandbox.student.id, sandbox.lead.id]


@pytest.mark.usefixtures("bot")
def test_a_question_that_only_one_person_sees_is_replaced_by_its_answer(
    sandbox: Sandbox, slack: Slack
) -> None:
    slack.whisper(OPS, sandbox.ta.id, message("Really?", actions(button("Yes", "replace"))))
    question = sandbox.ta.waits_for(OPS, "Really?")

    sandbox.ta.click(question, "Yes")
    sandbox.ta.waits_for(OPS, "heard 1: replace")

    assert not [m for m in sandbox.ta.sees(OPS) if "Really?" in m.text]


@pytest.mark.parametrize("bot", ["socket"], indirect=True)
@pytest.mark.usefixtures("bot")
def test_what_slack_delivers_twice_is_done_once(sandbox: Sandbox, door: Echo) -> None:
    sandbox.slack.deliver_twice()
    sandbox.ta.type(OPS, "/space wake all")
    sandbox.ta.type(OPS, "/space status")
    sandbox.ta.waits_for(OPS, "status")

    assert sorted(ask.text for ask in door.asks) == ["status", "wake all"]


@pytest.mark.usefixtures("bot")
def test_a_mention_in_a_direct_message_that_arrives_as_both_kinds_is_done_once(
    sandbox: Sandbox, door: Echo
) -> None:
    sandbox.slack.deliver_as_both_kinds()
    sandbox.ta.type(sandbox.ta.dm, "@spacebot wake all")
    sandbox.ta.type(sandbox.ta.dm, "status")
    sandbox.ta.waits_for(sandbox.ta.dm, ": status")

    asked = sorted((ask.text, ask.source) for ask in door.asks)
    assert asked == [("status", Source.DIRECT), ("wake all", Source.DIRECT)]


@pytest.mark.parametrize("place", [OPS, "dm"])
@pytest.mark.usefixtures("bot")
def test_an_edited_message_comes_in_once_and_inert(
    sandbox: Sandbox, door: Echo, place: str
) -> None:
    channel = sandbox.ta.dm if place == "dm" else OPS
    sandbox.ta.type(channel, "hello")
    typed = next(m for m in sandbox.ta.sees(channel) if m.text == "hello")
    for text in ("@spacebot wake all", "@spacebot wake team-a"):
        sandbox.ta.edit(typed, text)
    sandbox.ta.type(channel, "@spacebot status")
    sandbox.ta.waits_for(channel, ": status")

    edits = [ask for ask in door.asks if ask.inert is InertReason.EDITED]
    assert len(edits) == 1
    assert [ask.text for ask in door.asks if not ask.inert and ask.text != "hello"] == ["status"]


@pytest.mark.parametrize("bot", ["socket"], indirect=True)
@pytest.mark.usefixtures("bot")
def test_after_an_outage_commands_are_heard_again(sandbox: Sandbox) -> None:
    sandbox.ta.type(OPS, "/space status")
    sandbox.ta.waits_for(OPS, "heard 1: status")
    sandbox.slack.go_down()
    sandbox.workspace.wait_for(lambda: not sandbox.slack.bot_is_listening)
    sandbox.slack.come_up()
    sandbox.workspace.wait_for(lambda: sandbox.slack.bot_is_listening)
    sandbox.ta.type(OPS, "/space wake all")

    sandbox.ta.waits_for(OPS, "heard 2: wake all")


# Slack took the message, and its answer was lost: it is found, not posted again.
@pytest.mark.parametrize("lost", [faults.dropped(stored=True), faults.broken(stored=True)])
@pytest.mark.parametrize("channel", [OPS, "U0LEAD"])
def test_a_post_without_an_answer_is_found(
    sandbox: Sandbox, slack: Slack, lost: faults.Fault, channel: str
) -> None:
    where = _known(sandbox, channel)
    sandbox.slack.faults.add("chat.postMessage", lost)
    since = datetime.now(UTC)  # noqa: TID251 - the sandbox's Slack has the wall's time
    with pytest.raises(SlackAmbiguous):
        slack.post(where, Message("team-a fell asleep"), nonce="n1")

    place = slack.find(where, "n1", since)

    assert place is not None
    slack.update(place, Message("team-a is up again"))
    assert slack.find(where, "n2", since) is None
    assert slack.find(where, "n1", since - timedelta(hours=1)) is None, "looked at all of time"


@pytest.mark.usefixtures("bot")
def test_what_happens_to_a_channel_is_told(sandbox: Sandbox, door: Echo) -> None:
    channels = sandbox.slack.channels
    sandbox.workspace.rooms.add_channel(PRIVATE)
    channels.rename(OPS, "ops")
    channels.archive(PRIVATE.id)
    channels.unarchive(PRIVATE.id)
    channels.change_id(PRIVATE.id, "C0LABS")
    channels.remove_bot(OPS)
    sandbox.lead.type(OPS, "/invite @spacebot")

    until(sandbox, lambda: len(door.channel_events) == 7)
    told = sorted((e.at, e.change, e.channel, e.new_id) for e in door.channel_events)
    assert [what for _, *what in told] == [
        [Change.RENAMED, OPS, ""],
        [Change.ARCHIVED, PRIVATE.id, ""],
        [Change.UNARCHIVED, PRIVATE.id, ""],
        [Change.ID_CHANGED, PRIVATE.id, "C0LABS"],
        [Change.LEFT, OPS, ""],
        [Change.LEFT, OPS, ""],
        [Change.JOINED, OPS, ""],
    ]
    assert door.asks == []


@pytest.mark.usefixtures("bot")
def test_an_event_that_nobody_asked_for_is_acknowledged_without_work(
    sandbox: Sandbox, door: Echo
) -> None:
    sandbox.slack.courier.retry_seconds = ()  # what isn't acknowledged is lost, and missed below
    sandbox.slack.courier.ack_seconds = 30.0  # a busy machine may be slow
    for _ in range(300):
        sandbox.slack.events.home_opened(sandbox.ta.id)
    sandbox.ta.type(OPS, "/space status")

    sandbox.ta.waits_for(OPS, "heard 1: status")
    until(sandbox, lambda: len(sandbox.slack.courier.acks) == 301)
    assert [ask.text for ask in door.asks] == ["status"]


def test_a_channel_is_known_by_its_name_while_the_bot_is_in_it(
    sandbox: Sandbox, slack: Slack
) -> None:
    sandbox.workspace.rooms.add_channel(PRIVATE)
    assert slack.find_channel("space-ops") == OPS
    assert slack.find_channel("labs") == PRIVATE.id
    assert slack.find_channel("section-1") is None, "the bot isn't in it"

    sandbox.slack.channels.rename(OPS, "ops")
    sandbox.slack.channels.archive(PRIVATE.id)
    assert slack.find_channel("space-ops") is None
    assert slack.find_channel("ops") == OPS
    assert slack.find_channel("labs") is None


def until(sandbox: Sandbox, is_so: Callable[[], bool]) -> None:
    """Wait for something that no change of the workspace announces."""
    deadline = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < deadline, "it never came to be so"
        with suppress(TimeoutError):
            sandbox.workspace.wait_for(is_so, 0.05)


def test_too_fast_is_told_with_a_time(sandbox: Sandbox, slack: Slack) -> None:
    sandbox.slack.faults.add("chat.postMessage", faults.rate_limited(7))

    with pytest.raises(SlackUnavailable) as refused:
        slack.post(OPS, Message("hello"))
    assert refused.value.after == 7


def test_people_are_known(sandbox: Sandbox, slack: Slack) -> None:
    assert slack.person(sandbox.lead.id).is_admin
    assert not slack.person(sandbox.student.id).is_admin
    assert slack.identity().user == "U0BOT"


def _known(sandbox: Sandbox, channel: str) -> str:
    if channel.startswith("#"):
        return f"#{sandbox.workspace.rooms.find(OPS).name}"
    return sandbox.lead.id if channel.startswith("U") else channel


@pytest.mark.parametrize("fault", faults.EXPIRED_TRIGGERS)
def test_an_expired_trigger_is_known_in_each_of_its_wordings(
    sandbox: Sandbox, slack: Slack, fault: faults.Fault
) -> None:
    sandbox.slack.faults.add("views.open", fault)

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
def test_what_looks_like_a_file_and_is_none_is_known(
    sandbox: Sandbox, slack: Slack, name: str, absent: str
) -> None:
    assert slack.attachment(sandbox.ta.attach(name, b"text")).absent == absent


def test_a_file_that_nobody_shared_with_the_bot_is_known(sandbox: Sandbox, slack: Slack) -> None:
    sandbox.slack.faults.add("files.info", faults.refused("access_denied"))

    assert slack.attachment(sandbox.ta.attach("app.py", b"text")).absent == "unseen"
