"""The Hub or Slack is away: the bot neither hangs nor dies, people are told, and all ends well."""

from collections.abc import Iterator

import pytest

from bot.sandbox.slack.nouns import Message
from bot.sandbox.slack.rooms import OPS
from tests.e2e.house import House

# One for each test: what goes up and down too often is told otherwise.
FIRST, SECOND = "ifcore-org/ifcore-team-a", "ifcore-org/ifcore-team-c"
# Twice the patience of the bot with one call, and some.
SOON = 25.0


@pytest.fixture(autouse=True)
def all_is_well_again(home: House) -> Iterator[None]:
    yield
    home.world.faults.clear()
    home.sandbox.slack.faults.clear()
    home.sandbox.slack.come_up()


def test_a_silent_hub_is_named_and_nothing_is_concluded(home: House) -> None:
    status = answers(home, "status")
    home.sweeps(4)  # what was seen a moment ago is good enough for an answer, and would be one
    home.world.faults.hub = "down"
    home.world.break_(FIRST)
    home.sandbox.ta.type(OPS.id, "/space status")
    home.sandbox.ta.type(OPS.id, "/space wake team-b")
    stale = home.until(lambda: new(home, status, "how it was"), SOON)
    refusal = home.until(lambda: new(home, status, "Nothing was done"), SOON)
    assert "The Hub does not answer. This is how it was at" in str(stale.blocks)
    assert refusal.text.startswith("The Hub")
    assert home.world.restarts["ifcore-org/ifcore-team-b"] == 0

    # People hear of the second look that failed. This one need not take as long as the first.
    home.world.faults.refuse(503, call="list")
    home.world.faults.hub = "up"
    blind = home.until(lambda: home.said("I cannot see the Spaces"))[0]
    assert home.said("^team-a ") == [], "what cannot be seen is not told"
    home.world.faults.clear()
    home.until(lambda: home.said("I can see the Spaces of ifcore-org again"))
    alert = home.until(lambda: home.said("^team-a "))[0]
    assert [m.ts for m in home.said("I can(not)? see")] == [blind.ts]

    home.world.heal(FIRST)
    home.until(lambda: home.sandbox.workspace.replies(alert))
    assert "12 Spaces" in answers(home, "status")[-1].text


def test_what_slack_did_not_take_is_there_once_when_it_is_back(home: House) -> None:
    home.said_first()
    before = {m.ts for m in home.said("")}
    home.sandbox.slack.go_down()
    home.world.break_(SECOND)
    home.sweeps(3)
    home.sandbox.ta.type(OPS.id, "/space status")  # Slack itself says that nobody hears
    assert home.sandbox.ta.waits_for(OPS.id, "dispatch_failed")
    home.world.build_error(SECOND)
    home.sweeps(3)
    assert {m.ts for m in home.said("")} == before

    home.sandbox.slack.come_up()
    home.until(lambda: home.sandbox.slack.sockets.links)
    home.sweeps(2)
    # Seconds of doubt whether a post without an answer will appear after all.
    home.write("UPDATE card SET sending_since = sending_since - 12")
    told = home.until(lambda: home.said("^team-c (build failed|failed to build)"))
    home.sweeps(3)
    assert [m.ts for m in home.said("") if m.ts not in before] == [told[0].ts]
    assert "12 Spaces" in answers(home, "status")[-1].text

    home.world.heal(SECOND)
    home.until(lambda: home.sandbox.workspace.replies(told[0]))


def answers(home: House, command: str) -> list[Message]:
    """Ask, and return all that this person alone has been shown, the answer last."""
    before = len(home.whispers(home.sandbox.ta.id))
    home.sandbox.ta.type(OPS.id, f"/space {command}")
    home.until(lambda: len(home.whispers(home.sandbox.ta.id)) > before)
    return home.whispers(home.sandbox.ta.id)


def new(home: House, before: list[Message], words: str) -> Message:
    """Return the first new answer with these words; nothing while there is none."""
    told = home.whispers(home.sandbox.ta.id)[len(before) :]
    return next((m for m in told if words in f"{m.text} {m.blocks}"), None)  # type: ignore[return-value]
