"""A class is created exactly once, if the process dies at any call or commit."""

from itertools import count

import pytest

from bot.model import Ask
from bot.service import Bot
from tests.conftest import MakeBot
from tests.database import Database
from tests.fakes import FakeClock, FakeHub, FakeSlack
from tests.faults import FaultPoint, Killed, with_faults
from tests.processes import move_bot

VALUE = "sk-swordfish-0123456789"
ENVIRON = {"SPACEBOT_TEMPLATE": "acme/template", "SPACEBOT_SECRET_API_KEY": VALUE}


def begin(bot: Bot, text: str) -> None:
    bot.ask(Ask(text, "ULEAD", "C1", idempotency_key="ask"))
    bot.ask(Ask("confirm 1", "ULEAD", "C1", idempotency_key="yes"))


def run_rounds(bot: Bot, clock: FakeClock, rounds: int) -> None:
    for _ in range(rounds):
        clock.tick(seconds=20)
        bot.advance()
        bot.deliver()


def run_until_crash(bot: Bot, clock: FakeClock, at: int) -> bool:
    """Run the bot until it dies at point *at*; return whether it reached it."""
    dying = with_faults(bot, FaultPoint(at))
    try:
        for _ in range(3):
            clock.tick(seconds=6)
            dying.advance()
    except Killed:
        return True
    return False


def class_of_two() -> FakeHub:
    """Return a world in which one team already has a Space, without any configuration."""
    hub = FakeHub(template="PAUSED", team_2="RUNNING")
    hub.stage_after_creation = "BUILDING"
    return hub


def crash_and_finish(bot: Bot, hub: FakeHub, clock: FakeClock, at: int, text: str) -> bool:
    """Begin, die at point *at*, restart, and continue until the operation ends."""
    begin(bot, text)
    died = run_until_crash(bot, clock, at)
    run_rounds(bot, clock, 4)
    hub.put("acme/team-1", "RUNNING")
    run_rounds(bot, clock, 2)
    return died


@pytest.mark.parametrize(
    ("text", "made", "ending"),
    [
        ("provision team-1..2", "duplicate", "Provisioned team-1"),
        ("create team-1", "create", "Created team-1"),
    ],
)
def test_any_crash_ends_with_each_space_created_once(
    database: Database,
    second_database: Database,
    make_bot: MakeBot,
    clock: FakeClock,
    text: str,
    made: str,
    ending: str,
) -> None:
    template = make_bot(**ENVIRON)
    template.deps.store.close()  # checkpoints the journal into the file
    for at in count():
        hub, slack = class_of_two(), FakeSlack()
        bot = move_bot(template, hub, slack, second_database.fill(database.path))
        died = crash_and_finish(bot, hub, clock, at, text)
        second_database.clear()

        (card,) = slack.cards
        assert card.text.startswith(ending), f"dead at moment {at}"
        assert "failed" not in card.text, f"dead at moment {at}"
        assert hub.writes.count((made, "acme/team-1")) == 1, f"dead at moment {at}"
        if made == "duplicate":
            assert_all_created_once(hub, at)
        if not died:
            break
    assert at > 10, "there are more moments than that"


def assert_all_created_once(hub: FakeHub, at: int) -> None:
    for team in ("team-1", "team-2"):
        assert hub.secret_values[f"acme/{team}"] == {"API_KEY": VALUE}, f"dead at moment {at}"
        assert hub.variable_values[f"acme/{team}"] == {"TEAM_NAME": team}, f"dead at moment {at}"
    assert hub.writes.count(("set_secret API_KEY", "acme/team-2")) == 1, f"dead at moment {at}"
