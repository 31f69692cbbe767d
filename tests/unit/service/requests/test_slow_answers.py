"""Slow reads: a notice that the answer replaces, or facts of the last sweep."""

from threading import Event, Thread

import pytest

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


def ask_slowly(bot: Bot, ask: Ask, hub: FakeHub, slack: FakeSlack) -> list[str]:
    """Answer *ask* with a Hub whose logs come only after the notice; return all new messages."""
    noticed, texts = Event(), list[str]()

    def notice(text: str) -> None:
        texts.append(text)
        noticed.set()

    slack.on_message = notice
    hub.on_call = lambda what: noticed.wait(10) if what.startswith("logs") else None
    thread = Thread(target=lambda: bot.ask(ask))
    thread.start()
    thread.join(20)
    assert not thread.is_alive()
    return texts


def test_answer_replaces_the_notice_of_a_slow_slash_command(
    bot: Bot, hub: FakeHub, slack: FakeSlack
) -> None:
    ask = Ask("logs team-a", "UTA", "C1", idempotency_key="k", response_url=URL)
    ask_slowly(bot, ask, hub, slack)

    (first, answer) = slack.responses
    assert (first[1].text, first[2]) == ("Fetching…", False)
    assert ("team-a: run log" in answer[1].text, answer[2]) == (True, True)


def test_notice_in_a_direct_message_gives_way_to_the_answer(
    bot: Bot, hub: FakeHub, slack: FakeSlack
) -> None:
    texts = ask_slowly(bot, Ask("logs team-a", "UTA", "D1", Source.DIRECT, "k"), hub, slack)

    assert texts[0] == "Fetching…"
    assert [message.text for message in slack.messages] == ["team-a: run log"]


def test_quick_answer_has_no_notice(bot: Bot, slack: FakeSlack) -> None:
    patient = with_parts(bot, answer_timeouts=AnswerTimeouts(notice=5))
    patient.ask(Ask("url team-a", "UTA", "C1", idempotency_key="k", response_url=URL))

    assert [
        (message.text != "Fetching…", replaces) for _, message, replaces in slack.responses
    ] == [(True, False)]


@pytest.mark.parametrize("text", ["status", "info team-a", "url all"])
@pytest.mark.parametrize("call", ["list", "space"])
def test_read_answers_from_the_last_sweep_while_the_hub_hangs(
    bot: Bot,
    hub: FakeHub,
    slack: FakeSlack,
    clock: FakeClock,
    text: str,
    call: str,
) -> None:
    clock.tick(seconds=5)
    may_end, waited = Event(), Event()

    def hang(what: str) -> None:
        if what.split(maxsplit=1)[0] != call:
            return
        if not may_end.wait(5):
            waited.set()
        raise HubUnavailable("Hugging Face didn't respond in time.")

    hub.on_call = hang

    bot.ask(Ask(text, "UTA", "C1", idempotency_key="k"))
    may_end.set()

    assert not waited.is_set(), "the answer came only after the Hub's"
    assert "team-a" in last_reply_text(slack)
    if call == "list" or text.startswith("info"):
        assert "Last known status" in last_reply_text(slack)
