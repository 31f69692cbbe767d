"""`create`: a new, empty Space."""

import pytest

from bot.errors import Conflict, HubForbidden, PaymentRequired
from bot.service import Bot
from tests.fakes import FakeClock, FakeHub, FakeSlack
from tests.requests import send_lead_command, tick


@pytest.mark.parametrize(
    ("text", "sdk", "private"),
    [
        # Docker and private by default, with options in any order.
        ("create team-b", "docker", True),
        ("create team-b gradio", "gradio", True),
        ("create team-b public Static", "static", False),
    ],
)
def test_creates_an_empty_space(
    bot: Bot,
    hub: FakeHub,
    slack: FakeSlack,
    clock: FakeClock,
    text: str,
    sdk: str,
    private: bool,
) -> None:
    send_lead_command(bot, text)
    tick(bot, clock)
    tick(bot, clock)

    made = hub.spaces["acme/team-b"]
    assert (made.sdk, made.private) == (sdk, private)
    assert slack.cards[0].text == "Created team-b (6 s) · requested by <@ULEAD>"


@pytest.mark.parametrize(
    "error",
    [PaymentRequired("The plan does not pay: “PRO”."), HubForbidden("No rights in acme.")],
    ids=["402", "403"],
)
def test_rejected_creation_shows_the_hub_error(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock, error: Exception
) -> None:
    hub.errors_by_space = {"acme/team-b": error}  # type: ignore[dict-item]
    send_lead_command(bot, "create team-b gradio public")
    tick(bot, clock)
    tick(bot, clock)

    assert str(error) in str(slack.cards[0].message.blocks)
    assert slack.cards[0].buttons == {"Retry": "create team-b gradio public"}


@pytest.mark.parametrize(
    ("text", "plan", "is_asked"),
    [
        ("create team-b", "free", True),
        ("create team-b static", "free", False),
        ("create team-b", "pro", False),
    ],
)
def test_creation_that_the_plan_lacks_asks_first(
    bot: Bot, hub: FakeHub, slack: FakeSlack, text: str, plan: str, *, is_asked: bool
) -> None:
    hub.plans = {"acme": plan}
    send_lead_command(bot, text)

    bot.deliver()

    assert ("has no paid plan" in str(slack.ephemeral_messages)) is is_asked
    assert bool(slack.cards) is not is_asked


def test_space_created_by_another_is_not_adopted(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    send_lead_command(bot, "create team-b")
    hub.set(team_b="RUNNING")
    hub.unlisted.add("acme/team-b")
    tick(bot, clock)
    tick(bot, clock)

    assert "You already created this space repo" in str(slack.cards[0].message.blocks)


def test_unanswered_creation_is_adopted_despite_conflict(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.lost_answers = hub.unlisted = {"acme/team-b"}
    send_lead_command(bot, "create team-b")
    tick(bot, clock)
    tick(bot, clock, 20)
    tick(bot, clock)

    assert hub.calls.count("create acme/team-b") == 2
    assert slack.cards[0].text == "Created team-b (26 s) · requested by <@ULEAD>"


def test_a_creation_while_another_is_in_progress_waits(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.errors_by_space = {"acme/team-b": Conflict("another conflicting operation is in progress")}
    send_lead_command(bot, "create team-b")
    tick(bot, clock)
    hub.errors_by_space = {}
    tick(bot, clock, 5)

    assert hub.writes == [("create", "acme/team-b")]
