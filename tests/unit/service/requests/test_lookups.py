"""Lookups: the facts that queries return, and the logs and details shown."""

from collections.abc import Mapping
from typing import Any

import pytest

from bot import loans, operations, queries
from bot.alerts import actions
from bot.errors import HubError, HubForbidden, HubUnavailable
from bot.queries import PricesQuery, Query, SecretsQuery, SpaceDetailsQuery, VariablesQuery
from bot.schedules import actions as schedules
from bot.service import Bot
from bot.service.requests import lookups
from bot.store import spaces
from tests.calls import record_calls
from tests.fakes import FakeClock, FakeHub, FakeSlack
from tests.faults import fail, with_hub_fault
from tests.requests import last_message, send_command
from tests.unit.service.samples import last_reply_text

_MODULES = (queries, actions, schedules, loans, operations)


def test_every_query_has_a_handler() -> None:
    known = [value for module in _MODULES for value in vars(module).values()]
    found = {k for k in known if isinstance(k, type) and issubclass(k, Query)} - {Query}

    assert found == lookups._HANDLERS.keys()


def test_error_of_one_space_does_not_affect_others(bot: Bot, hub: FakeHub) -> None:
    hub.set(team_a="RUNNING", team_b="RUNNING")
    hub.secret_values = {"acme/team-a": {"KEY": "1", "API": "2"}}
    hub.variable_values = {"acme/team-a": {"TEAM": "a"}}
    hub.errors_by_space = {"acme/team-b": HubForbidden("My token may not do this.")}
    both = ("acme/team-a", "acme/team-b")

    secrets: Mapping[str, Any] = lookups.run_query(bot.deps, SecretsQuery(both))
    variables: Mapping[str, Any] = lookups.run_query(bot.deps, VariablesQuery(both))

    assert (secrets["acme/team-a"], variables["acme/team-a"]) == (("API", "KEY"), {"TEAM": "a"})
    assert isinstance(secrets["acme/team-b"], HubError)
    assert isinstance(variables["acme/team-b"], HubError)


def test_hardware_prices(bot: Bot) -> None:
    assert [flavor.name for flavor in lookups.run_query(bot.deps, PricesQuery())] == [
        "cpu-basic",
        "t4-small",
    ]


@pytest.mark.parametrize("text", ["status team-a", "info team-a", "url team-a"])
def test_a_read_of_one_space_reads_no_other_from_the_database(
    bot: Bot, hub: FakeHub, slack: FakeSlack, text: str
) -> None:
    hub.set(team_a="RUNNING", team_b="RUNNING")
    bot.sweep()
    with record_calls(spaces.tracked_spaces) as calls:
        send_command(bot, text)
    assert "team-a" in last_reply_text(slack)
    assert calls == []


def test_stage_age_comes_from_the_sweeps(bot: Bot, hub: FakeHub, clock: FakeClock) -> None:
    hub.set(team_a="RUNNING")
    bot.sweep()
    began = clock()
    clock.tick(hours=2)
    bot.sweep()

    assert lookups.run_query(bot.deps, SpaceDetailsQuery("acme/team-a")).stage_since == began
    hub.set(team_a="PAUSED")
    assert lookups.run_query(bot.deps, SpaceDetailsQuery("acme/team-a")).stage_since is None, (
        "no sweep has seen that"
    )


# (the hardware, whether the Hub has prices, the shown price)
lose_prices = fail(lambda: HubUnavailable("Hugging Face isn't responding."))


@pytest.mark.parametrize(
    ("hardware", "says", "price"),
    [("t4-small", True, 0.4), ("t4-small", False, None), ("cpu-basic", True, None)],
)
def test_price_is_shown_where_known(
    bot: Bot, hub: FakeHub, hardware: str, says: bool, price: float | None
) -> None:
    hub.put("acme/team-a", "RUNNING", hardware=hardware)
    if not says:
        bot = with_hub_fault(bot, "before flavors", lose_prices)

    assert lookups.run_query(bot.deps, SpaceDetailsQuery("acme/team-a")).dollars_per_hour == price


@pytest.mark.parametrize("text", ["status team-a", "info team-a", "team-a"])
def test_space_details_offer_the_persons_actions(
    bot: Bot, hub: FakeHub, slack: FakeSlack, text: str
) -> None:
    hub.put("acme/team-a", "RUNTIME_ERROR", error="exit code 1, TOKEN=hf_abcdefgh123")
    bot.sweep()

    send_command(bot, text)
    as_operator = last_reply_text(slack)
    send_command(bot, text, user="USTUDENT")

    assert "exit code 1" in as_operator
    assert "'restart team-a'" in as_operator
    assert "hf_abcdefgh123" not in as_operator
    assert "'restart team-a'" not in last_reply_text(slack)
    assert "'url team-a'" in last_reply_text(slack)


def test_hub_outage_shows_the_cached_space(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING")
    bot.sweep()
    hub.go_down()

    send_command(bot, "info team-a")

    assert "Last known status" in last_reply_text(slack)


@pytest.mark.parametrize(
    ("text", "said"),
    [("info", "Which Space?"), ("info all", "That names 2 Spaces")],
)
def test_info_is_about_one_space(
    bot: Bot, hub: FakeHub, slack: FakeSlack, text: str, said: str
) -> None:
    hub.set(team_a="RUNNING", team_b="RUNNING")

    send_command(bot, text)

    assert said in last_message(slack).text


def test_replies_use_the_typed_slash_command(bot: Bot, slack: FakeSlack) -> None:
    send_command(bot, "why", slash="/ops")

    assert "`/ops why team-a`" in str(slack.ephemeral_messages[-1][1].text)
