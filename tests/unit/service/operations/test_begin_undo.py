"""`undo 12` puts back what an operation changed, on the sandbox Hub and beside faults."""

from collections.abc import Iterator, Mapping

import pytest

from bot.alerts.incident import Mute
from bot.hub import Hub
from bot.sandbox.hub.control import World
from bot.sandbox.hub.space import Variable
from bot.service import Bot
from bot.store import loans, mutes
from tests.conftest import MakeBot
from tests.fakes import FakeClock, FakeSlack
from tests.requests import (
    buttons,
    last_full_reply,
    last_reply,
    open_form,
    send_command,
    send_lead_command,
    submit,
    tick,
)
from tests.unit.service.sandbox_hub import make_world, serve

DAY_SECONDS = 86_400
Facts = tuple[str, int | None, dict[str, str], str]


@pytest.fixture
def world(clock: FakeClock) -> World:
    """A class whose Spaces all run, with different hardware, sleep times and variables."""
    world = make_world(26, clock)
    for space in world.spaces():
        if space.sdk == "static":
            world.remove(space.id)
    teams = [id for id in world.ids() if not id.endswith("template")]
    for number, id in enumerate(teams):
        with world.open(id) as space:
            space.stage, space.error, space.flaw = "RUNNING", "", None
            if number % 3 == 0:
                space.hardware, space.sleep_after = "t4-small", DAY_SECONDS * (1 + number)
            if number % 2 == 0:
                space.variables["MODE"] = Variable(f"practice {number}", None, 0.0)
    return world


@pytest.fixture
def hub(world: World, clock: FakeClock) -> Iterator[Hub]:
    """The real client, in place of the fake one for every test here."""
    with serve(world, clock) as served:
        yield served


@pytest.fixture
def bot(make_bot: MakeBot) -> Bot:
    bot = make_bot(
        SPACEBOT_OWNER="ifcore-org",
        SPACEBOT_PREFIX="ifcore-",
        SPACEBOT_TEMPLATE="ifcore-org/ifcore-template",
    )
    bot.sweep()
    return bot


def facts_of(world: World) -> dict[str, Facts]:
    """Return what the Hub has of each Space."""
    return {id: _facts(world, id) for id in world.ids()}


def _facts(world: World, id: str) -> Facts:
    with world.open(id) as space:
        values = {key: variable.value for key, variable in space.variables.items()}
        return space.hardware, space.sleep_after, values, space.stage


def mutes_of(bot: Bot) -> Mapping[str, Mute]:
    with bot.deps.store.transaction() as tx:
        return mutes.active(tx, bot.deps.now())


def finish(bot: Bot, clock: FakeClock) -> None:
    for _ in range(40):
        tick(bot, clock, 10)


@pytest.mark.parametrize(
    "act",
    [
        "hardware all t4-medium",
        "hardware team-a team-b cpu-basic",
        "sleep all 900h",
        "pause team-a team-b",
        "variable set all MODE",
        "variable delete all MODE",
        "variable set team-a MODE",
        "variable delete team-a MODE",
        "variable set template MODE",
        "hardware template t4-medium",
        "mute team-a team-b for 2h",
    ],
)
def test_undo_after_an_act_leaves_everything_as_it_was(
    bot: Bot, world: World, slack: FakeSlack, clock: FakeClock, act: str
) -> None:
    send_lead_command(bot, "mute team-b for 9h because exam")
    number = 2
    before = facts_of(world), mutes_of(bot)
    if act.startswith("variable"):
        submit(bot, slack, open_form(bot, slack, act), value="exam")
    else:
        send_lead_command(bot, act)
        send_lead_command(bot, f"confirm {number}")
    finish(bot, clock)
    assert (facts_of(world), mutes_of(bot)) != before

    send_lead_command(bot, f"undo {number}")
    send_lead_command(bot, f"confirm {number + 1}")
    finish(bot, clock)

    assert (facts_of(world), mutes_of(bot)) == before


def test_put_back_ends_a_held_rollout(
    bot: Bot, world: World, slack: FakeSlack, clock: FakeClock
) -> None:
    """The first Space crashes on its new hardware."""
    before = facts_of(world)
    send_lead_command(bot, "hardware all t4-medium")
    send_lead_command(bot, "confirm 1")
    tick(bot, clock)
    first = next(id for id in world.ids() if facts_of(world)[id][0] == "t4-medium")
    world.break_(first)
    finish(bot, clock)
    assert slack.cards[-1].text.startswith("Stopped after 1 of 24:")
    assert slack.cards[-1].buttons == {"Continue": "continue 1", "Put back": "undo 1"}

    send_lead_command(bot, "undo 1")
    assert "Operation 1 ends" in last_full_reply(slack)
    send_lead_command(bot, "confirm 2")
    finish(bot, clock)

    assert {id: facts[:3] for id, facts in facts_of(world).items()} == {
        id: facts[:3] for id, facts in before.items()
    }
    send_lead_command(bot, "continue 1")
    assert last_reply(slack) == "Operation 1 is already finished. See its card."
    (ended,) = [card for card in slack.cards if card.text.startswith("Change of hardware stopped")]
    assert "put back by <@ULEAD> in operation 2" in str(ended.message.blocks)
    assert ended.buttons == {}, "a retry would do again what was put back"
    assert not [reply for reply in slack.replies if "check its log" in reply.text]


def test_a_rollout_that_went_on_after_the_question_is_not_put_back_in_part(
    bot: Bot, world: World, slack: FakeSlack, clock: FakeClock
) -> None:
    send_lead_command(bot, "hardware all t4-medium")
    send_lead_command(bot, "confirm 1")
    tick(bot, clock)
    world.break_(next(id for id in world.ids() if facts_of(world)[id][0] == "t4-medium"))
    finish(bot, clock)
    send_lead_command(bot, "undo 1")
    send_lead_command(bot, "continue 1")
    finish(bot, clock)
    send_lead_command(bot, "confirm 2")

    assert last_reply(slack).startswith("Operation 1 went on since that question")
    assert "undo 1" in buttons(slack).values()
    texts = [card.text for card in slack.cards]
    assert any(text.startswith("Moved 23 of 24 to t4-medium") for text in texts), texts
    assert "put back" not in str(slack.cards)


def test_what_someone_changed_since_is_left_alone_until_a_person_says_so(
    bot: Bot, world: World, slack: FakeSlack, clock: FakeClock
) -> None:
    before = facts_of(world)
    submit(bot, slack, open_form(bot, slack, "variable set team-a team-b MODE"), value="exam")
    finish(bot, clock)
    team_a, team_b = "ifcore-org/ifcore-team-a", "ifcore-org/ifcore-team-b"
    with world.open(team_a) as space:
        space.variables["MODE"] = Variable("theirs", None, 0.0)
    send_lead_command(bot, "undo 1")
    assert "team-a was changed since then and stays so." in last_full_reply(slack)
    send_lead_command(bot, "confirm 2")
    finish(bot, clock)
    after = facts_of(world)
    assert (after[team_a][2]["MODE"], after[team_b]) == ("theirs", before[team_b])

    send_lead_command(bot, "undo 1")
    assert "team-a was changed since operation 1." in last_reply(slack)
    send_lead_command(bot, buttons(slack)["Undo anyway"])
    send_lead_command(bot, "confirm 3")
    finish(bot, clock)
    assert facts_of(world) == before


@pytest.mark.parametrize("act", ["hardware team-a team-b t4-medium", "sleep team-a team-d 900h"])
def test_what_someone_changes_after_the_question_is_left_alone_too(
    bot: Bot, world: World, clock: FakeClock, act: str
) -> None:
    send_lead_command(bot, act)
    send_lead_command(bot, "confirm 1")
    finish(bot, clock)
    send_lead_command(bot, "undo 1")
    with world.open("ifcore-org/ifcore-team-a") as space:
        space.hardware, space.sleep_after = "a10g-small", 7 * DAY_SECONDS
    theirs = facts_of(world)["ifcore-org/ifcore-team-a"]
    send_lead_command(bot, "confirm 2")
    finish(bot, clock)

    assert facts_of(world)["ifcore-org/ifcore-team-a"] == theirs


def test_an_undo_ends_the_loan(bot: Bot, world: World, clock: FakeClock) -> None:
    before = facts_of(world)
    send_lead_command(bot, "hardware team-b t4-medium for 2h")
    send_lead_command(bot, "confirm 1")
    finish(bot, clock)
    send_lead_command(bot, "undo 1")
    send_lead_command(bot, "confirm 2")
    finish(bot, clock)

    assert facts_of(world) == before
    with bot.deps.store.transaction() as tx:
        assert loans.by_space(tx) == {}


def test_an_undo_follows_the_new_name_of_a_space(bot: Bot, world: World, clock: FakeClock) -> None:
    before = facts_of(world)["ifcore-org/ifcore-team-b"]
    send_lead_command(bot, "hardware team-b t4-medium")
    send_lead_command(bot, "confirm 1")
    finish(bot, clock)
    world.rename("ifcore-org/ifcore-team-b", "ifcore-org/ifcore-team-99")
    bot.sweep()
    send_lead_command(bot, "undo 1")
    send_lead_command(bot, "confirm 2")
    finish(bot, clock)

    assert facts_of(world)["ifcore-org/ifcore-team-99"] == before


def test_an_undo_is_undone_too(bot: Bot, world: World, clock: FakeClock) -> None:
    send_lead_command(bot, "hardware team-a team-b t4-medium")
    send_lead_command(bot, "confirm 1")
    finish(bot, clock)
    after = facts_of(world)
    for number in (1, 2):
        send_lead_command(bot, f"undo {number}")
        send_lead_command(bot, f"confirm {number + 1}")
        finish(bot, clock)

    assert facts_of(world) == after


@pytest.mark.parametrize(
    ("before", "text", "reply"),
    [
        ([], "undo", "Which operation? The number is on its card: `undo 12`."),
        ([], "undo 7", "There's no operation 7."),
        (["hardware team-b t4-medium"], "undo 1", "Operation 1 hasn't started."),
        (["restart team-b", "confirm 1"], "undo 1", "A restart can't be undone:"),
        (["hardware team-b t4-medium", "confirm 1"], "undo 1", "Operation 1 is still in progress."),
    ],
)
def test_what_cannot_be_undone_has_a_reason(
    bot: Bot, slack: FakeSlack, before: list[str], text: str, reply: str
) -> None:
    for command in before:
        send_lead_command(bot, command)
    send_lead_command(bot, text)

    assert last_reply(slack).startswith(reply)


def test_a_sleep_time_that_was_not_shown_is_not_put_back_as_never(
    bot: Bot, world: World, slack: FakeSlack, clock: FakeClock
) -> None:
    """The Hub may not show it while a Space is paused. Without one, the Space costs money."""
    with world.open("ifcore-org/ifcore-team-a") as space:
        space.stage, space.sleep_after = "PAUSED", None
    bot.sweep()
    send_lead_command(bot, "sleep team-a 1h")
    finish(bot, clock)
    send_lead_command(bot, "undo 1")

    assert "team-a is left unchanged (the earlier value is unknown)" in last_reply(slack)
    assert facts_of(world)["ifcore-org/ifcore-team-a"][1] == 3600


def test_only_people_with_the_command_undo_it(bot: Bot, slack: FakeSlack, clock: FakeClock) -> None:
    send_lead_command(bot, "hardware team-b t4-medium")
    send_lead_command(bot, "confirm 1")
    finish(bot, clock)
    send_command(bot, "undo 1", "UTA")

    assert last_reply(slack).startswith("You can't see or change hardware: admins only.")
