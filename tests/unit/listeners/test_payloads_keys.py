"""A button's command may name many Spaces; the keys made of its id fit in the database."""

import pytest

from bot.listeners import payloads
from bot.render.blocks import button
from bot.service import Bot
from bot.store import Store, lease
from tests.fakes import FakeClock, FakeHub, FakeLeadership, FakeSlack, with_parts
from tests.requests import send_command, tick
from tests.unit.listeners.conftest import button_click

LEAD = "U0123456789"  # as long as Slack's
NAMES = " ".join(f"team-{number:02}" for number in range(1, 24))


@pytest.fixture
def bot(bot: Bot, any_store: Store) -> Bot:
    with any_store.transaction() as tx:
        leading = FakeLeadership(any_store, lease.acquire(tx, "a test", ttl=1e6))
    return with_parts(bot, store=any_store, leadership=leading)


def click(bot: Bot, command: str) -> None:
    action = {**button("Again", command), "action_ts": "1764300000.123456"}
    ask = payloads.read(button_click(action, user={"id": LEAD}), "UBOT")
    assert ask is not None
    bot.ask(ask)


@pytest.mark.parametrize(
    "command", [f"hardware {NAMES} t4-small for 1h more", f"mute {NAMES} for 1h"]
)
def test_a_long_button_is_answered(
    bot: Bot,
    hub: FakeHub,
    slack: FakeSlack,
    clock: FakeClock,
    caplog: pytest.LogCaptureFixture,
    command: str,
) -> None:
    slack.admins.add(LEAD)
    hub.set(**{name.replace("-", "_"): "PAUSED" for name in NAMES.split()})
    bot.sweep()
    send_command(bot, f"hardware {NAMES} t4-small for 1h", LEAD)
    send_command(bot, "confirm 1", LEAD)
    for _ in range(4):
        tick(bot, clock)
    shown = len(slack.cards)

    click(bot, command)
    bot.deliver()

    assert "DataError" not in caplog.text
    assert len(slack.cards) > shown
