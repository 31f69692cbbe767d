"""A class from a template, from the ask to the closing reply: made once, and every no in words."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from bot.errors import Conflict, HubError, PlanNeeded, RateLimited, Refused
from bot.model import Ask, Source
from bot.service import Bot
from bot.service.parts import Job
from bot.service.sends import Sends
from tests.conftest import MakeBot
from tests.fakes import FakeClock, FakeHub, FakeSlack, Inline, Nudges

VALUE = "sk-swordfish-0123456789"
ENVIRON = {
    "SPACEBOT_TEMPLATE": "acme/if-template",
    "SPACEBOT_PREFIX": "if-",
    "SPACEBOT_SECRET_API_KEY": VALUE,
    "SPACEBOT_VARIABLES": "TEAM_NAME={team},COLOUR=blue",
}


@pytest.fixture
def bot(make_bot: MakeBot, hub: FakeHub) -> Bot:
    hub.put("acme/if-template", "PAUSED")
    return make_bot(**ENVIRON)


def say(bot: Bot, text: str, user: str = "ULEAD", **values: object) -> None:
    say.count += 1  # type: ignore[attr-defined]
    key = f"delivery {say.count}"  # type: ignore[attr-defined]
    bot.ask(Ask(text, user, "C1", key=key, **values))  # type: ignore[arg-type]


say.count = 0  # type: ignore[attr-defined]


def settle(bot: Bot, clock: FakeClock, seconds: float = 3) -> None:
    clock.tick(seconds=seconds)
    bot.advance()
    bot.deliver()


def heard(slack: FakeSlack) -> str:
    """Return all that the person who asked heard last."""
    message = slack.whispers[-1][1]
    return f"{message.text} {message.blocks}"


def come_up(hub: FakeHub) -> None:
    for space in list(hub.spaces.values()):
        if space.id != "acme/if-template":
            hub.put(space.id, "RUNNING")


def test_nothing_is_made_before_somebody_has_said_yes(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    say(bot, "provision team-1..3")
    settle(bot, clock)

    assert hub.sent == []
    shown = heard(slack)
    for part in ("Provision 3 Spaces?", "TEAM_NAME=team-1", "COLOUR=blue", "API_KEY", "Private"):
        assert part in shown
    assert VALUE not in shown


def test_what_the_hub_copies_of_the_template_is_told_beforehand(
    bot: Bot, hub: FakeHub, slack: FakeSlack
) -> None:
    hub.variable_values["acme/if-template"] = {"MODE": "exam", "COLOUR": "red"}

    say(bot, "provision team-1..12")

    shown = heard(slack)
    assert "Copied from the template: `MODE=exam`." in shown
    assert "team-1..12." in shown


def test_a_template_that_hides_its_variables_is_told_to_have_some(
    make_bot: MakeBot, hub: FakeHub, slack: FakeSlack
) -> None:
    hub.put("acme/if-template", "PAUSED")
    without_secrets = {k: v for k, v in ENVIRON.items() if "SECRET" not in k}
    bot = make_bot(**without_secrets)
    hub.refuses = {"acme/if-template": Refused("The Hub does not let our token do this.")}

    say(bot, "provision team-1")

    assert "own variables are copied, too; the Hub does not say which" in heard(slack)


def test_each_has_its_own_name_and_every_secret(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    say(bot, "provision team-1..2, guests")
    say(bot, "confirm 1")
    settle(bot, clock)
    settle(bot, clock)
    come_up(hub)
    settle(bot, clock)

    assert [what for what, _ in hub.sent] == ["duplicate"] * 3
    for team in ("team-1", "team-2", "guests"):
        assert hub.secret_values[f"acme/if-{team}"] == {"API_KEY": VALUE}
        assert hub.variable_values[f"acme/if-{team}"] == {"TEAM_NAME": team, "COLOUR": "blue"}
        assert hub.spaces[f"acme/if-{team}"].private
    assert slack.cards[0].text == "Provision: 3 of 3 up after 9 s"


def test_a_new_space_may_have_no_app_file_for_a_moment_but_not_for_ever(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    say(bot, "provision team-1")
    say(bot, "confirm 1")
    for _ in range(3):
        settle(bot, clock, 20)
    assert slack.cards[0].text == "Provisioning 1 Space"
    settle(bot, clock, 90)

    assert "NO_APP_FILE" in str(slack.cards[0].message.blocks)
    assert slack.cards[0].buttons == {"Try again": "provision team-1 from acme/if-template"}


def test_a_new_space_that_is_not_listed_yet_is_not_gone(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.unlisted.add("acme/if-team-1")
    say(bot, "provision team-1")
    say(bot, "confirm 1")
    for _ in range(4):
        settle(bot, clock, 15)
    assert "made, not yet listed" in str(slack.cards[0].message.blocks)
    hub.unlisted.clear()
    come_up(hub)
    settle(bot, clock)

    assert slack.cards[0].text.startswith("Provision: 1 of 1 up")
    assert hub.sent == [("duplicate", "acme/if-team-1")]


def test_again_it_repairs_what_is_missing_and_touches_nothing_else(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.put("acme/if-team-1", "RUNNING")
    hub.put("acme/if-team-2", "SLEEPING")
    hub.variable_values["acme/if-team-1"] = {"TEAM_NAME": "their own", "COLOUR": "red"}
    hub.variable_values["acme/if-team-2"] = {"TEAM_NAME": "team-2", "COLOUR": "blue"}
    hub.secret_values["acme/if-team-2"] = {"API_KEY": "theirs"}

    say(bot, "provision team-1..2")
    assert "Already there: team-1 and team-2" in heard(slack)
    say(bot, "confirm 1")
    settle(bot, clock)
    settle(bot, clock, 20)

    assert hub.sent == [("set_secret API_KEY", "acme/if-team-1")]
    assert hub.variable_values["acme/if-team-1"]["TEAM_NAME"] == "their own"
    shown = str(slack.cards[0].message.blocks)
    assert "was there; added API_KEY" in shown
    assert "there already, and nothing is missing" in shown


@pytest.mark.parametrize(
    ("text", "part"),
    [
        # Names that the Hub refuses, before anything is done.
        ("provision team--1", "takes no Space called `if-team--1`"),
        ("provision x..y..z", "cannot read the range"),
        ("provision köln", "takes no Space called"),
        ("provision demo.git", "takes no Space called"),
        (f"provision {'x' * 97}", "takes no Space called"),
        ("provision team-*", "takes no Space called"),
        ("provision else/team-1", "those of `acme` only"),
        # A name that the grammar would read as many Spaces.
        ("provision all", "is a word of mine"),
        # A slip of the thumb.
        ("provision team-1..501", "more than 500"),
        # A template that is not there, or that we may not see: the Hub says the same of both.
        ("provision team-1 from acme/nothing", "I cannot see the template `acme/nothing`"),
        ("provision team-1 from a b", "One template only"),
        # The template is not one of its own copies.
        ("provision template", "is the template itself"),
    ],
)
def test_is_refused_in_words_with_nothing_done(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock, text: str, part: str
) -> None:
    say(bot, text)
    settle(bot, clock)

    assert part in heard(slack)
    assert hub.sent == []


def test_without_a_template_it_asks_for_one(
    make_bot: MakeBot, hub: FakeHub, slack: FakeSlack
) -> None:
    say(make_bot(), "provision team-1")

    assert "I do not know what to copy" in heard(slack)
    assert "SPACEBOT_TEMPLATE" in heard(slack)


@pytest.mark.parametrize("said", ["acme/IF-Template", "Template", "TEMPLATE", "if-template"])
@pytest.mark.parametrize("set_as", ["acme/IF-Template", "acme/if-template"])
def test_a_template_is_left_out_of_all_and_reached_by_its_name(
    make_bot: MakeBot, hub: FakeHub, slack: FakeSlack, said: str, set_as: str
) -> None:
    hub.put("acme/IF-Template", "PAUSED")
    hub.put("acme/IF-team-1", "RUNNING")
    bot = make_bot(SPACEBOT_TEMPLATE=set_as, SPACEBOT_PREFIX="IF-")

    say(bot, "status all")
    everything = heard(slack)
    say(bot, f"status {said}")

    assert "Template" not in everything
    assert "Template" in heard(slack)
    assert "paused" in heard(slack)


def test_only_an_admin_may(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    say(bot, "provision team-1", user="UTA")

    assert "Only an admin may `provision`" in heard(slack)


def test_a_form_filled_in_says_the_same_as_the_words(
    bot: Bot, hub: FakeHub, slack: FakeSlack
) -> None:
    filled_in = {"names": "team-1..2", "template": "template"}
    say(bot, "provision", source=Source.MODAL, values=filled_in)

    assert "Provision 2 Spaces?" in heard(slack)


@pytest.mark.parametrize(
    "error",
    [
        PlanNeeded("The owner's plan does not pay for this: “Subscribe to PRO”."),
        Refused("The Hub does not let our token do this: “no rights in acme”."),
        HubError("The Hub refused the request: “Invalid”."),
    ],
    ids=["402", "403", "400"],
)
def test_a_refusal_is_of_one_space_in_the_hubs_words(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock, error: HubError
) -> None:
    hub.refuses = {"acme/if-team-2": error}
    say(bot, "provision team-1..3")
    say(bot, "confirm 1")
    settle(bot, clock)
    come_up(hub)
    settle(bot, clock)

    assert slack.cards[0].text == "Provision: 2 of 3 up after 6 s · 1 problem"
    assert str(error)[:60] in str(slack.cards[0].message.blocks)


def test_a_rate_limit_delays_one_space_and_says_so(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    until = clock() + timedelta(minutes=5)
    hub.refuses = {"acme/if-team-1": RateLimited("No more creations for 300 s.", until)}
    say(bot, "provision team-1")
    say(bot, "confirm 1")
    settle(bot, clock)
    hub.refuses = {}
    settle(bot, clock, 60)
    assert hub.sent == []
    assert "No more creations for 300 s." in str(slack.cards[0].message.blocks)
    settle(bot, clock, 300)

    assert hub.sent == [("duplicate", "acme/if-team-1")]


def test_a_409_while_another_creation_is_in_progress_waits_and_tries_again(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    busy = Conflict("Cannot create repo: another conflicting operation is in progress")
    hub.refuses = {"acme/if-team-1": busy}
    say(bot, "provision team-1")
    say(bot, "confirm 1")
    settle(bot, clock)
    settle(bot, clock, 1)
    assert "another conflicting operation" in str(slack.cards[0].message.blocks)
    hub.refuses = {}
    settle(bot, clock, 5)

    assert hub.sent == [("duplicate", "acme/if-team-1")]


@pytest.mark.parametrize(
    ("error", "part"),
    [
        (
            RateLimited("No more requests for 300 s.", FakeClock()() + timedelta(minutes=5)),
            "No more requests for 300 s.",
        ),
        (Conflict("another conflicting operation is in progress"), "another conflicting operation"),
    ],
    ids=["429", "409"],
)
def test_what_many_wait_for_is_told_on_their_card(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock, error: HubError, part: str
) -> None:
    hub.refuses = {f"acme/if-team-{n}": error for n in range(1, 13)}
    say(bot, "provision team-1..12")
    say(bot, "confirm 1")
    settle(bot, clock)
    settle(bot, clock, 1)

    shown = str(slack.cards[0].message.blocks)
    assert f"12 wait: {part}" in shown


def test_a_409_because_it_exists_repairs_it(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    say(bot, "provision team-1")
    hub.put("acme/if-team-1", "SLEEPING")
    hub.unlisted.add("acme/if-team-1")  # the list is behind
    say(bot, "confirm 1")
    settle(bot, clock)
    settle(bot, clock)

    added = ["set_variable TEAM_NAME", "set_variable COLOUR", "set_secret API_KEY"]
    assert [what for what, _ in hub.sent] == added
    assert "was there; added" in str(slack.cards[0].message.blocks)
    assert slack.cards[0].text.startswith("Provision: 1 of 1")


def test_a_copy_whose_answer_was_lost_is_followed_and_not_made_again(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.unheard = hub.unlisted = {"acme/if-team-1"}
    say(bot, "provision team-1")
    say(bot, "confirm 1")
    settle(bot, clock)
    settle(bot, clock, 20)
    hub.unlisted = set()
    come_up(hub)
    settle(bot, clock)

    assert hub.sent == [("duplicate", "acme/if-team-1")]
    assert slack.cards[0].text.startswith("Provision: 1 of 1 up")


class Line(Inline):
    """An executor whose work waits in line until the test lets it run."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], Any]] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.waiting.append(partial(fn, *args, **kwargs))
        return Future()


def test_one_space_is_made_at_a_time_and_the_next_one_at_once(
    bot: Bot, hub: FakeHub, clock: FakeClock, nudges: Nudges
) -> None:
    line = Line()
    bot = replace(bot, sends=Sends(line))
    say(bot, "provision team-1..3")
    say(bot, "confirm 1")
    made = []
    for _ in range(3):
        bot.advance()
        bot.advance()
        (call,) = line.waiting
        line.waiting.clear()
        nudges.asked.clear()
        call()
        made.append(hub.sent[-1][1])
        assert Job.ADVANCE in nudges.asked

    assert made == ["acme/if-team-1", "acme/if-team-2", "acme/if-team-3"]


def test_a_template_that_is_static_makes_spaces_that_are_up_at_once(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.put("acme/if-template", "RUNNING", sdk="static")
    hub.after_making = "RUNNING"
    say(bot, "provision team-1")
    say(bot, "confirm 1")
    settle(bot, clock)
    settle(bot, clock)

    assert slack.cards[0].text == "Provision: 1 of 1 up after 6 s"


def test_the_same_again_while_it_runs_joins(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    say(bot, "provision team-1..2")
    say(bot, "confirm 1")
    settle(bot, clock)
    say(bot, "provision team-1")

    assert "Already running: provision 0/2" in heard(slack)


def test_the_preview_is_made_of_the_fleet_as_it_is_now(
    bot: Bot, hub: FakeHub, slack: FakeSlack
) -> None:
    hub.put("acme/if-team-1", "RUNNING")
    hub.put("acme/if-team-2", "RUNNING")
    bot.sweep()
    del hub.spaces["acme/if-team-1"]
    hub.put("acme/if-team-3", "RUNNING")

    say(bot, "provision team-1..3", trigger="T1")

    assert "in acme: team-1.\\n" in heard(slack)
    assert "Already there: team-2 and team-3" in heard(slack)


@pytest.mark.parametrize("text", ["provision", "provision from template"])
def test_a_form_that_must_open_in_time_asks_the_hub_nothing(
    bot: Bot, hub: FakeHub, slack: FakeSlack, text: str
) -> None:
    bot.sweep()
    hub.calls.clear()

    say(bot, text, trigger="T1")

    assert (len(slack.forms), hub.calls) == (1, [])


def test_without_names_it_opens_a_form(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    say(bot, "provision", trigger="T1")

    (view,) = slack.forms.values()
    assert [block["block_id"] for block in view["blocks"]] == ["names", "template"]
    assert "acme/if-template" in str(view)
    assert VALUE not in str(view)


@pytest.mark.parametrize(
    ("names", "part"),
    [
        ("team-1..30, guests", ""),
        ("team--1", "The Hub takes no Space called"),
        ("team-1..900", "more than 500"),
    ],
)
def test_a_form_with_bad_names_stays_open_and_says_why(bot: Bot, names: str, part: str) -> None:
    ask = Ask("provision", "ULEAD", "C1", values={"names": names, "template": "x"})
    wrong = bot.commands["provision"].check(ask)

    assert part in wrong.get("names", "")
    assert bool(wrong) == bool(part)
