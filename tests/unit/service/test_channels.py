"""The alert channel by its id, and changes of channels: followed, and reported to admins."""

import pytest

from bot.alerts.channels import Change, ChannelEvent
from bot.errors import SlackUnavailable
from bot.model import Ask, Source
from bot.service import Bot
from tests.conftest import MakeBot
from tests.fakes import FakeClock, FakeHub, FakeSlack, PostedMessage

NAMED = {"SPACEBOT_ALERT_CHANNEL": "#space-ops", "SPACEBOT_ADMINS": "U1"}
ID = "C0SPACEOPS"
BROKEN = "RUNTIME_ERROR"


def event(change: Change, channel: str = ID, at: float = 100.0, new_id: str = "") -> ChannelEvent:
    return ChannelEvent(change, channel, at, new_id)


def alerts(slack: FakeSlack) -> list[PostedMessage]:
    return [card for card in slack.cards if not card.channel.startswith("D")]


def admin_notices(slack: FakeSlack) -> list[str]:
    """Return the direct messages to the admin, with their current text."""
    return [f"{c.text} {c.message.blocks}" for c in slack.cards if c.channel == "DU1"]


@pytest.fixture
def bot(make_bot: MakeBot, hub: FakeHub) -> Bot:
    """A bot whose alert channel is set by name, at its first sweep."""
    hub.set(team_a="RUNNING")
    bot = make_bot(**NAMED)
    bot.sweep()
    return bot


def run_round(bot: Bot, clock: FakeClock, **delta: float) -> None:
    clock.tick(**(delta or {"seconds": 2}))
    bot.deliver()


def test_a_name_is_resolved_once_and_not_at_a_restart(
    bot: Bot, make_bot: MakeBot, slack: FakeSlack, clock: FakeClock
) -> None:
    bot.deliver()
    run_round(bot, clock, minutes=20)
    run_round(make_bot(**NAMED), clock, minutes=20)

    assert slack.lookups == ["space-ops"]
    assert [card.channel for card in alerts(slack)] == [ID]


def test_another_name_in_the_settings_is_resolved_again(
    bot: Bot, make_bot: MakeBot, slack: FakeSlack, clock: FakeClock, hub: FakeHub
) -> None:
    bot.deliver()
    moved = make_bot(**{**NAMED, "SPACEBOT_ALERT_CHANNEL": "labs"})
    hub.set(team_a=BROKEN)
    moved.sweep()
    run_round(moved, clock)

    assert slack.lookups == ["space-ops", "labs"]
    assert [card.channel for card in alerts(slack)] == [ID, "C0LABS"]


def test_alerts_wait_for_an_unresolved_name_and_admins_are_notified(
    bot: Bot, slack: FakeSlack, clock: FakeClock, hub: FakeHub, caplog: pytest.LogCaptureFixture
) -> None:
    slack.unjoined_names.add("space-ops")
    hub.set(team_a=BROKEN)
    bot.sweep()
    for _ in range(5):
        run_round(bot, clock, minutes=5)

    assert alerts(slack) == []
    (reply,) = admin_notices(slack)
    assert "#space-ops" in reply
    assert "/invite @Spacebot" in reply
    assert "I'm not in a channel called #space-ops. Invite me there" in caplog.text

    slack.unjoined_names.clear()
    run_round(bot, clock, minutes=10)
    run_round(bot, clock)

    assert [card.channel for card in alerts(slack)] == [ID, ID]
    assert "team-a" in alerts(slack)[1].text
    (reply,) = admin_notices(slack)
    assert "again" in reply


def test_name_is_resolved_when_the_bot_joins_a_channel(
    bot: Bot, slack: FakeSlack, clock: FakeClock
) -> None:
    slack.unjoined_names.add("space-ops")
    for _ in range(5):
        run_round(bot, clock, minutes=10)
    slack.unjoined_names.clear()
    looked = len(slack.lookups)

    bot.record_channel_event(event(Change.JOINED))
    run_round(bot, clock)

    assert len(slack.lookups) == looked + 1
    assert len(alerts(slack)) == 1


def test_slack_outage_is_not_announced_as_a_channel_problem(
    bot: Bot, slack: FakeSlack, clock: FakeClock
) -> None:
    slack.outage = SlackUnavailable("Slack doesn't answer.")
    for _ in range(3):
        run_round(bot, clock, minutes=1)
    slack.outage = None
    run_round(bot, clock, minutes=10)

    assert admin_notices(slack) == []
    assert len(alerts(slack)) == 1


def test_pending_alerts_go_to_the_corrected_channel(
    bot: Bot, make_bot: MakeBot, slack: FakeSlack, clock: FakeClock
) -> None:
    slack.unjoined_names.add("space-ops")
    bot.deliver()
    right = make_bot(**{**NAMED, "SPACEBOT_ALERT_CHANNEL": "labs"})
    run_round(right, clock)
    run_round(right, clock)

    assert [card.channel for card in alerts(slack)] == ["C0LABS"]
    (reply,) = admin_notices(slack)
    assert "I can post in <#C0LABS> again" in reply


@pytest.mark.parametrize(
    ("change", "says", "way_out"),
    [
        (Change.ARCHIVED, "was archived", "Unarchive it"),
        (Change.LEFT, "I was removed from", "/invite @Spacebot"),
        (Change.DELETED, "was deleted", "SPACEBOT_ALERT_CHANNEL"),
    ],
)
def test_admins_are_notified_once_why_alerts_wait(
    bot: Bot, slack: FakeSlack, clock: FakeClock, change: Change, says: str, way_out: str
) -> None:
    bot.deliver()
    for _ in range(2):  # Slack delivers it twice
        bot.record_channel_event(event(change))
        run_round(bot, clock)

    (reply,) = admin_notices(slack)
    assert f"<#{ID}>" in reply
    assert says in reply
    assert way_out in reply
    (push,) = (card.text for card in slack.cards if card.channel == "DU1")
    assert f"<#{ID}>" in push, "a lock screen shows only this"


def test_two_events_for_one_removal_notify_once(
    bot: Bot, slack: FakeSlack, clock: FakeClock
) -> None:
    bot.deliver()
    for at in (100.0, 100.5):
        bot.record_channel_event(event(Change.LEFT, at=at))
        run_round(bot, clock)

    assert len(admin_notices(slack)) == 1


def test_alerts_of_an_archived_channel_wait_and_follow_when_it_is_unarchived(
    bot: Bot, slack: FakeSlack, clock: FakeClock, hub: FakeHub
) -> None:
    bot.deliver()
    slack.channels_without_bot, slack.channel_error = {ID}, "is_archived"
    bot.record_channel_event(event(Change.ARCHIVED, at=100))
    hub.set(team_a=BROKEN)
    clock.tick(minutes=1)
    bot.sweep()
    for _ in range(4):
        run_round(bot, clock, minutes=15)
    slack.channels_without_bot.clear()
    bot.deliver()
    assert len(alerts(slack)) == 1, "nobody has said yet that it may be tried"

    bot.record_channel_event(event(Change.UNARCHIVED, at=200))
    run_round(bot, clock)

    assert len(alerts(slack)) == 2
    (reply,) = admin_notices(slack)
    assert f"I can post in <#{ID}> again" in reply


def test_second_archiving_is_announced_again(bot: Bot, slack: FakeSlack, clock: FakeClock) -> None:
    bot.deliver()
    for at, change in enumerate((Change.ARCHIVED, Change.UNARCHIVED, Change.ARCHIVED), 100):
        bot.record_channel_event(event(change, at=at))
        run_round(bot, clock)

    assert ["was archived" in said for said in admin_notices(slack)] == [False, True]


def test_a_channel_with_a_watch_is_followed_as_well(
    bot: Bot, slack: FakeSlack, clock: FakeClock
) -> None:
    bot.ask(Ask("watch error team-a", "UTA", "CLAB", Source.COMMAND, idempotency_key="k"))
    bot.record_channel_event(event(Change.ARCHIVED, "CLAB"))
    bot.record_channel_event(event(Change.ARCHIVED, "CELSE"))
    run_round(bot, clock)

    (reply,) = admin_notices(slack)
    assert "<#CLAB>" in reply
    assert "/space watch" in reply


def test_a_card_is_edited_under_the_new_id_of_its_channel(
    bot: Bot, slack: FakeSlack, clock: FakeClock, hub: FakeHub
) -> None:
    hub.set(team_a=BROKEN)
    bot.sweep()
    bot.deliver()
    for _ in range(2):
        bot.record_channel_event(event(Change.ID_CHANGED, new_id="C9NEW"))
    slack.channels_without_bot = {ID}  # Slack no longer accepts the old id
    hub.set(team_a="RUNNING")
    clock.tick(minutes=1)
    bot.sweep()
    run_round(bot, clock)
    hub.set(team_a=BROKEN)
    clock.tick(minutes=1)
    bot.sweep()
    run_round(bot, clock)

    card = next(card for card in alerts(slack) if "team-a" in card.text)
    assert card.edits
    assert alerts(slack)[-1].channel == "C9NEW"


def test_why_and_watches_link_the_channel_by_id(
    bot: Bot, slack: FakeSlack, clock: FakeClock
) -> None:
    bot.deliver()
    for n, text in enumerate(("why team-a", "watches all")):
        bot.ask(Ask(text, "UTA", ID, Source.COMMAND, idempotency_key=f"k{n}"))
        blocks = str(slack.ephemeral_messages[-1][1].blocks)
        assert f"<#{ID}> gets alerts for" in blocks
        assert "space-ops" not in blocks
