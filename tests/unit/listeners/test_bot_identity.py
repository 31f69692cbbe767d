"""The bot's identity: fetched once, and never waited for long."""

from collections.abc import Iterator
from threading import Event

import pytest

from bot.errors import SlackUnavailable
from bot.listeners.bot_identity import BotIdentity
from bot.slack import Identity
from tests.unit.listeners.conftest import IDENTITY


class SlowSlack:
    """A Slack that answers once the test lets it, with the number of its calls."""

    def __init__(self) -> None:
        self.may_answer = Event()
        self.has_answered = Event()
        self.calls = 0
        self.error: SlackUnavailable | None = None

    def __call__(self) -> Identity:
        self.calls += 1
        assert self.may_answer.wait(10)
        self.has_answered.set()
        if self.error:
            raise self.error
        return IDENTITY


@pytest.fixture
def slack() -> Iterator[SlowSlack]:
    slack = SlowSlack()
    yield slack
    slack.may_answer.set()


def test_slow_identity_raises_slack_unavailable(slack: SlowSlack) -> None:
    with pytest.raises(SlackUnavailable):
        BotIdentity(slack, timeout=0.01).get()


def test_identity_is_fetched_once(slack: SlowSlack) -> None:
    bot_identity = BotIdentity(slack, timeout=10)
    slack.may_answer.set()

    assert [bot_identity.get() for _ in range(3)] == [IDENTITY] * 3
    assert slack.calls == 1


def test_failed_fetch_is_repeated(slack: SlowSlack) -> None:
    slack.error = SlackUnavailable("Slack does not answer.")
    slack.may_answer.set()
    bot_identity = BotIdentity(slack, timeout=10)
    with pytest.raises(SlackUnavailable, match="does not answer"):
        bot_identity.get()

    slack.error = None

    assert bot_identity.get() is IDENTITY
