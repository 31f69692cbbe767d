"""Suggested commands are offered as a button only if they work."""

import pytest

from bot.service import Bot
from tests.fakes import FakeHub, FakeSlack
from tests.requests import buttons, last_reply, send_lead_command


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        pytest.param("statsu team-a", ["status team-a"], id="one slip"),
        pytest.param("statsu all excep team-a", ["status all except team-a"], id="two slips"),
        pytest.param("wkae tem-b", ["wake team-b"], id="command and Space"),
        pytest.param("wkae zzz", [], id="no Space like it"),
        pytest.param("restrat", [], id="a command without its Space"),
        pytest.param("mute team-a", ["mute team-a for 1h"], id="a missing word"),
    ],
)
def test_a_suggestion_is_corrected_until_it_works_or_left_out(
    bot: Bot, hub: FakeHub, slack: FakeSlack, typed: str, offered: list[str]
) -> None:
    hub.set(team_a="RUNNING", team_b="SLEEPING")
    bot.sweep()
    send_lead_command(bot, typed)

    assert list(buttons(slack).values()) == offered
    assert last_reply(slack)


def test_a_space_that_is_newer_than_the_sweep_is_suggested(
    bot: Bot, hub: FakeHub, slack: FakeSlack
) -> None:
    hub.set(team_a="RUNNING")
    bot.sweep()
    hub.set(quiz_b="SLEEPING")
    send_lead_command(bot, "wake quizz-b")

    assert list(buttons(slack).values()) == ["wake quiz-b"]


def test_a_trial_of_a_suggestion_has_no_effect(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="SLEEPING")
    bot.sweep()
    send_lead_command(bot, "wkae team-a")
    bot.advance()

    assert (hub.writes, slack.cards[1:]) == ([], [])
