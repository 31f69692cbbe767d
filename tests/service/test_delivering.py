"""Slack is told no faster than it takes, and what one channel refuses holds up no other."""

from collections import Counter

from bot.cards import Message
from bot.service import Bot
from bot.service.pace import BURST
from bot.store import cards
from tests.fakes import FakeClock, FakeSlack


def want(bot: Bot, channel: str, *subjects: str) -> None:
    with bot.store.transaction() as tx:
        for subject in subjects:
            cards.want(tx, subject, channel, Message(subject), bot.now())


def change(bot: Bot, text: str) -> None:
    """Let every card show *text*."""
    with bot.store.transaction() as tx:
        for id in range(1, 20):
            cards.change(tx, id, Message(text))


def shown(slack: FakeSlack) -> Counter[str]:
    return Counter(card.channel for card in slack.cards)


def test_a_channel_takes_a_few_posts_at_once_and_then_one_a_second(
    bot: Bot, slack: FakeSlack, clock: FakeClock
) -> None:
    want(bot, "C1", *(f"card {n}" for n in range(BURST + 3)))

    bot.deliver()
    assert shown(slack) == {"C1": BURST}

    clock.tick(seconds=BURST - 0.1)
    bot.deliver()
    assert shown(slack) == {"C1": BURST}

    clock.tick(seconds=0.1)
    bot.deliver()
    assert shown(slack) == {"C1": BURST + 3}


def test_each_channel_has_a_pace_of_its_own(bot: Bot, slack: FakeSlack) -> None:
    want(bot, "C1", *(f"card {n}" for n in range(BURST + 3)))
    want(bot, "C2", "one", "two")

    bot.deliver()

    assert shown(slack) == {"C1": BURST, "C2": 2}


def test_a_crowded_channel_rests_as_long_as_slack_says_and_the_others_go_on(
    bot: Bot, slack: FakeSlack, clock: FakeClock
) -> None:
    slack.crowded = {"C1": 30}
    want(bot, "C1", "a", "b", "c")
    want(bot, "C2", "d")

    bot.deliver()
    clock.tick(seconds=29)
    bot.deliver()
    assert (shown(slack), slack.refused) == ({"C2": 1}, ["C1"])

    slack.crowded = {}
    clock.tick(seconds=1)
    bot.deliver()
    assert shown(slack) == {"C1": 3, "C2": 1}


def test_too_many_edits_rest_in_every_channel_and_posts_go_on(
    bot: Bot, slack: FakeSlack, clock: FakeClock
) -> None:
    want(bot, "C1", "a", "b")
    want(bot, "C2", "c")
    bot.deliver()
    clock.tick(seconds=5)

    slack.crowded = {"C1": 30}
    change(bot, "newer")
    want(bot, "C3", "d")
    bot.deliver()
    assert slack.refused == ["C1"]
    assert [card.text for card in slack.cards] == ["a", "b", "c", "d"]

    slack.crowded = {}
    clock.tick(seconds=30)
    bot.deliver()
    assert [card.text for card in slack.cards] == ["newer", "newer", "newer", "d"]
