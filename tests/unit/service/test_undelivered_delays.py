"""The requester is notified within seconds if Slack delays or rejects their card."""

from datetime import timedelta

import pytest

from bot.cards import Message
from bot.cards.keys import CardKey
from bot.model import Ask, Source
from bot.service import Bot
from bot.store import cards
from tests.conftest import MakeBot
from tests.fakes import FakeClock, FakeHub, FakeSlack

URL = "https://hooks.test/1"


@pytest.fixture(autouse=True)
def _asleep(hub: FakeHub) -> None:
    hub.set(team_a="SLEEPING")


def wake(bot: Bot, source: Source = Source.MENTION, url: str | None = None) -> None:
    channel, thread = ("DUTA", None) if source is Source.DIRECT else ("C1", None)
    key = f"wake {source} {bot.deps.now()}"
    bot.ask(
        Ask("wake team-a", "UTA", channel, source, idempotency_key=key, thread=thread,
            response_url=url)
    )  # fmt: skip


def deliver(bot: Bot, clock: FakeClock, seconds: int) -> None:
    """Let *seconds* pass, with a round of delivery each."""
    for _ in range(seconds):
        bot.deliver()
        clock.tick(seconds=1)


def direct_messages(slack: FakeSlack) -> list[str]:
    return [
        f"{shown.text} {shown.message.blocks}" for shown in slack.cards if shown.channel == "DUTA"
    ]


def limit_channel(slack: FakeSlack, seconds: float) -> None:
    slack.retry_after_by_channel = {"C1": seconds}


@pytest.mark.parametrize("code", ["message_limit_exceeded", "a_code_of_tomorrow"])
def test_a_mention_gets_a_direct_message_while_slack_refuses_its_card(
    bot: Bot, slack: FakeSlack, clock: FakeClock, code: str
) -> None:
    slack.rejections_by_channel = {"C1": code}
    wake(bot)
    deliver(bot, clock, 3)

    (said,) = direct_messages(slack)
    assert "team-a" in said
    assert f"Slack isn't accepting this in <#C1> yet ({code}). I'll keep trying." in said


def test_the_card_appears_in_the_channel_later_and_is_sent_directly_once(
    bot: Bot, slack: FakeSlack, clock: FakeClock
) -> None:
    slack.rejections_by_channel = {"C1": "message_limit_exceeded"}
    wake(bot)
    deliver(bot, clock, 120)
    slack.rejections_by_channel = {}
    deliver(bot, clock, 300)

    assert [shown.channel for shown in slack.cards] == ["DUTA", "C1"]


def test_rate_limit_of_several_seconds_is_reported_at_once(
    bot: Bot, slack: FakeSlack, clock: FakeClock
) -> None:
    limit_channel(slack, 30)
    wake(bot)
    deliver(bot, clock, 3)

    (said,) = direct_messages(slack)
    assert "team-a" in said
    assert "(ratelimited)" in said


def test_a_rate_limit_of_one_second_is_not_worth_a_message(
    bot: Bot, slack: FakeSlack, clock: FakeClock
) -> None:
    limit_channel(slack, 1)
    wake(bot)
    deliver(bot, clock, 1)
    slack.retry_after_by_channel = {}
    deliver(bot, clock, 5)

    assert [shown.channel for shown in slack.cards] == ["C1"]


def test_repeated_short_rate_limits_are_reported(
    bot: Bot, slack: FakeSlack, clock: FakeClock
) -> None:
    limit_channel(slack, 1)
    wake(bot)
    deliver(bot, clock, 10)

    assert len(direct_messages(slack)) == 1


def test_rate_limit_of_another_card_is_reported_as_well(
    bot: Bot, slack: FakeSlack, clock: FakeClock
) -> None:
    limit_channel(slack, 30)
    with bot.deps.store.transaction() as tx:
        cards.upsert(tx, CardKey.incident(1), "C1", Message("team-b crashed"), bot.deps.now())
    bot.deliver()
    wake(bot)
    deliver(bot, clock, 3)

    assert slack.rejected_channels == ["C1"], "the limit is kept"
    (said,) = direct_messages(slack)
    assert "team-a" in said


def test_a_response_url_is_better_than_a_direct_message(
    bot: Bot, slack: FakeSlack, clock: FakeClock
) -> None:
    limit_channel(slack, 30)
    wake(bot, Source.COMMAND, URL)
    deliver(bot, clock, 10)

    ((_, said, _),) = slack.responses
    assert "team-a" in str(said.blocks)
    assert not direct_messages(slack)


def test_a_refused_response_url_is_followed_by_a_direct_message(
    bot: Bot, slack: FakeSlack, clock: FakeClock
) -> None:
    limit_channel(slack, 30)
    slack.rejections = {"respond": "expired_url"}
    wake(bot, Source.COMMAND, URL)
    deliver(bot, clock, 3)

    assert len(direct_messages(slack)) == 1


def test_delay_is_reported_once_across_a_restart(
    make_bot: MakeBot, slack: FakeSlack, clock: FakeClock
) -> None:
    limit_channel(slack, 30)
    bot = make_bot()
    wake(bot)
    deliver(bot, clock, 3)
    deliver(make_bot(), clock, 60)

    assert len(direct_messages(slack)) == 1


def test_a_direct_message_that_comes_after_the_card_is_dropped(
    bot: Bot, slack: FakeSlack, clock: FakeClock
) -> None:
    slack.retry_after_by_channel = {"C1": 10, "UTA": 30}
    wake(bot)
    deliver(bot, clock, 3)
    slack.retry_after_by_channel = {}
    deliver(bot, clock, 60)

    assert [shown.channel for shown in slack.cards] == ["C1"]


@pytest.mark.parametrize("code", ["token_revoked", "http_503", ""])
def test_outage_is_not_reported_by_a_dm_that_it_delays_too(
    bot: Bot, slack: FakeSlack, clock: FakeClock, code: str
) -> None:
    if code:
        slack.rejections = {"post": code}
    else:
        slack.go_down()
    wake(bot)
    deliver(bot, clock, 20)
    slack.come_up()
    slack.rejections = {}
    deliver(bot, clock, 120)

    assert [shown.channel for shown in slack.cards] == ["C1"]


def test_what_a_direct_message_asked_for_has_no_other_place(
    bot: Bot, slack: FakeSlack, clock: FakeClock
) -> None:
    slack.retry_after_by_channel = {"DUTA": 10}
    wake(bot, Source.DIRECT)
    deliver(bot, clock, 5)
    slack.retry_after_by_channel = {}
    deliver(bot, clock, 10)

    assert len(slack.cards) == 1


def test_a_page_in_place_of_slacks_answer_delays_a_card_by_two_seconds(
    bot: Bot, slack: FakeSlack, clock: FakeClock
) -> None:
    slack.rejections = {"post": "http_200"}
    wake(bot)
    bot.deliver()
    slack.rejections = {}
    began = bot.deps.now()
    while not slack.cards:
        clock.tick(milliseconds=500)
        bot.deliver()

    assert bot.deps.now() - began <= timedelta(seconds=2)
