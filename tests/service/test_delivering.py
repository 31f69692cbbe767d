"""Slack is told no faster than it takes, and what one channel refuses holds up no other."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from bot import metrics
from bot.cards import Message, Place
from bot.errors import SlackUnavailable
from bot.model import Ask, Source
from bot.service import Bot
from bot.service.asks import health
from bot.service.pace import BURST
from bot.store import cards
from tests.conftest import MakeBot
from tests.fakes import FakeClock, FakeHub, FakeSlack


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


@dataclass
class Eventful(FakeSlack):
    """Something happens while the next call is on its way."""

    meanwhile: Callable[[], object] = lambda: None
    calls: list[str] = field(default_factory=list)

    def post(self, *args: Any, **values: Any) -> Place:
        self._happen("post")
        return super().post(*args, **values)

    def update(self, *args: Any, **values: Any) -> None:
        self._happen("update")
        super().update(*args, **values)

    def find(self, *args: Any, **values: Any) -> Place | None:
        self._happen("find")
        return super().find(*args, **values)

    def _happen(self, call: str) -> None:
        self.calls.append(call)
        happening, self.meanwhile = self.meanwhile, lambda: None
        happening()


@pytest.fixture
def slack() -> Eventful:
    return Eventful()


def test_what_has_changed_since_the_round_began_is_posted_as_it_is_by_then(
    bot: Bot, slack: Eventful
) -> None:
    want(bot, "C1", "a", "b")
    slack.meanwhile = lambda: change(bot, "newer")

    bot.deliver()

    assert [card.text for card in slack.cards] == ["a", "newer"]


def test_what_was_muted_since_the_round_began_is_not_posted(bot: Bot, slack: Eventful) -> None:
    def mute() -> None:
        with bot.store.transaction() as tx:
            cards.hold(tx, 2, bot.now() + timedelta(hours=1))

    want(bot, "C1", "a", "b")
    slack.meanwhile = mute

    bot.deliver()

    assert [card.text for card in slack.cards] == ["a"]


def test_a_silent_slack_ends_the_round(bot: Bot, slack: Eventful) -> None:
    want(bot, "C1", "a", "b", "c")
    slack.go_down()
    bot.deliver()
    assert slack.calls == ["post"]


def test_a_history_that_does_not_answer_is_asked_again_after_a_pause(
    bot: Bot, slack: Eventful, clock: FakeClock
) -> None:
    want(bot, "C1", "a")
    slack.swallow = 1
    bot.deliver()
    clock.tick(seconds=13)
    slack.go_down()
    for _ in range(3):
        bot.deliver()
    assert slack.calls == ["post", "find"]
    slack.come_back()
    clock.tick(seconds=60)
    bot.deliver()
    assert slack.calls == ["post", "find", "find"]


def deleted_twice(bot: Bot, slack: Eventful, clock: FakeClock) -> None:
    """A card that people have deleted, which came back, and which they have deleted again."""
    want(bot, "C1", "a")
    bot.deliver()
    for _ in range(2):
        slack.remove(slack.cards[0])
        clock.tick(seconds=5)
        if not slack.posts > 1:
            change(bot, "the same")
            bot.deliver()
            bot.deliver()
    change(bot, "news")


def test_news_that_comes_while_slack_says_that_a_card_was_deleted_brings_it_back(
    bot: Bot, slack: Eventful, clock: FakeClock
) -> None:
    def revive() -> None:
        with bot.store.transaction() as tx:
            cards.revive(tx, 1)

    deleted_twice(bot, slack, clock)
    slack.meanwhile = revive
    bot.deliver()
    bot.deliver()

    assert [card.text for card in slack.cards] == ["news"]


def test_what_is_over_while_slack_says_that_it_was_deleted_stays_away(
    bot: Bot, slack: Eventful, clock: FakeClock
) -> None:
    def finish() -> None:
        with bot.store.transaction() as tx:
            cards.finish(tx, 1, bot.now())

    want(bot, "C1", "a")
    bot.deliver()
    clock.tick(seconds=5)
    change(bot, "b")
    slack.remove(slack.cards[0])
    slack.meanwhile = finish
    bot.deliver()
    bot.deliver()

    with bot.store.transaction() as tx:
        assert not cards.unequal(tx)  # nothing is left to be done about it
    assert not slack.cards


def wake(bot: Bot, channel: str = "C1", respond: str | None = "https://hooks.test/1") -> None:
    key = f"wake {channel} {bot.now()}"
    bot.ask(Ask("wake team-a", "UTA", channel, Source.COMMAND, key=key, respond=respond))


@pytest.fixture
def shut(hub: FakeHub, slack: Eventful) -> None:
    """A Space that sleeps, and a channel that doesn't let us in."""
    hub.set(team_a="SLEEPING")
    slack.missing, slack.missing_because = {"C1"}, "not_in_channel"


@pytest.mark.usefixtures("shut")
def test_whoever_asked_hears_at_once_by_response_url_and_directly_which_spaces_it_is_about(
    bot: Bot, slack: Eventful
) -> None:
    wake(bot)
    bot.deliver()
    url, said, replaced = slack.responses[-1]
    assert (url, replaced, slack.cards) == ("https://hooks.test/1", False, [])
    assert "team-a" in str(said.blocks)
    assert "it goes on in a direct message: I am not in that channel" in str(said.blocks)

    bot.deliver()  # the next round, a second later
    (card,) = slack.cards
    assert card.channel == "DUTA"
    assert "team-a" in str(card.message.blocks)


@pytest.mark.usefixtures("shut")
def test_a_response_url_is_used_once_for_each_card(
    bot: Bot, hub: FakeHub, slack: Eventful, clock: FakeClock
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
    said = [shown.channel for shown in slack.shown if shown.channel != "C0OPS"]
    assert said == ["DUTA", "DUTA"]  # the card, and its end


@pytest.mark.usefixtures("shut")
def test_after_a_restart_whoever_asked_hears_directly_alone(
    make_bot: MakeBot, slack: Eventful
) -> None:
    wake(make_bot())
    bot = make_bot()
    for _ in range(2):
        bot.deliver()
    assert not slack.responses
    assert [card.channel for card in slack.cards] == ["DUTA"]


@pytest.mark.usefixtures("shut")
def test_a_response_url_that_has_expired_is_left_alone(
    bot: Bot, slack: Eventful, clock: FakeClock
) -> None:
    slack.go_down()
    wake(bot)
    clock.tick(minutes=30)
    slack.come_back()
    for _ in range(2):
        bot.deliver()
    assert not slack.responses
    assert [card.channel for card in slack.cards] == ["DUTA"]


def test_whoever_asked_hears_once_at_once_while_the_channel_takes_no_card_yet(
    bot: Bot, hub: FakeHub, slack: Eventful, clock: FakeClock
) -> None:
    hub.set(team_a="SLEEPING")
    slack.refuses["post"] = "message_limit_exceeded"
    wake(bot)
    for _ in range(4):
        bot.deliver()
        clock.tick(seconds=10)

    ((_, said, _),) = slack.responses
    assert "team-a" in str(said.blocks)
    assert "Slack doesn't take this in the channel yet" in str(said.blocks)
    slack.refuses.clear()
    clock.tick(minutes=5)
    bot.deliver()
    assert [card.channel for card in slack.cards] == ["C1"]


def undelivered(bot: Bot, slack: Eventful, clock: FakeClock, code: str) -> None:
    """A card that Slack has refused for eleven minutes, in a channel that admins can repair."""
    slack.missing, slack.missing_because = {"C1"}, code
    want(bot, "C1", "a")
    for _ in range(11):
        bot.deliver()
        clock.tick(minutes=1)
    bot.deliver()


def test_admins_hear_of_a_refusal_that_lasts_once_and_of_its_end(
    make_bot: MakeBot, slack: Eventful, clock: FakeClock
) -> None:
    bot = make_bot(SPACEBOT_ADMINS="UADM")
    undelivered(bot, slack, clock, "not_in_channel")
    for _ in range(20):
        clock.tick(minutes=1)
        want(bot, "C1", f"another card {clock()}")
        bot.deliver()
    (notice,) = slack.cards
    assert notice.channel == "DUADM"
    assert "refused some of my messages for 10 minutes (not_in_channel)" in notice.text

    slack.missing = set()
    for _ in range(5):
        clock.tick(minutes=1)
        bot.deliver()
    assert notice.text == "Slack takes my messages again (not_in_channel)"


def test_a_slack_that_gives_no_answer_is_no_cause_for_a_notice(
    make_bot: MakeBot, slack: Eventful, clock: FakeClock
) -> None:
    bot = make_bot(SPACEBOT_ADMINS="UADM")
    want(bot, "C1", "a")
    for code in ("", "http_503"):
        slack.trouble = SlackUnavailable("Slack doesn't answer.", code)
        for _ in range(15):
            bot.deliver()
            clock.tick(minutes=1)
    slack.come_back()
    for _ in range(3):
        bot.deliver()
        clock.tick(minutes=1)
    assert [card.channel for card in slack.cards] == ["C1"]


def test_what_is_not_delivered_is_counted_by_its_reason(
    bot: Bot, slack: Eventful, clock: FakeClock
) -> None:
    undelivered(bot, slack, clock, "is_archived")
    name, labels = "spacebot_outbox_undelivered", {"reason": "is_archived"}
    assert metrics.REGISTRY.get_sample_value(name, labels) == 1

    slack.missing = set()
    clock.tick(minutes=1)
    for _ in range(2):
        bot.deliver()
    assert metrics.REGISTRY.get_sample_value(name, labels) is None


def test_doctor_says_what_is_not_delivered_and_why(
    bot: Bot, slack: Eventful, clock: FakeClock
) -> None:
    undelivered(bot, slack, clock, "message_limit_exceeded")
    (finding,) = [f for f in health.examine(bot) if f.what == "cards"]
    assert finding.wrong == "1 card not delivered yet: I am not in that channel."


def test_the_end_of_an_act_that_slack_takes_nowhere_is_told_directly_later(
    bot: Bot, hub: FakeHub, slack: Eventful, clock: FakeClock
) -> None:
    hub.set(team_a="SLEEPING")
    wake(bot, respond=None)
    for call in ("whisper", "post"):
        slack.refuses[call] = "message_limit_exceeded"
    bot.ask(Ask("mute team-b for 1h", "UTA", "C1", Source.COMMAND, key="no such Space"))
    slack.refuses.clear()
    clock.tick(minutes=1)
    bot.deliver()
    said = [card.text for card in slack.cards if card.channel == "DUTA"]
    assert len(said) == 1
    assert "team-b" in said[0]
