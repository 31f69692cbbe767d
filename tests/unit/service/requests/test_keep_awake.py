"""`keep … awake` as people live it: quiet wakes, one card with their number, and its end."""

from dataclasses import replace

import pytest

from bot.errors import SlackUnavailable
from bot.schedules import ScheduleState
from bot.service import Bot
from bot.store import schedules
from tests.conftest import MakeBot
from tests.fakes import FakeClock, FakeHub, FakeSlack
from tests.requests import buttons, last_full_reply, send_command, tick
from tests.unit.service.schedules.samples import BERLIN, FRIDAY, kept, texts, wakes

KEEP = "keep team-a awake for 3h"


@pytest.fixture
def class_bot(make_bot: MakeBot, hub: FakeHub, clock: FakeClock) -> Bot:
    clock.time = FRIDAY
    hub.set(team_a="RUNNING", team_b="RUNNING")
    bot = make_bot(**BERLIN)
    bot.sweep()
    return bot


def pass_time(bot: Bot, clock: FakeClock, **delta: float) -> None:
    """Let so much time pass, with one run of all jobs at its end."""
    clock.tick(**delta)
    bot.sweep()
    bot.run_schedules()
    tick(bot, clock)
    tick(bot, clock)


def fall_asleep_and_wake(bot: Bot, hub: FakeHub, clock: FakeClock) -> None:
    hub.set(team_a="SLEEPING")
    pass_time(bot, clock, minutes=5)
    hub.set(team_a="RUNNING")
    pass_time(bot, clock, minutes=1)


def test_what_falls_asleep_is_woken_quietly_and_counted_on_one_card(
    class_bot: Bot, hub: FakeHub, clock: FakeClock, slack: FakeSlack
) -> None:
    send_command(class_bot, KEEP)
    class_bot.deliver()
    posted = slack.post_count
    for _ in range(2):
        fall_asleep_and_wake(class_bot, hub, clock)

    assert hub.writes == [("restart", "acme/team-a")] * 2
    assert slack.post_count == posted
    assert "Until Sat 28 Nov 01:00 Europe/Berlin" in texts(slack)[-1]
    assert "Woken 2 times so far" in texts(slack)[-1]


def test_the_words_of_the_command_do_not_select_the_spaces(
    class_bot: Bot, hub: FakeHub, clock: FakeClock
) -> None:
    send_command(class_bot, KEEP)
    (schedule,) = kept(class_bot)
    with class_bot.deps.store.transaction() as tx:
        schedules.save(tx, replace(schedule, command="keep awake team-a"))
    fall_asleep_and_wake(class_bot, hub, clock)

    assert hub.writes == [("restart", "acme/team-a")]


def test_others_and_what_is_paused_stay_as_they_are(
    class_bot: Bot, hub: FakeHub, clock: FakeClock
) -> None:
    send_command(class_bot, KEEP)
    hub.set(team_a="PAUSED", team_b="SLEEPING")
    pass_time(class_bot, clock, minutes=5)

    assert hub.writes == []


@pytest.mark.parametrize("end", ["unschedule 1", ""])
def test_it_is_listed_and_ends_by_itself_or_like_a_schedule(
    class_bot: Bot, hub: FakeHub, clock: FakeClock, slack: FakeSlack, end: str
) -> None:
    send_command(class_bot, KEEP)
    send_command(class_bot, "schedules")
    assert "`keep team-a awake` · Until Sat 28 Nov 01:00" in last_full_reply(slack)
    if end:
        send_command(class_bot, end)
    else:
        pass_time(class_bot, clock, hours=3)

    hub.set(team_a="SLEEPING")
    pass_time(class_bot, clock, minutes=1)
    assert (kept(class_bot), wakes(hub)) == ([], 0)
    assert any("asleep" in text for text in texts(slack, "C0OPS") + texts(slack))


def test_a_space_that_does_not_stay_awake_alerts(
    class_bot: Bot, hub: FakeHub, clock: FakeClock, slack: FakeSlack
) -> None:
    send_command(class_bot, KEEP)
    for _ in range(4):
        fall_asleep_and_wake(class_bot, hub, clock)
    before = len(slack.messages)
    hub.set(team_a="SLEEPING")
    pass_time(class_bot, clock, minutes=5)

    assert wakes(hub) == 4
    assert len(slack.messages) == before + 1


def test_a_restart_of_the_bot_wakes_nothing_twice(
    class_bot: Bot, make_bot: MakeBot, hub: FakeHub, clock: FakeClock
) -> None:
    send_command(class_bot, KEEP)
    hub.set(team_a="SLEEPING")
    clock.tick(minutes=1)
    class_bot.sweep()
    next_bot = make_bot(**BERLIN)
    next_bot.sweep()
    tick(next_bot, clock)
    pass_time(next_bot, clock, seconds=10)

    assert wakes(hub) == 1


def test_paid_hardware_is_asked_about(class_bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.put("acme/team-p", "RUNNING", hardware="t4-small")
    send_command(class_bot, "keep team-p awake for 3h")

    assert "$0.40 an hour: up to $1.20 until then" in last_full_reply(slack)
    assert buttons(slack)["Schedule it"] == "schedule 1 on"


def test_paid_hardware_that_was_not_confirmed_is_not_woken_and_alerts(
    class_bot: Bot, hub: FakeHub, clock: FakeClock, slack: FakeSlack
) -> None:
    send_command(class_bot, "keep team-* awake for 3h")
    hub.put("acme/team-b", "SLEEPING", hardware="t4-small")
    pass_time(class_bot, clock, minutes=5)

    assert hub.writes == []
    assert any("team-b" in text and "asleep" in text for text in texts(slack, "C0OPS"))


def test_an_owner_without_the_permission_wakes_nothing(
    class_bot: Bot, make_bot: MakeBot, hub: FakeHub, clock: FakeClock
) -> None:
    send_command(class_bot, KEEP)
    hub.set(team_a="SLEEPING")
    later = make_bot(**BERLIN, SPACEBOT_OPERATORS="ULEAD")
    pass_time(later, clock, minutes=5)

    assert wakes(hub) == 0
    assert kept(later)[0].off_detail


def test_the_wakes_are_in_the_audit(
    class_bot: Bot, hub: FakeHub, clock: FakeClock, slack: FakeSlack
) -> None:
    send_command(class_bot, KEEP)
    fall_asleep_and_wake(class_bot, hub, clock)
    send_command(class_bot, "audit 24h", "ULEAD")

    assert "wake team-a" in str(slack.ephemeral_messages[-1])


def test_slack_is_asked_about_the_owner_only_before_a_wake(
    class_bot: Bot, hub: FakeHub, clock: FakeClock, slack: FakeSlack
) -> None:
    send_command(class_bot, KEEP)
    class_bot.deliver()
    before = slack.call_count
    pass_time(class_bot, clock, minutes=5)
    assert slack.call_count == before

    fall_asleep_and_wake(class_bot, hub, clock)
    assert wakes(hub) == 1


def test_an_owner_whom_slack_cannot_look_up_waits_for_the_next_sweep(
    class_bot: Bot, make_bot: MakeBot, hub: FakeHub, clock: FakeClock, slack: FakeSlack
) -> None:
    bot = make_bot(**BERLIN, SPACEBOT_OPERATORS="S0TEAM")
    slack.groups["S0TEAM"] = frozenset({"UTA"})
    send_command(bot, KEEP)
    hub.set(team_a="SLEEPING")
    slack.person_error = SlackUnavailable("Slack doesn't answer.")
    pass_time(bot, clock, minutes=5)
    assert (wakes(hub), kept(bot)[0].state) == (0, ScheduleState.ON)

    slack.person_error = None
    pass_time(bot, clock, minutes=1)
    assert wakes(hub) == 1
