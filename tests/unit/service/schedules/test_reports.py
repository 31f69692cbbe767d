"""Reports to the owner, the channel and the admins about runs that could not be made."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import SlackUnavailable
from bot.schedules import ScheduleState
from bot.service import Bot
from tests.conftest import MakeBot
from tests.fakes import FakeClock, FakeHub, FakeSlack
from tests.requests import send_command, tick
from tests.unit.service.schedules.samples import (
    BERLIN,
    NINE,
    kept,
    run_keys,
    run_until,
    texts,
    wakes,
)


def test_an_owner_without_the_role_is_reported_and_the_schedule_is_off(
    class_bot: Bot, make_bot: MakeBot, hub: FakeHub, clock: FakeClock, slack: FakeSlack
) -> None:
    send_command(class_bot, "wake all every day at 9")
    demoted = make_bot(**BERLIN, SPACEBOT_OPERATORS="UOTHER")

    run_until(demoted, clock, NINE)
    run_until(demoted, clock, NINE + timedelta(days=1))

    assert hub.writes == []
    (schedule,) = kept(demoted)
    assert (schedule.state, schedule.off_reason) == (ScheduleState.OFF, "permission")
    assert "is off, because its owner <@UTA> can't run it any more" in texts(slack)[-1]
    assert "You can't wake Spaces: operators only" in texts(slack)[-1]
    assert len(texts(slack, "DULEAD")) == 1  # the admin in the settings


def test_an_owner_who_left_is_reported_and_the_schedule_is_off(
    class_bot: Bot, hub: FakeHub, clock: FakeClock, slack: FakeSlack
) -> None:
    send_command(class_bot, "wake all every day at 9")
    slack.deactivated.add("UTA")

    run_until(class_bot, clock, NINE)

    assert hub.writes == []
    assert kept(class_bot)[0].state is ScheduleState.OFF
    assert "This person has left the workspace." in texts(slack)[-1]


def test_an_unreachable_slack_does_not_switch_a_schedule_off(
    class_bot: Bot, make_bot: MakeBot, hub: FakeHub, clock: FakeClock, slack: FakeSlack
) -> None:
    slack.groups["S1"] = frozenset({"UTA"})
    bot = make_bot(**BERLIN, SPACEBOT_OPERATORS="S1")
    send_command(bot, "wake all every day at 9")
    slack.group_error = SlackUnavailable("Slack does not answer.")

    run_until(bot, clock, NINE)

    assert kept(bot)[0].state is ScheduleState.ON
    assert "didn't run" in texts(slack)[-1]


def test_an_unreachable_hub_is_reported_once_for_each_reason(
    class_bot: Bot, hub: FakeHub, clock: FakeClock, slack: FakeSlack
) -> None:
    send_command(class_bot, "wake all every day at 9")
    hub.go_down()
    for day in range(3):
        run_until(class_bot, clock, NINE + timedelta(days=day))
    assert len(run_keys(class_bot)) == 3
    assert sum("didn't run" in text for text in texts(slack)) == 1

    hub.come_up()
    run_until(class_bot, clock, NINE + timedelta(days=3))
    tick(class_bot, clock)

    assert wakes(hub) == 1
    hub.go_down()
    run_until(class_bot, clock, NINE + timedelta(days=4))
    assert sum("didn't run" in text for text in texts(slack)) == 2


def test_a_vanished_space_is_reported(
    class_bot: Bot, hub: FakeHub, clock: FakeClock, slack: FakeSlack
) -> None:
    hub.set(team_b="SLEEPING")
    send_command(class_bot, "wake team-b every day at 9")
    del hub.spaces["acme/team-b"]

    run_until(class_bot, clock, NINE)

    assert "There's no Space called" in texts(slack)[-1]


@pytest.mark.parametrize(
    ("command", "is_reported"), [("wake all every day at 9", False), ("wake all at 9", True)]
)
def test_a_run_without_effect_is_quiet_if_it_repeats(
    class_bot: Bot,
    hub: FakeHub,
    clock: FakeClock,
    slack: FakeSlack,
    command: str,
    *,
    is_reported: bool,
) -> None:
    send_command(class_bot, command)
    class_bot.deliver()
    before = len(slack.messages)
    hub.set(team_a="RUNNING")

    run_until(class_bot, clock, NINE)

    assert len(slack.messages) - before == is_reported
    assert not is_reported or "team-a is already running" in texts(slack)[-1]


def test_a_condition_without_a_space_is_no_failure(
    class_bot: Bot, hub: FakeHub, clock: FakeClock, slack: FakeSlack
) -> None:
    send_command(class_bot, "wake asleep every day at 9")
    class_bot.deliver()
    hub.set(team_a="RUNNING")

    run_until(class_bot, clock, NINE)

    assert len(slack.messages) == 1
    send_command(class_bot, "schedules")
    assert "No Space is asleep" in str(slack.ephemeral_messages[-1])


def test_a_confirmed_schedule_asks_no_more(
    class_bot: Bot, hub: FakeHub, clock: FakeClock, slack: FakeSlack
) -> None:
    hub.set(team_a="RUNNING", team_b="RUNNING")
    send_command(class_bot, "pause running every day at 22:00")
    send_command(class_bot, "schedule 1 on")

    run_until(class_bot, clock, datetime(2026, 11, 28, 21, tzinfo=UTC))
    tick(class_bot, clock)

    assert {space for _, space in hub.writes} == {"acme/team-a", "acme/team-b"}


def test_paid_hardware_beyond_the_confirmed_is_asked_about(
    class_bot: Bot, hub: FakeHub, clock: FakeClock, slack: FakeSlack
) -> None:
    hub.put("acme/team-a", "SLEEPING", hardware="t4-small")
    send_command(class_bot, "wake all every day at 9")
    send_command(class_bot, "schedule 1 on")
    class_bot.deliver()
    hub.put("acme/team-b", "SLEEPING", hardware="t4-small")

    run_until(class_bot, clock, NINE)
    assert wakes(hub) == 0
    assert "for $0.80 an hour in total" in texts(slack)[-1]
    assert (
        "<@UTA> Schedule 1 (`wake all`, every day at 9) is confirmed for $0.40" in texts(slack)[-1]
    )

    send_command(class_bot, "confirm 1")
    tick(class_bot, clock)
    assert wakes(hub) == 2


def test_paid_hardware_that_nobody_confirmed_is_asked_about_in_the_channel(
    class_bot: Bot, hub: FakeHub, clock: FakeClock, slack: FakeSlack
) -> None:
    send_command(class_bot, "wake all every day at 9")
    class_bot.deliver()
    hub.put("acme/team-a", "SLEEPING", hardware="t4-small")

    run_until(class_bot, clock, NINE)

    assert hub.writes == []
    assert "This starts paid hardware: team-a (t4-small) for $0.40 an hour" in texts(slack)[-1]
    send_command(class_bot, slack.messages[-1].buttons["Wake team-a"])
    tick(class_bot, clock)
    assert wakes(hub) == 1
