"""The alert channel by its id, and what becomes of channels: followed, and told to the admins."""

import pytest

from bot.alerts.channels import Change, ChannelEvent
from bot.errors import SlackUnavailable
from bot.model import Ask, Source
from bot.service import Bot
from tests.conftest import MakeBot
from tests.fakes import FakeClock, FakeHub, FakeSlack, Shown

NAMED = {"SPACEBOT_ALERT_CHANNEL": "#space-ops", "SPACEBOT_ADMINS": "U1"}
ID = "C0SPACEOPS"
BROKEN = "RUNTIME_ERROR"


def event(change: Change, channel: str = ID, at: float = 100.0, new_id: str = "") -> ChannelEvent:
    return ChannelEvent(change, channel, at, new_id)


def alerts(slack: FakeSlack) -> list[Shown]:
    return [card for card in slack.cards if not card.channel.startswith("D")]


def notices(slack: FakeSlack) -> list[str]:
    """Return what the admin is told, as it reads now."""
    return [f"{c.text} {c.message.blocks}" for c in slack.cards if c.channel == "DU1"]


@pytest.fixture
def bot(make_bot: MakeBot, hub: FakeHub) -> Bot:
    """A bot whose alert channel is called by its name, at its first look."""
    hub.set(team_a="RUNNING")
    bot = make_bot(**NAMED)
    bot.sweep()
    return bot


def round_(bot: Bot, clock: FakeClock, **delta: float) -> None:
    clock.tick(**(delta or {"seconds": 2}))
    bot.deliver()


def test_a_name_is_resolved_once_and_not_at_a_restart(
    bot: Bot, make_bot: MakeBot, slack: FakeSlack, clock: FakeClock
) -> None:
    bot.deliver()
    round_(bot, clock, minutes=20)
    round_(make_bot(**NAMED), clock, minutes=20)

    assert slack.lookups == ["space-ops"]
    assert [card.channel for card in alerts(slack)] == [ID]


def test_another_name_in_the_settings_is_resolved_again(
    bot: Bot, make_bot: MakeBot, slack: FakeSlack, clock: FakeClock, hub: FakeHub
) -> None:
    bot.deliver()
    moved = make_bot(**{**NAMED, "SPACEBOT_ALERT_CHANNEL": "labs"})
    hub.set(team_a=BROKEN)
    moved.sweep()
    round_(moved, clock)

    assert slack.lookups == ["space-ops", "labs"]
    assert [card.channel for card in alerts(slack)] == [ID, "C0LABS"]


def test_alerts_wait_for_a_name_that_cannot_be_resolved_and_the_admin_is_told(
    bot: Bot, slack: FakeSlack, clock: FakeClock, hub: FakeHub, caplog: pytest.LogCaptureFixture
) -> None:
    slack.unjoined.add("space-ops")
    hub.set(team_a=BROKEN)
    bot.sweep()
    for _ in range(5):
        round_(bot, clock, minutes=5)

    assert alerts(slack) == []
    (said,) = notices(slack)
    assert "#space-ops" in said
    assert "/invite @Spacebot" in said
    assert "I'm not in a channel called #space-ops. Invite me there" in caplog.text

    slack.unjoined.clear()
    round_(bot, clock, minutes=10)
    round_(bot, clock)

    assert [card.channel for card in alerts(slack)] == [ID, ID]
    assert "team-a" in alerts(slack)[1].text
    (said,) = notices(slack)
    assert "again" in said


def test_it_is_looked_up_at_once_when_the_bot_is_added_to_a_channel(
    bot: Bot, slack: FakeSlack, clock: FakeClock
) -> None:
    slack.unjoined.add("space-ops")
    for _ in range(5):
        round_(bot, clock, minutes=10)
    slack.unjoined.clear()
    looked = len(slack.lookups)

    bot.record_channel_event(event(Change.JOINED))
    round_(bot, clock)

    assert len(slack.lookups) == looked + 1
    assert len(alerts(slack)) == 1


def test_a_slack_that_does_not_answer_is_no_reason_to_tell_anybody(
    bot: Bot, slack: FakeSlack, clock: FakeClock
) -> None:
    slack.trouble = SlackUnavailable("Slack doesn't answer.")
    for _ in range(3):
        round_(bot, clock, minutes=1)
    slack.trouble = None
    round_(bot, clock, minutes=10)

    assert notices(slack) == []
    assert len(alerts(slack)) == 1


def test_what_waited_for_a_wrong_name_goes_to_the_right_one(
    bot: Bot, make_bot: MakeBot, slack: FakeSlack, clock: FakeClock
) -> None:
    slack.unjoined.add("space-ops")
    bot.deliver()
    right = make_bot(**{**NAMED, "SPACEBOT_ALERT_CHANNEL": "labs"})
    round_(right, clock)
    round_(right, clock)

    assert [card.channel for card in alerts(slack)] == ["C0LABS"]
    (said,) = notices(slack)
    assert "I can post in <#C0LABS> again" in said


@pytest.mark.parametrize(
    ("change", "says", "way_out"),
    [
        (Change.ARCHIVED, "was archived", "Unarchive it"),
        (Change.LEFT, "I was removed from", "/invite @Spacebot"),
        (Change.DELETED, "was deleted", "SPACEBOT_ALERT_CHANNEL"),
    ],
)
def test_the_admins_hear_once_why_alerts_wait(
    bot: Bot, slack: FakeSlack, clock: FakeClock, change: Change, says: str, way_out: str
) -> None:
    bot.deliver()
    for _ in range(2):  # Slack delivers it twice
        bot.record_channel_event(event(change))
        round_(bot, clock)

    (said,) = notices(slack)
    assert f"<#{ID}>" in said
    assert says in said
    assert way_out in said
    (push,) = (card.text for card in slack.cards if card.channel == "DU1")
    assert f"<#{ID}>" in push, "a lock screen shows only this"


def test_being_removed_is_told_once_though_slack_tells_it_in_two_ways(
    bot: Bot, slack: FakeSlack, clock: FakeClock
) -> None:
    bot.deliver()
    for at in (100.0, 100.5):
        bot.record_channel_event(event(Change.LEFT, at=at))
        round_(bot, clock)

    assert len(notices(slack)) == 1


def test_alerts_of_an_archived_channel_wait_and_follow_when_it_is_unarchived(
    bot: Bot, slack: FakeSlack, clock: FakeClock, hub: FakeHub
) -> None:
    bot.deliver()
    slack.missing, slack.missing_because = {ID}, "is_archived"
    bot.record_channel_event(event(Change.ARCHIVED, at=100))
    hub.set(team_a=BROKEN)
    clock.tick(minutes=1)
    bot.sweep()
    for _ in range(4):
        round_(bot, clock, minutes=15)
    slack.missing.clear()
    bot.deliver()
    assert len(alerts(slack)) == 1, "nobody has said yet that it may be tried"

    bot.record_channel_event(event(Change.UNARCHIVED, at=200))
    round_(bot, clock)

    assert len(alerts(slack)) == 2
    (said,) = notices(slack)
    assert f"I can post in <#{ID}> again" in said


def test_archived_again_is_told_again(bot: Bot, slack: FakeSlack, clock: FakeClock) -> None:
    bot.deliver()
    for at, change in enumerate((Change.ARCHIVED, Change.UNARCHIVED, Change.ARCHIVED), 100):
        bot.record_channel_event(event(change, at=at))
        round_(bot, clock)

    assert ["was archived" in said for said in notices(slack)] == [False, True]


def test_a_channel_with_a_watch_is_followed_as_well(
    bot: Bot, slack: FakeSlack, clock: FakeClock
) -> None:
    bot.ask(Ask("watch error team-a", "UTA", "CLAB", Source.COMMAND, key="k"))
    bot.record_channel_event(event(Change.ARCHIVED, "CLAB"))
    bot.record_channel_event(event(Change.ARCHIVED, "CELSE"))
    round_(bot, clock)

    (said,) = notices(slack)
    assert "<#CLAB>" in said
    assert "/space watch" in said


def test_a_card_is_edited_under_the_new_id_of_its_channel(
    bot: Bot, slack: FakeSlack, clock: FakeClock, hub: FakeHub
) -> None:
    hub.set(team_a=BROKEN)
    bot.sweep()
    bot.deliver()
    for _ in range(2):
        bot.record_channel_event(event(Change.ID_CHANGED, new_id="C9NEW"))
    slack.missing = {ID}  # Slack knows it by that id no more
    hub.set(team_a="RUNNING")
    clock.tick(minutes=1)
    bot.sweep()
    round_(bot, clock)
    hub.set(team_a=BROKEN)
    clock.tick(minutes=1)
    bot.sweep()
    round_(bot, clock)

    card = next(card for card in alerts(slack) if "team-a" in card.text)
    assert card.edits
    assert alerts(slack)[-1].channel == "C9NEW"


def test_why_and_watches_call_the_channel_by_its_id(
    bot: Bot, slack: FakeSlack, clock: FakeClock
) -> None:
    bot.deliver()
    for n, text in enumerate(("why team-a", "watches all")):
        bot.ask(Ask(text, "UTA", ID, Source.COMMAND, key=f"k{n}"))
        said = str(slack.whispers[-1][1].blocks)
        assert f"<#{ID}> hears of" in said
        assert "space-ops" not in said
