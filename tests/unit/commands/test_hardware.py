"""`hardware`: prices, confirmations and retries."""

from bot.errors import HubUnavailable, OutcomeUnknown
from bot.service import Bot
from tests.fakes import FakeClock, FakeHub, FakeSlack
from tests.requests import last_full_reply, send_lead_command, tick


def test_hardware_alone_shows_the_table(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.put("acme/team-a", "RUNNING", hardware="t4-small")
    hub.set(team_b="RUNNING")

    send_lead_command(bot, "hardware all")

    reply = last_full_reply(slack)
    for part in ("*t4-small*: team-a", "*cpu-basic*: team-b", "$0.40 an hour", "*free*"):
        assert part in reply
    assert hub.writes == []


def test_paid_hardware_asks_for_confirmation_with_the_total_price(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="RUNNING", team_b="PAUSED")

    send_lead_command(bot, "hardware all T4-small")
    assert "$0.40 an hour each, $0.80 an hour in total" in last_full_reply(slack)
    assert hub.writes == []
    send_lead_command(bot, "confirm 1")
    tick(bot, clock)
    tick(bot, clock)
    hub.set(team_a="APP_STARTING")
    tick(bot, clock)
    hub.set(team_a="RUNNING")
    tick(bot, clock)

    assert hub.writes == [("set_hardware", "acme/team-a"), ("set_hardware", "acme/team-b")]
    assert (
        slack.cards[0].text == "Moved team-a and team-b to t4-small (12 s) · requested by <@ULEAD>"
    )


def test_free_hardware_for_a_stopped_space_needs_no_confirmation(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.put("acme/team-a", "PAUSED", hardware="t4-small")

    send_lead_command(bot, "hardware team-a cpu-basic")
    tick(bot, clock)

    assert hub.writes == [("set_hardware", "acme/team-a")]


def test_unanswered_hardware_change_is_retried(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.put("acme/team-a", "PAUSED", hardware="t4-small")
    hub.errors_by_space = {"acme/team-a": OutcomeUnknown("no answer")}
    send_lead_command(bot, "hardware team-a cpu-basic")
    tick(bot, clock)
    hub.errors_by_space = {}
    tick(bot, clock, 20)
    tick(bot, clock)

    assert hub.writes == [("set_hardware", "acme/team-a")]
    assert slack.cards[0].text.startswith("Moved team-a to cpu-basic")


def test_prices_are_not_guessed_during_a_hub_outage(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="RUNNING")
    hub.outage = HubUnavailable("Hugging Face isn't responding.")

    send_lead_command(bot, "hardware all")

    assert "Hugging Face isn't responding." in last_full_reply(slack)
