"""Slack is told no faster than it takes, and what one channel refuses holds up no other."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from bot import metrics
from bot.card_keys import CardKey, CardKind
from bot.card_transitions import hold_back, mark_resolved, repost_if_deleted
from bot.cards import Message, MessageRef
from bot.errors import SlackUnavailable
from bot.model import Ask, Source
from bot.service import Bot
from bot.service.requests import health
from bot.slack.rate_limiter import BURST_SIZE
from bot.store import cards
from tests.conftest import MakeBot
from tests.fakes import FakeClock, FakeHub, FakeSlack


def add_card(bot: Bot, channel: str, *subjects: str) -> None:
    with bot.deps.store.transaction() as tx:
        for subject in subjects:
            cards.upsert(
                tx, CardKey(CardKind.INCIDENT, subject), channel, Message(subject), bot.deps.now()
            )


def set_text(bot: Bot, text: str) -> None:
    """Let every card show *text*."""
    with bot.deps.store.transaction() as tx:
        cards.set_contents(tx, dict.fromkeys(range(1, 20), Message(text)))


def posted_texts(slack: FakeSlack) -> Counter[str]:
    return Counter(card.channel for card in slack.cards)


def test_posts_are_limited_to_a_burst_then_one_a_second(
    bot: Bot, slack: FakeSlack, clock: FakeClock
) -> None:
    add_card(bot, "C1", *(f"card {n}" for n in range(BURST_SIZE + 3)))

    bot.deliver()
    assert posted_texts(slack) == {"C1": BURST_SIZE}

    clock.tick(seconds=BURST_SIZE - 0.1)
    bot.deliver()
    assert posted_texts(slack) == {"C1": BURST_SIZE}

    clock.tick(seconds=0.1)
    bot.deliver()
    assert posted_texts(slack) == {"C1": BURST_SIZE + 3}


def test_each_channel_has_its_own_rate_limit(bot: Bot, slack: FakeSlack) -> None:
    add_card(bot, "C1", *(f"card {n}" for n in range(BURST_SIZE + 3)))
    add_card(bot, "C2", "one", "two")

    bot.deliver()

    assert posted_texts(slack) == {"C1": BURST_SIZE, "C2": 2}


def test_rate_limited_channel_waits_without_blocking_others(
    bot: Bot, slack: FakeSlack, clock: FakeClock
) -> None:
    slack.retry_after_by_channel = {"C1": 30}
    add_card(bot, "C1", "a", "b", "c")
    add_card(bot, "C2", "d")

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
    add_card(bot, "C1", "a", "b")
    add_card(bot, "C2", "c")
    bot.deliver()
    clock.tick(seconds=5)

    slack.retry_after_by_channel = {"C1": 30}
    set_text(bot, "newer")
    add_card(bot, "C3", "d")
    bot.deliver()
    assert slack.rejected_channels == ["C1"]
    assert [card.text for card in slack.cards] == ["a", "b", "c", "d"]

    slack.retry_after_by_channel = {}
    clock.tick(seconds=30)
    bot.deliver()
    assert [card.text for card in slack.cards] == ["newer", "newer", "newer", "d"]


@dataclass
class InterruptedSlack(FakeSlack):
    """Something happens while the next call is on its way."""

    during_call: Callable[[], object] = lambda: None
    calls: list[str] = field(default_factory=list)

    def post(self, *args: Any, **values: Any) -> MessageRef:
        self._happen("post")
        return super().post(*args, **values)

    def update(self, *args: Any, **values: Any) -> None:
        self._happen("update")
        super().update(*args, **values)

    def find(self, *args: Any, **values: Any) -> MessageRef | None:
        self._happen("find")
        return super().find(*args, **values)

    def _happen(self, call: str) -> None:
        self.calls.append(call)
        happening, self.during_call = self.during_call, lambda: None
        happening()


@pytest.fixture
def slack() -> InterruptedSlack:
    return InterruptedSlack()


def test_post_uses_the_current_content(bot: Bot, slack: InterruptedSlack) -> None:
    add_card(bot, "C1", "a", "b")
    slack.during_call = lambda: set_text(bot, "newer")

    bot.deliver()

    assert [card.text for card in slack.cards] == ["a", "newer"]


def test_card_muted_during_the_round_is_not_posted(bot: Bot, slack: InterruptedSlack) -> None:
    def mute() -> None:
        with bot.deps.store.transaction() as tx:
            cards.change(tx, [2], partial(hold_back, until=bot.deps.now() + timedelta(hours=1)))

    add_card(bot, "C1", "a", "b")
    slack.during_call = mute

    bot.deliver()

    assert [card.text for card in slack.cards] == ["a"]


def test_slack_outage_ends_the_round(bot: Bot, slack: InterruptedSlack) -> None:
    add_card(bot, "C1", "a", "b", "c")
    slack.go_down()
    bot.deliver()
    assert slack.calls == ["post"]


def test_unanswered_history_is_retried_after_a_pause(
    bot: Bot, slack: InterruptedSlack, clock: FakeClock
) -> None:
    add_card(bot, "C1", "a")
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


def deleted_twice(bot: Bot, slack: InterruptedSlack, clock: FakeClock) -> None:
    """A card that people have deleted, which came back, and which they have deleted again."""
    add_card(bot, "C1", "a")
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
    bot: Bot, slack: InterruptedSlack, clock: FakeClock
) -> None:
    def repost() -> None:
        with bot.deps.store.transaction() as tx:
            cards.change(tx, [1], repost_if_deleted)

    deleted_twice(bot, slack, clock)
    slack.during_call = repost
    bot.deliver()
    bot.deliver()

    assert [card.text for card in slack.cards] == ["news"]


def test_resolution_during_a_not_found_edit_keeps_the_card_deleted(
    bot: Bot, slack: InterruptedSlack, clock: FakeClock
) -> None:
    def finish() -> None:
        with bot.deps.store.transaction() as tx:
            cards.change(tx, [1], partial(mark_resolved, now=bot.deps.now()))

    add_card(bot, "C1", "a")
    bot.deliver()
    clock.tick(seconds=5)
    set_text(bot, "b")
    slack.remove(slack.cards[0])
    slack.during_call = finish
    bot.deliver()
    bot.deliver()

    with bot.deps.store.transaction() as tx:
        assert not cards.pending(tx)  # nothing is left to be done about it
    assert not slack.cards


def wake(bot: Bot, channel: str = "C1", respond: str | None = "https://hooks.test/1") -> None:
    key = f"wake {channel} {bot.deps.now()}"
    bot.ask(
        Ask(
            "wake team-a", "UTA", channel, Source.COMMAND, idempotency_key=key, response_url=respond
        )
    )


@pytest.fixture
def reject_channel(hub: FakeHub, slack: InterruptedSlack) -> None:
    """A Space that sleeps, and a channel that doesn't let us in."""
    hub.set(team_a="SLEEPING")
    slack.channels_without_bot, slack.channel_error = {"C1"}, "not_in_channel"


@pytest.mark.usefixtures("reject_channel")
def test_requester_gets_the_spaces_by_response_url_and_dm(
    bot: Bot, slack: InterruptedSlack
) -> None:
    wake(bot)
    bot.deliver()
    url, reply, replaced = slack.responses[-1]
    assert (url, replaced, slack.cards) == ("https://hooks.test/1", False, [])
    assert "team-a" in str(reply.blocks)
    assert "it goes on in a direct message: I am not in that channel" in str(reply.blocks)

    bot.deliver()  # the next round, a second later
    (card,) = slack.cards
    assert card.channel == "DUTA"
    assert "team-a" in str(card.message.blocks)


@pytest.mark.usefixtures("reject_channel")
def test_a_response_url_is_used_once_for_each_card(
    bot: Bot, hub: FakeHub, slack: InterruptedSlack, clock: FakeClock
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
def test_after_a_restart_the_requester_gets_only_a_dm(
    make_bot: MakeBot, slack: InterruptedSlack
) -> None:
    wake(make_bot())
    bot = make_bot()
    for _ in range(2):
        bot.deliver()
    assert not slack.responses
    assert [card.channel for card in slack.cards] == ["DUTA"]


@pytest.mark.usefixtures("reject_channel")
def test_expired_response_url_is_not_used(
    bot: Bot, slack: InterruptedSlack, clock: FakeClock
) -> None:
    slack.go_down()
    wake(bot)
    clock.tick(minutes=30)
    slack.come_up()
    for _ in range(2):
        bot.deliver()
    assert not slack.responses
    assert [card.channel for card in slack.cards] == ["DUTA"]


def test_whoever_asked_hears_once_at_once_while_the_channel_takes_no_card_yet(
    bot: Bot, hub: FakeHub, slack: InterruptedSlack, clock: FakeClock
) -> None:
    hub.set(team_a="SLEEPING")
    slack.rejections["post"] = "message_limit_exceeded"
    wake(bot)
    for _ in range(4):
        bot.deliver()
        clock.tick(seconds=10)

    ((_, said, _),) = slack.responses
    assert "team-a" in str(said.blocks)
    assert "Slack doesn't take this in the channel yet" in str(said.blocks)
    slack.rejections.clear()
    clock.tick(minutes=5)
    bot.deliver()
    assert [card.channel for card in slack.cards] == ["C1"]


def collect_undelivered(bot: Bot, slack: InterruptedSlack, clock: FakeClock, code: str) -> None:
    """A card that Slack has refused for eleven minutes, in a channel that admins can repair."""
    slack.channels_without_bot, slack.channel_error = {"C1"}, code
    add_card(bot, "C1", "a")
    for _ in range(11):
        bot.deliver()
        clock.tick(minutes=1)
    bot.deliver()


def test_admins_are_notified_of_a_lasting_rejection_and_its_end(
    make_bot: MakeBot, slack: InterruptedSlack, clock: FakeClock
) -> None:
    bot = make_bot(SPACEBOT_ADMINS="UADM")
    collect_undelivered(bot, slack, clock, "not_in_channel")
    for _ in range(20):
        clock.tick(minutes=1)
        add_card(bot, "C1", f"another card {clock()}")
        bot.deliver()
    (notice,) = slack.cards
    assert notice.channel == "DUADM"
    assert "refused some of my messages for 10 minutes (not_in_channel)" in notice.text

    slack.channels_without_bot = set()
    for _ in range(5):
        clock.tick(minutes=1)
        bot.deliver()
    assert notice.text == "Slack takes my messages again (not_in_channel)"


def test_slack_outage_causes_no_admin_notice(
    make_bot: MakeBot, slack: InterruptedSlack, clock: FakeClock
) -> None:
    bot = make_bot(SPACEBOT_ADMINS="UADM")
    add_card(bot, "C1", "a")
    for code in ("", "http_503"):
        slack.outage = SlackUnavailable("Slack doesn't answer.", code)
        for _ in range(15):
            bot.deliver()
            clock.tick(minutes=1)
    slack.come_up()
    for _ in range(3):
        bot.deliver()
        clock.tick(minutes=1)
    assert [card.channel for card in slack.cards] == ["C1"]


def test_undelivered_cards_are_counted_by_reason(
    bot: Bot, slack: InterruptedSlack, clock: FakeClock
) -> None:
    collect_undelivered(bot, slack, clock, "is_archived")
    name, labels = "spacebot_outbox_undelivered", {"reason": "is_archived"}
    assert metrics.REGISTRY.get_sample_value(name, labels) == 1

    slack.channels_without_bot = set()
    clock.tick(minutes=1)
    for _ in range(2):
        bot.deliver()
    assert metrics.REGISTRY.get_sample_value(name, labels) is None


def test_doctor_lists_undelivered_cards_with_reasons(
    bot: Bot, slack: InterruptedSlack, clock: FakeClock
) -> None:
    collect_undelivered(bot, slack, clock, "message_limit_exceeded")
    (finding,) = [f for f in health.run_diagnostics(bot.deps) if f.name == "cards"]
    assert finding.problem == "1 card not delivered yet: I am not in that channel."


def test_the_end_of_an_act_that_slack_takes_nowhere_is_told_directly_later(
    bot: Bot, hub: FakeHub, slack: InterruptedSlack, clock: FakeClock
) -> None:
    hub.set(team_a="SLEEPING")
    wake(bot, respond=None)
    for call in ("whisper", "post"):
        slack.rejections[call] = "message_limit_exceeded"
    bot.ask(Ask("mute team-b for 1h", "UTA", "C1", Source.COMMAND, idempotency_key="no such Space"))
    slack.rejections.clear()
    clock.tick(minutes=1)
    bot.deliver()
    said = [card.text for card in slack.cards if card.channel == "DUTA"]
    assert len(said) == 1
    assert "team-b" in said[0]
