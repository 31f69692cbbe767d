"""Hardware, sleep time and new empty Spaces, from the ask to the closing reply."""

import pytest

from bot.errors import Conflict, HubUnavailable, PlanNeeded, Refused, Unanswered
from bot.model import Ask
from bot.service import Bot
from tests.fakes import FakeClock, FakeHub, FakeSlack


def send_command(bot: Bot, text: str, user: str = "ULEAD") -> None:
    send_command.count += 1  # type: ignore[attr-defined]
    bot.ask(Ask(text, user, "C1", idempotency_key=f"delivery {send_command.count}"))  # type: ignore[attr-defined]


send_command.count = 0  # type: ignore[attr-defined]


def tick(bot: Bot, clock: FakeClock, seconds: float = 3) -> None:
    clock.tick(seconds=seconds)
    bot.advance()
    bot.deliver()


def last_reply(slack: FakeSlack) -> str:
    message = slack.ephemeral_messages[-1][1]
    return f"{message.text} {message.blocks}"


def test_hardware_alone_shows_the_table(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.put("acme/team-a", "RUNNING", hardware="t4-small")
    hub.set(team_b="RUNNING")

    send_command(bot, "hardware all")

    reply = last_reply(slack)
    for part in ("*t4-small*: team-a", "*cpu-basic*: team-b", "$0.40 an hour", "*free*"):
        assert part in reply
    assert hub.writes == []


def test_paid_hardware_asks_for_confirmation_with_the_total_price(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="RUNNING", team_b="PAUSED")

    send_command(bot, "hardware all T4-small")
    assert "$0.40 an hour each, $0.80 an hour together" in last_reply(slack)
    assert hub.writes == []
    send_command(bot, "confirm 1")
    tick(bot, clock)
    tick(bot, clock)
    hub.set(team_a="APP_STARTING")
    tick(bot, clock)
    hub.set(team_a="RUNNING")
    tick(bot, clock)

    assert hub.writes == [("set_hardware", "acme/team-a"), ("set_hardware", "acme/team-b")]
    assert slack.cards[0].text == "Hardware: 2 of 2 on t4-small after 12 s"


def test_free_hardware_for_a_stopped_space_needs_no_confirmation(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.put("acme/team-a", "PAUSED", hardware="t4-small")

    send_command(bot, "hardware team-a cpu-basic")
    tick(bot, clock)

    assert hub.writes == [("set_hardware", "acme/team-a")]


def test_unanswered_hardware_change_is_retried(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.put("acme/team-a", "PAUSED", hardware="t4-small")
    hub.errors_by_space = {"acme/team-a": Unanswered("no answer")}
    send_command(bot, "hardware team-a cpu-basic")
    tick(bot, clock)
    hub.errors_by_space = {}
    tick(bot, clock, 20)
    tick(bot, clock)

    assert hub.writes == [("set_hardware", "acme/team-a")]
    assert slack.cards[0].text.startswith("Hardware: 1 of 1 on cpu-basic")


@pytest.mark.parametrize(
    ("text", "part"),
    [
        # An unknown flavor gets the nearest one, as a button.
        ("hardware team-a t4-smal", "Did you mean `t4-small`?"),
        ("hardware team-a t4-smal", "hardware team-a t4-small"),
        ("hardware team-a zzz", "There is `cpu-basic`, `t4-small`."),
        # A name that is nearly one is never acted on; the offer keeps the flavor.
        ("hardware team-aa t4-small", "hardware team-a t4-small"),
        ("hardware nobody", "I know no Space `nobody`"),
        ("hardware", "The hardware of what?"),
        ("hardware t4-small", "Which Space?"),
        # What is so already, and what has no hardware.
        ("hardware team-a cpu-basic", "Nothing to change: team-a is already on cpu-basic"),
        ("hardware site t4-small", "site is static: it runs on no hardware"),
        # Free hardware has a sleep time that nobody can set.
        ("sleep team-a 1h", "team-a is on cpu-basic, which sleeps after 48 h"),
        ("sleep site 1h", "site is static: it never sleeps"),
        ("sleep gpu never", "Nothing to set: gpu is already set so"),
        ("sleep gp 2 h", "sleep gpu 2 h"),
        ("sleep gpu", "Asleep after how long?"),
        ("sleep 2h", "Asleep after how long?"),
        ("sleep gpu soon", "Asleep after how long?"),
        # New Spaces: one at a time, one of three kinds, a name that the Hub takes.
        ("create", "What shall it be called?"),
        ("create team--b", "takes no Space called `team--b`"),
        ("create team-b gradoi", "Did you mean `gradio`?"),
        ("create team-b xyzzy", "One Space at a time"),
        ("create team-b docker static", "`docker` or `static`?"),
        ("create team-a", "Nothing to create: team-a is there already"),
        ("create TEAM-A", "Nothing to create: team-a is there already"),
        ("create all", "is a word of mine"),
    ],
)
def test_rejected_command_changes_nothing(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock, text: str, part: str
) -> None:
    hub.set(team_a="RUNNING")
    hub.put("acme/gpu", "RUNNING", hardware="t4-small")
    hub.put("acme/site", "RUNNING", sdk="static", hardware=None)

    send_command(bot, text)
    tick(bot, clock)

    assert part in last_reply(slack)
    assert hub.writes == []


@pytest.mark.parametrize("text", ["hardware all", "sleep all 1h", "create team-b"])
def test_command_requires_an_admin(bot: Bot, hub: FakeHub, slack: FakeSlack, text: str) -> None:
    hub.set(team_a="RUNNING")

    send_command(bot, text, user="UTA")

    assert "Only an admin may" in last_reply(slack)


@pytest.mark.parametrize(
    ("text", "seconds", "ending"),
    [
        ("sleep gpu 1h", 3600, "set to 1h"),
        ("sleep gpu after half an hour", 1800, "set to half an hour"),
        ("sleep gpu 30 min", 1800, "set to 30 min"),
        ("sleep all never", None, "set to never"),
    ],
)
def test_sets_the_sleep_time_of_paid_hardware_alone(
    bot: Bot,
    hub: FakeHub,
    slack: FakeSlack,
    clock: FakeClock,
    text: str,
    seconds: int | None,
    ending: str,
) -> None:
    hub.set(team_a="RUNNING")
    hub.put("acme/gpu", "RUNNING", hardware="t4-small", sleep_after=60)

    send_command(bot, text)
    tick(bot, clock)
    tick(bot, clock)

    assert hub.spaces["acme/gpu"].sleep_after == seconds
    assert hub.writes == [("set_sleep", "acme/gpu")]
    assert f"Sleep time: 1 of 1 {ending} after 6 s" in slack.cards[0].text


@pytest.mark.parametrize(
    ("text", "sdk", "private"),
    [
        # Docker and private, unless somebody says otherwise, in whatever order.
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
    send_command(bot, text)
    tick(bot, clock)
    tick(bot, clock)

    made = hub.spaces["acme/team-b"]
    assert (made.sdk, made.private) == (sdk, private)
    assert slack.cards[0].text == "Create: 1 of 1 made after 6 s"


@pytest.mark.parametrize(
    "error",
    [PlanNeeded("The plan does not pay: “PRO”."), Refused("No rights in acme.")],
    ids=["402", "403"],
)
def test_rejected_creation_shows_the_hub_error(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock, error: Exception
) -> None:
    hub.errors_by_space = {"acme/team-b": error}  # type: ignore[dict-item]
    send_command(bot, "create team-b gradio public")
    tick(bot, clock)
    tick(bot, clock)

    assert str(error) in str(slack.cards[0].message.blocks)
    assert slack.cards[0].buttons == {"Try again": "create team-b gradio public"}


def test_space_created_by_another_is_not_adopted(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    send_command(bot, "create team-b")
    hub.set(team_b="RUNNING")
    hub.unlisted.add("acme/team-b")
    tick(bot, clock)
    tick(bot, clock)

    assert "You already created this space repo" in str(slack.cards[0].message.blocks)


def test_unanswered_creation_is_adopted_despite_conflict(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.lost_answers = hub.unlisted = {"acme/team-b"}
    send_command(bot, "create team-b")
    tick(bot, clock)
    tick(bot, clock, 20)
    tick(bot, clock)

    assert hub.calls.count("create acme/team-b") == 2
    assert slack.cards[0].text == "Create: 1 of 1 made after 26 s"


def test_a_creation_while_another_is_in_progress_waits(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.errors_by_space = {"acme/team-b": Conflict("another conflicting operation is in progress")}
    send_command(bot, "create team-b")
    tick(bot, clock)
    hub.errors_by_space = {}
    tick(bot, clock, 5)

    assert hub.writes == [("create", "acme/team-b")]


def test_prices_are_not_guessed_during_a_hub_outage(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="RUNNING")
    hub.outage = HubUnavailable("The Hub does not answer.")

    send_command(bot, "hardware all")

    assert "The Hub does not answer." in last_reply(slack)
