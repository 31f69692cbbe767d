"""Delivery respects Slack's rate limits, and a channel that rejects delays no other."""

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest

from bot.cards import Message
from bot.cards.keys import CardKey
from bot.cards.transitions import hold_back, mark_resolved, repost_if_deleted
from bot.errors import LeaseLost
from bot.model import Ask, Source
from bot.service import Bot
from bot.slack.rate_limiter import BURST_SIZE
from bot.store import cards
from tests.conftest import ListenToEngine
from tests.fakes import FakeClock, FakeHub, FakeSlack
from tests.faults import with_slack_fault
from tests.unit.service.samples import add_cards, pause_in_commits, wake


def set_text(bot: Bot, text: str) -> None:
    """Set the text of every card."""
    with bot.deps.store.transaction() as tx:
        cards.set_contents(tx, dict.fromkeys(range(1, 20), Message(text)))


def posted_texts(slack: FakeSlack) -> Counter[str]:
    return Counter(card.channel for card in slack.cards)


def test_posts_are_limited_to_a_burst_then_one_a_second(
    bot: Bot, slack: FakeSlack, clock: FakeClock
) -> None:
    add_cards(bot, "C1", *(f"card {n}" for n in range(BURST_SIZE + 3)))

    bot.deliver()
    assert posted_texts(slack) == {"C1": BURST_SIZE}

    clock.tick(seconds=BURST_SIZE - 0.1)
    bot.deliver()
    assert posted_texts(slack) == {"C1": BURST_SIZE}

    clock.tick(seconds=0.1)
    bot.deliver()
    assert posted_texts(slack) == {"C1": BURST_SIZE + 3}


def test_each_channel_has_its_own_rate_limit(bot: Bot, slack: FakeSlack) -> None:
    add_cards(bot, "C1", *(f"card {n}" for n in range(BURST_SIZE + 3)))
    add_cards(bot, "C2", "one", "two")

    bot.deliver()

    assert posted_texts(slack) == {"C1": BURST_SIZE, "C2": 2}


def test_rate_limited_channel_waits_without_blocking_others(
    bot: Bot, slack: FakeSlack, clock: FakeClock
) -> None:
    slack.retry_after_by_channel = {"C1": 30}
    add_cards(bot, "C1", "a", "b", "c")
    add_cards(bot, "C2", "d")

    bot.deliver()
    clock.tick(seconds=29)
    bot.deliver()
    assert (posted_texts(slack), slack.rejected_channels) == ({"C2": 1}, ["C1"])

    slack.retry_after_by_channel = {}
    clock.tick(seconds=1)
    bot.deliver()
    assert posted_texts(slack) == {"C1": 3, "C2": 1}


def test_rate_limited_edits_wait_while_posts_go_on(
    bot: Bot, slack: FakeSlack, clock: FakeClock
) -> None:
    add_cards(bot, "C1", "a", "b")
    add_cards(bot, "C2", "c")
    bot.deliver()
    clock.tick(seconds=5)

    slack.retry_after_by_channel = {"C1": 30}
    set_text(bot, "newer")
    add_cards(bot, "C3", "d")
    bot.deliver()
    assert slack.rejected_channels == ["C1"]
    assert [card.text for card in slack.cards] == ["a", "b", "c", "d"]

    slack.retry_after_by_channel = {}
    clock.tick(seconds=30)
    bot.deliver()
    assert [card.text for card in slack.cards] == ["newer", "newer", "newer", "d"]


def test_post_uses_the_current_content(bot: Bot, slack: FakeSlack) -> None:
    add_cards(bot, "C1", "a", "b")
    with_slack_fault(bot, "before post", lambda: set_text(bot, "newer")).deliver()

    assert [card.text for card in slack.cards] == ["a", "newer"]


def test_card_muted_during_the_round_is_not_posted(bot: Bot, slack: FakeSlack) -> None:
    def mute() -> None:
        with bot.deps.store.transaction() as tx:
            cards.change(tx, [2], partial(hold_back, until=bot.deps.now() + timedelta(hours=1)))

    add_cards(bot, "C1", "a", "b")
    with_slack_fault(bot, "before post", mute).deliver()

    assert [card.text for card in slack.cards] == ["a"]


def test_slack_outage_ends_the_round(bot: Bot, slack: FakeSlack) -> None:
    add_cards(bot, "C1", "a", "b", "c")
    slack.go_down()
    bot.deliver()
    assert slack.calls == ["post"]


def test_unanswered_history_is_retried_after_a_pause(
    bot: Bot, slack: FakeSlack, clock: FakeClock
) -> None:
    add_cards(bot, "C1", "a")
    slack.lost_post_answers = 1
    bot.deliver()
    clock.tick(seconds=13)
    slack.go_down()
    for _ in range(3):
        bot.deliver()
    assert slack.calls == ["post", "find"]
    slack.come_up()
    clock.tick(seconds=60)
    bot.deliver()
    assert slack.calls == ["post", "find", "find"]


def deleted_twice(bot: Bot, slack: FakeSlack, clock: FakeClock) -> None:
    """A card that people deleted, that was reposted, and that they deleted again."""
    add_cards(bot, "C1", "a")
    bot.deliver()
    for _ in range(2):
        slack.remove(slack.cards[0])
        clock.tick(seconds=5)
        if not slack.post_count > 1:
            set_text(bot, "the same")
            bot.deliver()
            bot.deliver()
    set_text(bot, "news")


def test_change_during_a_not_found_edit_reposts_the_card(
    bot: Bot, slack: FakeSlack, clock: FakeClock
) -> None:
    def repost() -> None:
        with bot.deps.store.transaction() as tx:
            cards.change(tx, [1], repost_if_deleted)

    deleted_twice(bot, slack, clock)
    with_slack_fault(bot, "before update", repost).deliver()
    bot.deliver()

    assert [card.text for card in slack.cards] == ["news"]


def test_resolution_during_a_not_found_edit_keeps_the_card_deleted(
    bot: Bot, slack: FakeSlack, clock: FakeClock
) -> None:
    def finish() -> None:
        with bot.deps.store.transaction() as tx:
            cards.change(tx, [1], partial(mark_resolved, now=bot.deps.now()))

    add_cards(bot, "C1", "a")
    bot.deliver()
    clock.tick(seconds=5)
    set_text(bot, "b")
    slack.remove(slack.cards[0])
    with_slack_fault(bot, "before update", finish).deliver()
    bot.deliver()

    with bot.deps.store.transaction() as tx:
        assert not cards.pending(tx)  # it needs no further delivery
    assert not slack.cards


def test_requester_gets_one_reply_at_once_while_the_card_waits(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="SLEEPING")
    slack.rejections["post"] = "message_limit_exceeded"
    wake(bot)
    for _ in range(4):
        bot.deliver()
        clock.tick(seconds=10)

    ((_, said, _),) = slack.responses
    assert "team-a" in str(said.blocks)
    assert "Slack isn't accepting this in the channel yet" in str(said.blocks)
    slack.rejections.clear()
    clock.tick(minutes=5)
    bot.deliver()
    assert [card.channel for card in slack.cards] == ["C1"]


def test_undeliverable_final_reply_is_sent_by_dm_later(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="SLEEPING")
    wake(bot, respond=None)
    for call in ("post_ephemeral", "post"):
        slack.rejections[call] = "message_limit_exceeded"
    bot.ask(Ask("mute team-b for 1h", "UTA", "C1", Source.COMMAND, idempotency_key="no such Space"))
    slack.rejections.clear()
    clock.tick(minutes=1)
    bot.deliver()
    said = [card.text for card in slack.cards if card.channel == "DUTA"]
    assert len(said) == 1
    assert "team-b" in said[0]


def put_card(bot: Bot, text: str) -> None:
    """Set the text of one card, which is added if it doesn't exist."""
    with bot.deps.store.transaction() as tx:
        cards.upsert(tx, CardKey.incident(1), "C1", Message(text), bot.deps.now())


# Commits of a round: the cards are read, one is claimed, then posted.
@pytest.mark.parametrize("commits", [1, 2], ids=["before the claim", "after the claim"])
def test_a_post_is_not_sent_after_a_pause(
    bot: Bot, slack: FakeSlack, clock: FakeClock, listen_to_engine: ListenToEngine, commits: int
) -> None:
    put_card(bot, "new")

    with pytest.raises(LeaseLost):
        pause_in_commits(bot, commits, listen_to_engine).deliver()
    assert slack.cards == []

    clock.tick(seconds=13)
    bot.deliver()  # the next leader verifies it
    bot.deliver()
    assert [card.text for card in slack.cards] == ["new"]


def test_an_old_edit_is_not_sent_after_a_pause(
    bot: Bot, slack: FakeSlack, clock: FakeClock, listen_to_engine: ListenToEngine
) -> None:
    put_card(bot, "first")
    bot.deliver()
    clock.tick(seconds=2)
    put_card(bot, "second")

    with pytest.raises(LeaseLost):
        pause_in_commits(bot, 1, listen_to_engine).deliver()

    assert [card.text for card in slack.cards] == ["first"]
