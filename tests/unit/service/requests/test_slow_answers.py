"""Slow reads: a notice that the answer replaces, or facts of the last sweep."""

from collections.abc import Callable
from threading import Event, Thread

import pytest

from bot.cards import Message
from bot.errors import HubUnavailable
from bot.model import Ask, Source
from bot.service import Bot
from bot.service.dependencies import AnswerTimeouts
from tests.conftest import MakeBot
from tests.fakes import FakeClock, FakeHub, FakeSlack, with_parts
from tests.unit.service.samples import last_reply_text

URL = "https://hooks.test/1"


@pytest.fixture
def bot(make_bot: MakeBot) -> Bot:
    return with_parts(make_bot(), answer_timeouts=AnswerTimeouts(hub=0.05, notice=0.01))


@pytest.fixture(autouse=True)
def fleet(bot: Bot, hub: FakeHub) -> None:
    hub.set(team_a="RUNNING", team_b="SLEEPING")
    hub.log_lines = {"acme/team-a": ("line 1",)}
    bot.sweep()


def ask_slowly(
    bot: Bot, ask: Ask, hub: FakeHub, noticed: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Answer *ask* with a Hub whose logs come only after the notice."""
    logs = hub.logs

    def slow_logs(*args: object, **values: object) -> tuple[str, ...]:
        assert noticed.wait(10), "no notice"
        return logs(*args, **values)  # type: ignore[arg-type]

    monkeypatch.setattr(hub, "logs", slow_logs)
    thread = Thread(target=lambda: bot.ask(ask))
    thread.start()
    thread.join(20)
    assert not thread.is_alive()


def after(work: Callable[..., object], event: Event) -> Callable[..., object]:
    """Return *work*, which sets *event* at its end."""

    def run(*args: object, **values: object) -> object:
        try:
            return work(*args, **values)
        finally:
            event.set()

    return run


def test_answer_replaces_the_notice_of_a_slow_slash_command(
    bot: Bot, hub: FakeHub, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    noticed = Event()
    monkeypatch.setattr(slack, "respond", after(slack.respond, noticed))

    ask = Ask("logs team-a", "UTA", "C1", idempotency_key="k", response_url=URL)
    ask_slowly(bot, ask, hub, noticed, monkeypatch)

    (first, answer) = slack.responses
    assert (first[1].text, first[2]) == ("Fetching…", False)
    assert ("team-a: run log" in answer[1].text, answer[2]) == (True, True)


def test_notice_in_a_direct_message_gives_way_to_the_answer(
    bot: Bot, hub: FakeHub, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    noticed, texts = Event(), []
    post = after(slack.post, noticed)

    def record(channel: str, message: Message, **values: object) -> object:
        texts.append(message.text)
        return post(channel, message, **values)

    monkeypatch.setattr(slack, "post", record)

    ask_slowly(bot, Ask("logs team-a", "UTA", "D1", Source.DIRECT, "k"), hub, noticed, monkeypatch)

    assert texts[0] == "Fetching…"
    assert [message.text for message in slack.messages] == ["team-a: run log"]


def test_quick_answer_has_no_notice(bot: Bot, slack: FakeSlack) -> None:
    patient = with_parts(bot, answer_timeouts=AnswerTimeouts(notice=5))
    patient.ask(Ask("url team-a", "UTA", "C1", idempotency_key="k", response_url=URL))

    assert [
        (message.text != "Fetching…", replaces) for _, message, replaces in slack.responses
    ] == [(True, False)]


@pytest.mark.parametrize("text", ["status", "info team-a", "url all"])
@pytest.mark.parametrize("call", ["fleet", "space"])
def test_read_answers_from_the_last_sweep_while_the_hub_hangs(
    bot: Bot,
    hub: FakeHub,
    slack: FakeSlack,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    call: str,
) -> None:
    clock.tick(seconds=5)
    may_end, waited = Event(), Event()

    def hang(*_: object) -> object:
        if not may_end.wait(5):
            waited.set()
        raise HubUnavailable("Hugging Face didn't respond in time.")

    monkeypatch.setattr(hub, call, hang)

    bot.ask(Ask(text, "UTA", "C1", idempotency_key="k"))
    may_end.set()

    assert not waited.is_set(), "the answer came only after the Hub's"
    assert "team-a" in last_reply_text(slack)
    if call == "fleet" or text.startswith("info"):
        assert "Last known status" in last_reply_text(slack)
