"""The sweep on fakes and a real database: what people read in Slack after each look."""

from collections.abc import Callable

import pytest

from bot.service import Bot
from tests.fakes import FakeClock, FakeHub, FakeSlack, Shown

Round = Callable[..., None]


@pytest.fixture
def round_(bot: Bot, clock: FakeClock) -> Round:
    """Sweep and deliver, a minute after the last time."""

    def go(minutes: float = 1) -> None:
        bot.sweep()
        bot.deliver()
        clock.tick(minutes=minutes)

    return go


def only(slack: FakeSlack) -> Shown:
    (card,) = slack.cards[1:]  # the first is the message of the first look
    return card


def test_the_first_look_is_told_in_one_message(
    hub: FakeHub, slack: FakeSlack, round_: Round
) -> None:
    hub.set(team_a="RUNNING", team_b="SLEEPING", team_c="RUNTIME_ERROR")

    round_()

    (card,) = slack.cards
    assert "Watching 3 Spaces" in card.text
    assert card.buttons == {"Wake all 2": "wake team-b team-c"}


def test_a_crash_has_its_card_at_once_and_recovery_edits_it(
    hub: FakeHub, slack: FakeSlack, round_: Round
) -> None:
    hub.set(team_a="RUNNING", team_b="RUNNING")
    round_()
    hub.put("acme/team-a", "RUNTIME_ERROR", error="ZeroDivisionError: division by zero")
    round_()

    card = only(slack)
    assert card.text == "team-a crashed: ZeroDivisionError: division by zero"
    assert card.buttons["Restart"] == "restart team-a"

    hub.set(team_a="RUNNING")
    round_()

    assert only(slack).text == "team-a fixed after 60 s"
    assert only(slack).buttons == {}
    assert [reply.text for reply in slack.replies] == ["team-a fixed after 60 s"]
