"""Hardware, sleep time and new empty Spaces, from the ask to the closing reply."""

import pytest

from bot.errors import Conflict, HubUnavailable, PlanNeeded, Refused, Unanswered
from bot.model import Ask
from bot.service import Bot
from tests.fakes import FakeClock, FakeHub, FakeSlack


def say(bot: Bot, text: str, user: str = "ULEAD") -> None:
    say.count += 1  # type: ignore[attr-defined]
    bot.ask(Ask(text, user, "C1", key=f"delivery {say.count}"))  # type: ignore[attr-defined]


say.count = 0  # type: ignore[attr-defined]


def settle(bot: Bot, clock: FakeClock, seconds: float = 3) -> None:
    clock.tick(seconds=seconds)
    bot.advance()
    bot.deliver()


def heard(slack: FakeSlack) -> str:
    message = slack.whispers[-1][1]
    return f"{message.text} {message.blocks}"


def test_hardware_alone_shows_the_table(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.put("acme/team-a", "RUNNING", hardware="t4-small")
    hub.set(team_b="RUNNING")

    say(bot, "hardware all")

    shown = heard(slack)
    for part in ("*t4-small*: team-a", "*cpu-basic*: team-b", "$0.40 an hour", "*free*"):
        assert part in shown
    assert hub.sent == []


def test_paid_hardware_names_its_price_for_all_and_asks_first(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="RUNNING", team_b="PAUSED")

    say(bot, "hardware all T4-small")
    assert "$0.40 an hour each, $0.80 an hour together" in heard(slack)
    assert hub.sent == []
    say(bot, "confirm 1")
    settle(bot, clock)
    settle(bot, clock)
    hub.set(team_a="APP_STARTING")
    settle(bot, clock)
    hub.set(team_a="RUNNING")
    settle(bot, clock)

    assert hub.sent == [("set_hardware", "acme/team-a"), ("set_hardware", "acme/team-b")]
    assert slack.cards[0].text == "Hardware: 2 of 2 on t4-small after 12 s"


def test_free_hardware_for_what_is_not_up_is_not_asked_about(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.put("acme/team-a", "PAUSED", hardware="t4-small")

    say(bot, "hardware team-a cpu-basic")
    settle(bot, clock)

    assert hub.sent == [("set_hardware", "acme/team-a")]


def test_hardware_whose_answer_was_lost_is_asked_for_again(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.put("acme/team-a", "PAUSED", hardware="t4-small")
    hub.refuses = {"acme/team-a": Unanswered("no answer")}
    say(bot, "hardware team-a cpu-basic")
    settle(bot, clock)
    hub.refuses = {}
    settle(bot, clock, 20)
    settle(bot, clock)

    assert hub.sent == [("set_hardware", "acme/team-a")]
    assert slack.cards[0].text.startswith("Hardware: 1 of 1 on cpu-basic")


@pytest.mark.parametrize(
    ("text", "part"),
    [
        # An unknown flavour gets the nearest one, as a button.
        ("hardware team-a t4-smal", "Did you mean `t4-small`?"),
        ("hardware team-a t4-smal", "hardware team-a t4-small"),
        ("hardware team-a zzz", "There is `cpu-basic`, `t4-small`."),
        # A name that is nearly one is never acted on; the offer keeps the flavour.
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
def test_is_answered_in_words_with_nothing_done(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock, text: str, part: str
) -> None:
    hub.set(team_a="RUNNING")
    hub.put("acme/gpu", "RUNNING", hardware="t4-small")
    hub.put("acme/site", "RUNNING", sdk="static", hardware=None)

    say(bot, text)
    settle(bot, clock)

    assert part in heard(slack)
    assert hub.sent == []


@pytest.mark.parametrize("text", ["hardware all", "sleep all 1h", "create team-b"])
def test_only_an_admin_may(bot: Bot, hub: FakeHub, slack: FakeSlack, text: str) -> None:
    hub.set(team_a="RUNNING")

    say(bot, text, user="UTA")

    assert "Only an admin may" in heard(slack)


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

    say(bot, text)
    settle(bot, clock)
    settle(bot, clock)

    assert hub.spaces["acme/gpu"].sleep_after == seconds
    assert hub.sent == [("set_sleep", "acme/gpu")]
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
    say(bot, text)
    settle(bot, clock)
    settle(bot, clock)

    made = hub.spaces["acme/team-b"]
    assert (made.sdk, made.private) == (sdk, private)
    assert slack.cards[0].text == "Create: 1 of 1 made after 6 s"


@pytest.mark.parametrize(
    "error",
    [PlanNeeded("The plan does not pay: “PRO”."), Refused("No rights in acme.")],
    ids=["402", "403"],
)
def test_a_creation_that_the_hub_refuses_ends_in_its_words(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock, error: Exception
) -> None:
    hub.refuses = {"acme/team-b": error}  # type: ignore[dict-item]
    say(bot, "create team-b gradio public")
    settle(bot, clock)
    settle(bot, clock)

    assert str(error) in str(slack.cards[0].message.blocks)
    assert slack.cards[0].buttons == {"Try again": "create team-b gradio public"}


def test_a_space_that_somebody_else_made_meanwhile_is_not_ours(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    say(bot, "create team-b")
    hub.set(team_b="RUNNING")
    hub.unlisted.add("acme/team-b")
    settle(bot, clock)
    settle(bot, clock)

    assert "You already created this space repo" in str(slack.cards[0].message.blocks)


def test_a_space_whose_making_was_not_answered_is_ours_although_the_hub_says_it_exists(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.unheard = hub.unlisted = {"acme/team-b"}
    say(bot, "create team-b")
    settle(bot, clock)
    settle(bot, clock, 20)
    settle(bot, clock)

    assert hub.calls.count("create acme/team-b") == 2
    assert slack.cards[0].text == "Create: 1 of 1 made after 26 s"


def test_a_creation_while_another_is_in_progress_waits(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.refuses = {"acme/team-b": Conflict("another conflicting operation is in progress")}
    say(bot, "create team-b")
    settle(bot, clock)
    hub.refuses = {}
    settle(bot, clock, 5)

    assert hub.sent == [("create", "acme/team-b")]


def test_the_prices_of_a_silent_hub_are_not_guessed(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="RUNNING")
    hub.down = HubUnavailable("The Hub does not answer.")

    say(bot, "hardware all")

    assert "The Hub does not answer." in heard(slack)
