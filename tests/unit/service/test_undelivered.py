"""Undelivered cards: counted, listed and announced to admins."""

from bot import metrics
from bot.errors import SlackUnavailable
from bot.service import Bot
from bot.service.requests import health
from tests.conftest import MakeBot
from tests.fakes import FakeClock, FakeSlack
from tests.unit.service.samples import add_cards


def collect_undelivered(bot: Bot, slack: FakeSlack, clock: FakeClock, code: str) -> None:
    """A card rejected for eleven minutes, in a channel that admins can repair."""
    slack.channels_without_bot, slack.channel_error = {"C1"}, code
    add_cards(bot, "C1", "a")
    for _ in range(11):
        bot.deliver()
        clock.tick(minutes=1)
    bot.deliver()


def test_admins_are_notified_of_a_lasting_rejection_and_its_end(
    make_bot: MakeBot, slack: FakeSlack, clock: FakeClock
) -> None:
    bot = make_bot(SPACEBOT_ADMINS="UADM")
    collect_undelivered(bot, slack, clock, "not_in_channel")
    for _ in range(20):
        clock.tick(minutes=1)
        add_cards(bot, "C1", f"another card {clock()}")
        bot.deliver()
    (notice,) = slack.cards
    assert notice.channel == "DUADM"
    assert "refused some of my messages for 10 minutes (not_in_channel)" in notice.text

    slack.channels_without_bot = set()
    for _ in range(5):
        clock.tick(minutes=1)
        bot.deliver()
    assert notice.text == "Slack accepts my messages again (not_in_channel)"


def test_slack_outage_causes_no_admin_notice(
    make_bot: MakeBot, slack: FakeSlack, clock: FakeClock
) -> None:
    bot = make_bot(SPACEBOT_ADMINS="UADM")
    add_cards(bot, "C1", "a")
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
    bot: Bot, slack: FakeSlack, clock: FakeClock
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
    bot: Bot, slack: FakeSlack, clock: FakeClock
) -> None:
    collect_undelivered(bot, slack, clock, "message_limit_exceeded")
    (finding,) = [f for f in health.run_diagnostics(bot.deps) if f.name == "messages"]
    assert finding.problem == "1 message not delivered yet: I am not in that channel."
