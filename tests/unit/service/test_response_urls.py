"""Response URLs: used once, and not after they expire."""

import pytest

from bot.service import Bot
from tests.conftest import MakeBot
from tests.fakes import FakeClock, FakeHub, FakeSlack
from tests.unit.service.samples import wake


@pytest.fixture
def reject_channel(hub: FakeHub, slack: FakeSlack) -> None:
    """A sleeping Space, and a channel that the bot can't post in."""
    hub.set(team_a="SLEEPING")
    slack.channels_without_bot, slack.channel_error = {"C1"}, "not_in_channel"


@pytest.mark.usefixtures("reject_channel")
def test_requester_gets_the_spaces_by_response_url_and_dm(bot: Bot, slack: FakeSlack) -> None:
    wake(bot)
    bot.deliver()
    url, reply, replaced = slack.responses[-1]
    assert (url, replaced, slack.cards) == ("https://hooks.test/1", False, [])
    assert "team-a" in str(reply.blocks)
    assert "Follow it in our DM, because I'm not in" in str(reply.blocks)

    bot.deliver()  # the next round, a second later
    (card,) = slack.cards
    assert card.channel == "DUTA"
    assert "team-a" in str(card.message.blocks)


@pytest.mark.usefixtures("reject_channel")
def test_a_response_url_is_used_once_for_each_card(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    wake(bot)
    for _ in range(2):
        bot.deliver()
    bot.sweep()
    bot.advance()
    hub.set(team_a="RUNNING")
    for _ in range(4):
        clock.tick(seconds=5)
        bot.advance()
        bot.deliver()
    assert len(slack.responses) == 1
    reply = [shown.channel for shown in slack.messages if shown.channel != "C0OPS"]
    assert reply == ["DUTA", "DUTA"]  # the card, and its end


@pytest.mark.usefixtures("reject_channel")
def test_after_a_restart_the_requester_gets_only_a_dm(make_bot: MakeBot, slack: FakeSlack) -> None:
    wake(make_bot())
    bot = make_bot()
    for _ in range(2):
        bot.deliver()
    assert not slack.responses
    assert [card.channel for card in slack.cards] == ["DUTA"]


@pytest.mark.usefixtures("reject_channel")
def test_expired_response_url_is_not_used(bot: Bot, slack: FakeSlack, clock: FakeClock) -> None:
    slack.go_down()
    wake(bot)
    clock.tick(minutes=30)
    slack.come_up()
    for _ in range(2):
        bot.deliver()
    assert not slack.responses
    assert [card.channel for card in slack.cards] == ["DUTA"]
