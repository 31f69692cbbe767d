"""A class in Berlin, and its schedules."""

from datetime import UTC, datetime

from sqlalchemy import select

from bot.schedules import Schedule
from bot.service import Bot
from bot.store import schedules
from bot.store.schema import ask
from tests.fakes import FakeClock, FakeHub, FakeSlack

#: Friday, 22:00 in Berlin.
FRIDAY = datetime(2026, 11, 27, 21, tzinfo=UTC)
#: 09:00 on the day after.
NINE = datetime(2026, 11, 28, 8, tzinfo=UTC)
BERLIN = {"SPACEBOT_TIMEZONE": "Europe/Berlin", "SPACEBOT_ADMINS": "ULEAD"}


def kept(bot: Bot) -> list[Schedule]:
    """Return the schedules that are on or off."""
    with bot.deps.store.transaction() as tx:
        return schedules.list_kept(tx)


def run_until(bot: Bot, clock: FakeClock, moment: datetime) -> None:
    """Run the schedules that are due at *moment*, and deliver the messages."""
    clock.time = moment
    bot.run_schedules()
    bot.deliver()


def texts(slack: FakeSlack, channel: str = "C1") -> list[str]:
    """Return the texts of the messages in a channel, with those of their sections."""
    return [shown(m.message.blocks, m.text) for m in slack.messages if m.channel == channel]


def shown(blocks: object, text: str) -> str:
    """Return the notification and the blocks of a message as one text."""
    return f"{text} {blocks}"


def run_keys(bot: Bot) -> list[str]:
    """Return the keys of the requests that schedules made, each one a run."""
    with bot.deps.store.transaction() as tx:
        query = select(ask.c.idempotency_key).where(ask.c.schedule_id.is_not(None))
        return list(tx.execute(query.order_by(ask.c.id)).scalars())


def wakes(hub: FakeHub) -> int:
    """Return how many Spaces were woken."""
    return sum(what == "restart" for what, _ in hub.writes)
