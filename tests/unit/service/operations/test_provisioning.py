"""A class from a template, from the request to the final reply: created once, or rejected."""

from collections.abc import Callable
from concurrent.futures import Future
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from bot.concurrency import KeyedExecutor
from bot.errors import Conflict, HubError, HubForbidden, PaymentRequired, RateLimited
from bot.model import Ask, Source
from bot.service import Bot
from bot.service.dependencies import Job
from tests.conftest import MakeBot
from tests.fakes import FakeClock, FakeHub, FakeSlack, InlineExecutor, RecordingTrigger, with_parts
from tests.requests import last_full_reply, send_lead_command, tick

VALUE = "sk-swordfish-0123456789"
ENVIRON = {
    "SPACEBOT_TEMPLATE": "acme/if-template",
    "SPACEBOT_PREFIX": "if-",
    "SPACEBOT_SECRET_API_KEY": VALUE,
    "SPACEBOT_VARIABLES": "TEAM_NAME={team},COLOR=blue",
}


@pytest.fixture
def bot(make_bot: MakeBot, hub: FakeHub) -> Bot:
    hub.put("acme/if-template", "PAUSED")
    return make_bot(**ENVIRON)


def finish_builds(hub: FakeHub) -> None:
    for space in list(hub.spaces.values()):
        if space.id != "acme/if-template":
            hub.put(space.id, "RUNNING")


def test_nothing_is_created_before_confirmation(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    send_lead_command(bot, "provision team-1..3")
    tick(bot, clock)

    assert hub.writes == []
    text = last_full_reply(slack)
    for part in (
        "Provision team-1, team-2 and team-3?",
        "TEAM_NAME=team-1",
        "COLOR=blue",
        "API_KEY",
        "Private",
    ):
        assert part in text
    assert VALUE not in text


def test_preview_names_the_copied_variables(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.variable_values["acme/if-template"] = {"MODE": "exam", "COLOR": "red"}

    send_lead_command(bot, "provision team-1..12")

    text = last_full_reply(slack)
    assert "Copied from the template: `MODE=exam`." in text
    assert "team-1..12." in text


def test_preview_mentions_unreadable_template_variables(
    make_bot: MakeBot, hub: FakeHub, slack: FakeSlack
) -> None:
    hub.put("acme/if-template", "PAUSED")
    without_secrets = {k: v for k, v in ENVIRON.items() if "SECRET" not in k}
    bot = make_bot(**without_secrets)
    hub.errors_by_space = {"acme/if-template": HubForbidden("The token isn't allowed to do this.")}

    send_lead_command(bot, "provision team-1")

    assert "own variables are copied too" in last_full_reply(slack)


def test_each_space_has_its_own_name_and_every_secret(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    send_lead_command(bot, "provision team-1..2, guests")
    send_lead_command(bot, "confirm 1")
    tick(bot, clock)
    tick(bot, clock)
    finish_builds(hub)
    tick(bot, clock)

    assert [what for what, _ in hub.writes] == ["duplicate"] * 3
    for team in ("team-1", "team-2", "guests"):
        assert hub.secret_values[f"acme/if-{team}"] == {"API_KEY": VALUE}
        assert hub.variable_values[f"acme/if-{team}"] == {"TEAM_NAME": team, "COLOR": "blue"}
        assert hub.spaces[f"acme/if-{team}"].private
    assert (
        slack.cards[0].text
        == "Provisioned team-1, team-2 and guests in 9 s · requested by <@ULEAD>"
    )


def test_missing_app_file_is_tolerated_for_a_while(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    send_lead_command(bot, "provision team-1")
    send_lead_command(bot, "confirm 1")
    for _ in range(3):
        tick(bot, clock, 20)
    assert slack.cards[0].text == "Provisioning team-1 · requested by <@ULEAD>"
    tick(bot, clock, 90)

    assert "It's empty: upload an app file" in str(slack.cards[0].message.blocks)
    assert slack.cards[0].buttons == {"Retry": "provision team-1 from acme/if-template"}


def test_new_unlisted_space_is_not_missing(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.unlisted.add("acme/if-team-1")
    send_lead_command(bot, "provision team-1")
    send_lead_command(bot, "confirm 1")
    for _ in range(4):
        tick(bot, clock, 15)
    assert "created, waiting for Hugging Face" in str(slack.cards[0].message.blocks)
    hub.unlisted.clear()
    finish_builds(hub)
    tick(bot, clock)

    assert slack.cards[0].text.startswith("Provisioned team-1")
    assert hub.writes == [("duplicate", "acme/if-team-1")]


def test_second_run_repairs_only_what_is_missing(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.put("acme/if-team-1", "RUNNING")
    hub.put("acme/if-team-2", "SLEEPING")
    hub.variable_values["acme/if-team-1"] = {"TEAM_NAME": "their own", "COLOR": "red"}
    hub.variable_values["acme/if-team-2"] = {"TEAM_NAME": "team-2", "COLOR": "blue"}
    hub.secret_values["acme/if-team-2"] = {"API_KEY": "theirs"}

    send_lead_command(bot, "provision team-1..2")
    assert "Already exist: team-1 and team-2" in last_full_reply(slack)
    send_lead_command(bot, "confirm 1")
    tick(bot, clock)
    tick(bot, clock, 20)

    assert hub.writes == [("set_secret API_KEY", "acme/if-team-1")]
    assert hub.variable_values["acme/if-team-1"]["TEAM_NAME"] == "their own"
    text = str(slack.cards[0].message.blocks)
    assert "already existed; added API_KEY" in text
    assert "already complete" in text


def test_repair_that_fails_half_way_says_what_it_has_added(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.put("acme/if-team-1", "RUNNING")
    error = HubForbidden(
        "The Hub Slack refused.", effect="Nothing changed.", next_step="Ask for access."
    )
    hub.errors_by_call = {"set_secret API_KEY": error}
    send_lead_command(bot, "provision team-1")
    send_lead_command(bot, "confirm 1")
    tick(bot, clock)
    tick(bot, clock)

    text = str(slack.cards[0].message.blocks)
    assert (
        "The Hub Slack refused. Added TEAM_NAME, COLOR, which restarts the app. Ask for access."
    ) in text


@pytest.mark.parametrize(
    ("text", "part"),
    [
        # Names that the Hub would reject, before any call.
        ("provision team--1", "doesn't allow the name `if-team--1`"),
        ("provision x..y..z", "can't read the range"),
        ("provision köln", "doesn't allow the name"),
        ("provision demo.git", "doesn't allow the name"),
        (f"provision {'x' * 97}", "doesn't allow the name"),
        ("provision team-*", "doesn't allow the name"),
        ("provision else/team-1", "I only look after the Spaces of `acme`"),
        # A name that the grammar reads as several Spaces.
        ("provision all", "already means several Spaces"),
        # A typo.
        ("provision team-1..501", "more than 500"),
        # A template that is missing or hidden from us: the Hub's response is the same.
        ("provision team-1 from acme/nothing", "I can't find the template `acme/nothing`"),
        ("provision team-1 from a b", "One template only"),
        # The template can't be one of its own copies.
        ("provision template", "is the template itself"),
    ],
)
def test_rejected_command_changes_nothing(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock, text: str, part: str
) -> None:
    send_lead_command(bot, text)
    tick(bot, clock)

    assert part in last_full_reply(slack)
    assert hub.writes == []


def test_without_a_template_it_asks_for_one(
    make_bot: MakeBot, hub: FakeHub, slack: FakeSlack
) -> None:
    send_lead_command(make_bot(), "provision team-1")

    assert "Which template should I copy?" in last_full_reply(slack)
    assert "SPACEBOT_TEMPLATE" in last_full_reply(slack)


@pytest.mark.parametrize("said", ["acme/IF-Template", "Template", "TEMPLATE", "if-template"])
@pytest.mark.parametrize("set_as", ["acme/IF-Template", "acme/if-template"])
def test_template_is_excluded_from_all_but_reachable_by_name(
    make_bot: MakeBot, hub: FakeHub, slack: FakeSlack, said: str, set_as: str
) -> None:
    hub.put("acme/IF-Template", "PAUSED")
    hub.put("acme/IF-team-1", "RUNNING")
    bot = make_bot(SPACEBOT_TEMPLATE=set_as, SPACEBOT_PREFIX="IF-")

    send_lead_command(bot, "status all")
    everything = last_full_reply(slack)
    send_lead_command(bot, f"status {said}")

    assert "Template" not in everything
    assert "Template" in last_full_reply(slack)
    assert "paused" in last_full_reply(slack)


def test_command_requires_an_admin(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    send_lead_command(bot, "provision team-1", user="UTA")

    assert "You can't provision Spaces: admins only." in last_full_reply(slack)


def test_form_equals_the_typed_command(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    filled_in = {"names": "team-1..2", "template": "template"}
    send_lead_command(bot, "provision", source=Source.MODAL, form_values=filled_in)

    assert "Provision team-1 and team-2?" in last_full_reply(slack)


@pytest.mark.parametrize(
    "error",
    [
        PaymentRequired("The owner's plan does not pay for this: “Subscribe to PRO”."),
        HubForbidden("The token isn't allowed to do this: “no rights in acme”."),
        HubError("The Hub refused the request: “Invalid”."),
    ],
    ids=["402", "403", "400"],
)
def test_rejection_affects_one_space_with_the_hub_error(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock, error: HubError
) -> None:
    hub.errors_by_space = {"acme/if-team-2": error}
    send_lead_command(bot, "provision team-1..3")
    send_lead_command(bot, "confirm 1")
    tick(bot, clock)
    finish_builds(hub)
    tick(bot, clock)

    assert slack.cards[0].text == "Provisioned 2 of 3 in 6 s · 1 failed · requested by <@ULEAD>"
    assert str(error)[:60] in str(slack.cards[0].message.blocks)


def test_a_rate_limit_delays_one_space_and_says_so(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    until = clock() + timedelta(minutes=5)
    hub.errors_by_space = {"acme/if-team-1": RateLimited("No more creations for 300 s.", until)}
    send_lead_command(bot, "provision team-1")
    send_lead_command(bot, "confirm 1")
    tick(bot, clock)
    hub.errors_by_space = {}
    tick(bot, clock, 60)
    assert hub.writes == []
    assert "No more creations for 300 s." in str(slack.cards[0].message.blocks)
    tick(bot, clock, 300)

    assert hub.writes == [("duplicate", "acme/if-team-1")]


def test_409_during_another_creation_is_retried(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    busy = Conflict("Cannot create repo: another conflicting operation is in progress")
    hub.errors_by_space = {"acme/if-team-1": busy}
    send_lead_command(bot, "provision team-1")
    send_lead_command(bot, "confirm 1")
    tick(bot, clock)
    tick(bot, clock, 1)
    assert "another conflicting operation" in str(slack.cards[0].message.blocks)
    hub.errors_by_space = {}
    tick(bot, clock, 5)

    assert hub.writes == [("duplicate", "acme/if-team-1")]


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
def test_shared_wait_reason_is_on_the_card(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock, error: HubError, part: str
) -> None:
    hub.errors_by_space = {f"acme/if-team-{n}": error for n in range(1, 13)}
    send_lead_command(bot, "provision team-1..12")
    send_lead_command(bot, "confirm 1")
    tick(bot, clock)
    tick(bot, clock, 1)

    text = str(slack.cards[0].message.blocks)
    assert f"12 waiting: {part}" in text


def test_a_409_because_it_exists_repairs_it(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    send_lead_command(bot, "provision team-1")
    hub.put("acme/if-team-1", "SLEEPING")
    hub.unlisted.add("acme/if-team-1")  # the list is behind
    send_lead_command(bot, "confirm 1")
    tick(bot, clock)
    tick(bot, clock)

    added = ["set_variable TEAM_NAME", "set_variable COLOR", "set_secret API_KEY"]
    assert [what for what, _ in hub.writes] == added
    assert "already existed; added" in str(slack.cards[0].message.blocks)
    assert slack.cards[0].text.startswith("Provisioned team-1")


def test_unanswered_copy_is_not_repeated(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.lost_answers = hub.unlisted = {"acme/if-team-1"}
    send_lead_command(bot, "provision team-1")
    send_lead_command(bot, "confirm 1")
    tick(bot, clock)
    tick(bot, clock, 20)
    hub.unlisted = set()
    finish_builds(hub)
    tick(bot, clock)

    assert hub.writes == [("duplicate", "acme/if-team-1")]
    assert slack.cards[0].text.startswith("Provisioned team-1")


class QueueExecutor(InlineExecutor):
    """An executor whose work waits until the test runs it."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], Any]] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.waiting.append(partial(fn, *args, **kwargs))
        return Future()


def test_spaces_are_created_one_after_the_other(
    bot: Bot, hub: FakeHub, clock: FakeClock, triggered: RecordingTrigger
) -> None:
    line = QueueExecutor()
    bot = with_parts(bot, step_calls=KeyedExecutor(line))
    send_lead_command(bot, "provision team-1..3")
    send_lead_command(bot, "confirm 1")
    made = []
    for _ in range(3):
        bot.advance()
        bot.advance()
        (call,) = line.waiting
        line.waiting.clear()
        triggered.jobs.clear()
        call()
        made.append(hub.writes[-1][1])
        assert Job.ADVANCE in triggered.jobs

    assert made == ["acme/if-team-1", "acme/if-team-2", "acme/if-team-3"]


def test_static_template_creates_running_spaces(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.put("acme/if-template", "RUNNING", sdk="static")
    hub.stage_after_creation = "RUNNING"
    send_lead_command(bot, "provision team-1")
    send_lead_command(bot, "confirm 1")
    tick(bot, clock)
    tick(bot, clock)

    assert slack.cards[0].text == "Provisioned team-1 (6 s) · requested by <@ULEAD>"


def test_the_same_again_while_it_runs_joins(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    send_lead_command(bot, "provision team-1..2")
    send_lead_command(bot, "confirm 1")
    tick(bot, clock)
    send_lead_command(bot, "provision team-1")

    assert "Already being provisioned (by <@ULEAD>, 3 s ago)" in last_full_reply(slack)


def test_preview_uses_the_current_fleet(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.put("acme/if-team-1", "RUNNING")
    hub.put("acme/if-team-2", "RUNNING")
    bot.sweep()
    del hub.spaces["acme/if-team-1"]
    hub.put("acme/if-team-3", "RUNNING")

    send_lead_command(bot, "provision team-1..3", trigger_id="T1")

    assert "in acme: team-1.\\n" in last_full_reply(slack)
    assert "Already exist: team-2 and team-3" in last_full_reply(slack)


@pytest.mark.parametrize("text", ["provision", "provision from template"])
def test_form_opens_without_hub_calls(bot: Bot, hub: FakeHub, slack: FakeSlack, text: str) -> None:
    bot.sweep()
    hub.calls.clear()

    send_lead_command(bot, text, trigger_id="T1")

    assert (len(slack.open_forms), hub.calls) == (1, [])


def test_provision_without_names_opens_a_form(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    send_lead_command(bot, "provision", trigger_id="T1")

    (view,) = slack.open_forms.values()
    assert [block["block_id"] for block in view["blocks"]] == ["names", "template"]
    assert "acme/if-template" in str(view)
    assert VALUE not in str(view)


@pytest.mark.parametrize(
    ("names", "part"),
    [
        ("team-1..30, guests", ""),
        ("team--1", "Hugging Face doesn't allow the name"),
        ("team-1..900", "more than 500"),
    ],
)
def test_form_with_bad_names_stays_open_with_errors(bot: Bot, names: str, part: str) -> None:
    ask = Ask("provision", "ULEAD", "C1", form_values={"names": names, "template": "x"})
    wrong = bot.deps.commands["provision"].check(ask)

    assert part in wrong.get("names", "")
    assert bool(wrong) == bool(part)
