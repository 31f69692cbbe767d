"""A class of 30 with its secrets, through the real client against the sandbox's Hub."""

import hashlib
import logging
from collections.abc import Iterator

import pytest

from bot.hub import Hub
from bot.model import Ask
from bot.sandbox.hub.control import World
from bot.sandbox.hub.space import Space
from bot.service import Bot
from tests.conftest import MakeBot
from tests.database import Database
from tests.fakes import FakeClock, FakeSlack, with_parts
from tests.faults import Killed, with_hub_fault
from tests.unit.service.sandbox_hub import make_world, run_rounds, serve

OWNER = "ifcore-org"
SECRETS = {"OPENAI_KEY": "sk-swordfish-0123456789", "DB_PASSWORD": "correct horse battery"}
ENVIRON = {
    "SPACEBOT_OWNER": OWNER,
    "SPACEBOT_PREFIX": "ifcore-",
    "SPACEBOT_TEMPLATE": f"{OWNER}/ifcore-template",
    "SPACEBOT_VARIABLES": "TEAM_NAME={team}",
    **{f"SPACEBOT_SECRET_{key}": value for key, value in SECRETS.items()},
}
TEAMS = tuple(f"group-{number}" for number in range(1, 31))
IDS = tuple(f"{OWNER}/ifcore-{team}" for team in TEAMS)


@pytest.fixture
def world(clock: FakeClock) -> World:
    return make_world(2, clock)


@pytest.fixture
def hub(world: World, clock: FakeClock) -> Iterator[Hub]:
    """The real client, in place of the fake one for every test here."""
    with serve(world, clock) as served:
        yield served


def begin(bot: Bot, text: str) -> None:
    bot.ask(Ask(text, "ULEAD", "C1", idempotency_key="ask"))
    bot.ask(Ask("confirm 1", "ULEAD", "C1", idempotency_key="yes"))


def assert_each_was_complete_at_its_first_build(world: World) -> None:
    for team, id in zip(TEAMS, IDS, strict=True):
        env = world.first_build_env(id)
        assert env is not None, id
        assert env.secrets == SECRETS.keys()
        assert env.variables == {"TEAM_NAME": team}
        for key, value in SECRETS.items():
            assert world.secret_digest(id, key) == hashlib.sha256(value.encode()).hexdigest()


def test_thirty_spaces_have_every_secret_before_the_first_build(
    make_bot: MakeBot, world: World, slack: FakeSlack, clock: FakeClock
) -> None:
    bot = make_bot(**ENVIRON)
    begin(bot, "provision group-1..30")
    run_rounds(bot, clock, 60)

    assert_each_was_complete_at_its_first_build(world)
    assert [call.name for call in world.calls].count("duplicate") == 30
    assert [card.text[:24] for card in slack.cards] == ["Provisioned 30 Spaces in"]
    assert all(space.private for space in world.spaces() if space.id in IDS)
    assert len(slack.replies) == 1


@pytest.mark.parametrize("point", ["before duplicate", "after duplicate"])
@pytest.mark.parametrize("nth", [0, 29], ids=["first", "last"])
def test_killed_provision_is_finished_without_duplicates(
    make_bot: MakeBot,
    world: World,
    hub: Hub,
    slack: FakeSlack,
    clock: FakeClock,
    nth: int,
    point: str,
) -> None:
    bot = make_bot(**ENVIRON)
    begin(bot, "provision group-1..30")
    with pytest.raises(Killed):
        with_hub_fault(with_parts(bot, hub=hub), point, nth=nth).advance()

    run_rounds(make_bot(**ENVIRON), clock, 90)

    assert_each_was_complete_at_its_first_build(world)
    assert [card.text[:24] for card in slack.cards] == ["Provisioned 30 Spaces in"]
    assert [call.name for call in world.calls].count("duplicate") == 30, "sent once each"
    assert set(world.restarts.values()) == {0}


def test_second_run_adds_only_what_is_missing(
    make_bot: MakeBot, world: World, slack: FakeSlack, clock: FakeClock
) -> None:
    bot = make_bot(**ENVIRON)
    begin(bot, "provision group-1..3")
    run_rounds(bot, clock, 60)
    with world.open(IDS[0]) as space:
        del space.secrets["OPENAI_KEY"]
    world.sleep(IDS[1])
    before = len(world.calls)
    bot.ask(Ask("provision group-1..3", "ULEAD", "C1", idempotency_key="ask again"))
    bot.ask(Ask("confirm 2", "ULEAD", "C1", idempotency_key="yes again"))
    run_rounds(bot, clock, 60)

    acts = [call.name for call in world.calls[before:] if call.method == "POST"]
    assert acts == ["set-secret"]
    assert world.stage(IDS[1]) == "SLEEPING"
    assert slack.cards[1].text.startswith("Provisioned group-1")


@pytest.mark.parametrize(
    ("status", "words", "ending"),
    [
        # The plan lacks it for all of the owner's Spaces, so the message appears once.
        (402, "Subscribe to PRO", "Couldn't provision group-1 · 1 not sent after that"),
        # The right, the name: each is that Space's own.
        (403, "You have no rights here", "Provisioned 1 of 2"),
        (400, "Invalid repo name", "Provisioned 1 of 2"),
        # Another creation in progress, or a used-up window: it waits, and is created.
        (409, "another conflicting operation is in progress", "Provisioned group-1 and group-2"),
        (429, "too many creations", "Provisioned group-1 and group-2"),
        (503, "Service Unavailable", "Provisioned group-1 and group-2"),
    ],
)
def test_hub_rejection_is_shown(
    make_bot: MakeBot,
    world: World,
    slack: FakeSlack,
    clock: FakeClock,
    status: int,
    words: str,
    ending: str,
) -> None:
    once = 1 if ending.endswith("group-2") else None
    headers = {"Retry-After": "60"} if status == 429 else {}
    world.faults.refuse(status, words, call="duplicate", space=IDS[0], times=once, headers=headers)
    bot = make_bot(**ENVIRON)
    begin(bot, "provision group-1..2")
    run_rounds(bot, clock, 20)
    while_it_waits = str(slack.cards[0].message.blocks)
    run_rounds(bot, clock, 90)

    assert words in while_it_waits
    assert slack.cards[0].text.startswith(ending)


def test_creation_limit_of_20_hours_is_not_retried(
    make_bot: MakeBot, world: World, slack: FakeSlack, clock: FakeClock
) -> None:
    """The issue's example: one call a minute, forever."""
    world.faults.limit_creations(hours=20)
    bot = make_bot(**ENVIRON)
    begin(bot, "provision group-1..3")
    run_rounds(bot, clock, 120)

    assert [call.name for call in world.calls].count("duplicate") == 1
    assert slack.cards[0].text.startswith("Couldn't provision group-1, group-2 and group-3")
    card_text = str(slack.cards[0].message.blocks)
    assert "retry in 20 hours" in card_text
    assert "2026-03-03 06:00 UTC" in card_text
    assert slack.cards[0].buttons.keys() == {"Retry 3"}


def test_foreign_private_template_is_not_found(
    make_bot: MakeBot, world: World, slack: FakeSlack
) -> None:
    world.add(Space("others/secret-template", private=True))
    begin(make_bot(**ENVIRON), "provision group-1 from others/secret-template")

    assert (
        "I can't find the template `others/secret-template`" in slack.ephemeral_messages[0][1].text
    )


def test_secret_value_is_stored_nowhere(
    make_bot: MakeBot,
    world: World,
    slack: FakeSlack,
    clock: FakeClock,
    database: Database,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, "bot")
    values = list(SECRETS.values())
    # A Hub that echoes its request, and an app that prints its secret.
    world.faults.refuse(400, f"These are bad: {values}", call="duplicate", space=IDS[0])
    bot = make_bot(**ENVIRON)
    begin(bot, "provision group-1..3")
    run_rounds(bot, clock, 20)
    world.break_(IDS[1], f"Exit code: 1. Reason: {values} are not valid")
    run_rounds(bot, clock, 60)

    messages = "".join(
        f"{m}" for m in (*slack.messages, *slack.ephemeral_messages, *slack.responses)
    )
    stored = b"".join(file.read_bytes() for file in database.files())
    assert "Provisioned 1 of 3" in messages
    for value in values:
        assert value not in messages
        assert value.encode() not in stored
        assert value not in caplog.text
