"""Admins named in the settings get one direct message per cause, until it is resolved."""

from bot.cards import Message
from bot.errors import SlackUnavailable
from bot.service import Bot, admin_notices
from tests.conftest import MakeBot
from tests.fakes import FakeClock, FakeSlack

CAUSE = "channel_archived:C1"
ARCHIVED = Message("C1 is archived.")


def notify(bot: Bot, message: Message = ARCHIVED, cause: str = CAUSE) -> None:
    admins = admin_notices.resolve_recipients(bot.deps.slack, bot.deps.settings)
    with bot.deps.store.transaction() as tx:
        admin_notices.notify_admins(tx, admins, cause, message, bot.deps.now())
    bot.deliver()


def resolve(bot: Bot, message: Message | None = None) -> None:
    with bot.deps.store.transaction() as tx:
        admin_notices.resolve(tx, CAUSE, bot.deps.now(), message)
    bot.deliver()


def posted_texts(slack: FakeSlack) -> list[tuple[str, str]]:
    return [(card.channel, card.text) for card in slack.cards]


def test_each_configured_admin_is_notified_once(make_bot: MakeBot, slack: FakeSlack) -> None:
    slack.groups = {"S1": frozenset({"U2", "U3"})}
    bot = make_bot(SPACEBOT_ADMINS="U1,U2,S1")

    notify(bot)
    notify(bot, Message("Another wording."))

    # ULEAD is an admin of the workspace and isn't named.
    assert posted_texts(slack) == [(f"D{user}", ARCHIVED.text) for user in ("U1", "U2", "U3")]


def test_unreadable_group_does_not_block_other_admins(make_bot: MakeBot, slack: FakeSlack) -> None:
    slack.group_error = SlackUnavailable("Slack doesn't answer.")
    notify(make_bot(SPACEBOT_ADMINS="U1,S1"))
    assert posted_texts(slack) == [("DU1", ARCHIVED.text)]


def test_no_notice_without_a_configured_admin(bot: Bot, slack: FakeSlack) -> None:
    notify(bot)
    assert not slack.cards


def test_each_cause_has_its_own_notice(make_bot: MakeBot, slack: FakeSlack) -> None:
    bot = make_bot(SPACEBOT_ADMINS="U1")
    notify(bot)
    notify(bot, Message("C2 is archived."), "channel_archived:C2")
    assert len(slack.cards) == 2


def test_a_cause_that_comes_back_is_announced_again(
    make_bot: MakeBot, slack: FakeSlack, clock: FakeClock
) -> None:
    bot = make_bot(SPACEBOT_ADMINS="U1")
    notify(bot)
    clock.tick(seconds=5)
    resolve(bot, Message("C1 is open again."))
    notify(bot)
    assert posted_texts(slack) == [("DU1", "C1 is open again."), ("DU1", ARCHIVED.text)]


def test_notice_resolved_before_its_post_is_cancelled(
    make_bot: MakeBot, slack: FakeSlack, clock: FakeClock
) -> None:
    bot = make_bot(SPACEBOT_ADMINS="U1")
    slack.go_down()
    notify(bot)
    resolve(bot)
    slack.come_up()
    clock.tick(minutes=1)
    bot.deliver()
    assert not slack.cards
