"""Class hours that wake their Spaces: each lesson once, listed and ended like a schedule."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.class_hours import ClassHours
from bot.service import Bot
from bot.store import class_hours
from tests.conftest import MakeBot
from tests.fakes import FakeClock, FakeHub, FakeSlack
from tests.requests import last_full_reply, send_command, tick
from tests.unit.service.schedules.samples import BERLIN, FRIDAY, kept, run_keys, texts, wakes

#: Monday, 09:45 in Berlin.
MONDAY = datetime(2026, 11, 30, 8, 45, tzinfo=UTC)
LEAD = timedelta(minutes=46)
HOURS = "hours team-* mon,wed 09:45-12:00 wake"


@pytest.fixture
def class_bot(make_bot: MakeBot, hub: FakeHub, clock: FakeClock) -> Bot:
    clock.time = FRIDAY
    hub.set(team_a="SLEEPING", guest="SLEEPING")
    bot = make_bot(**BERLIN)
    bot.sweep()
    return bot


def run_at(bot: Bot, clock: FakeClock, moment: datetime) -> None:
    clock.time = moment
    bot.run_schedules()
    tick(bot, clock)


def stored(bot: Bot) -> ClassHours:
    with bot.deps.store.transaction() as tx:
        (hours,) = class_hours.list_all(tx)
    return hours


def test_each_lesson_wakes_the_spaces_once(
    class_bot: Bot, hub: FakeHub, clock: FakeClock, slack: FakeSlack
) -> None:
    send_command(class_bot, HOURS)
    wednesday = MONDAY + timedelta(days=2)
    for lesson in (MONDAY, wednesday):
        for minutes in (47, 46, 45, 19, 15):
            run_at(class_bot, clock, lesson - timedelta(minutes=minutes))

    assert run_keys(class_bot) == [
        f"schedule:1:{(lesson - LEAD).timestamp():.0f}" for lesson in (MONDAY, wednesday)
    ]
    assert set(hub.writes) == {("restart", "acme/team-a")}
    assert any("ready for 09:45" in text for text in texts(slack))


def test_it_is_listed_and_ended_like_a_schedule(
    class_bot: Bot, slack: FakeSlack, clock: FakeClock, hub: FakeHub
) -> None:
    send_command(class_bot, HOURS)
    send_command(class_bot, "schedules")
    assert "Before each lesson · next Mon 30 Nov 09:45 Europe/Berlin" in last_full_reply(slack)

    send_command(class_bot, "schedule 1 skip once")
    assert kept(class_bot)[0].next_time == MONDAY + timedelta(days=2)
    send_command(class_bot, "unschedule 1")

    run_at(class_bot, clock, MONDAY + timedelta(days=2) - LEAD)
    assert (kept(class_bot), wakes(hub)) == ([], 0)
    assert (stored(class_bot).wakes, stored(class_bot).schedule) == (False, None)


@pytest.mark.parametrize("command", ["hours team-* off", "hours team-* tue 10:00-11:00"])
def test_other_class_hours_end_the_schedule(class_bot: Bot, command: str) -> None:
    send_command(class_bot, HOURS)
    send_command(class_bot, command)

    assert kept(class_bot) == []


def test_an_owner_without_the_permission_is_reported(
    class_bot: Bot, make_bot: MakeBot, clock: FakeClock, hub: FakeHub, slack: FakeSlack
) -> None:
    send_command(class_bot, HOURS)
    later = make_bot(**BERLIN, SPACEBOT_OPERATORS="ULEAD")
    run_at(later, clock, MONDAY - LEAD)

    assert wakes(hub) == 0
    assert kept(later)[0].off_detail
    assert "can set the class hours again with `wake`" in str(texts(slack))


def test_hours_without_a_lesson_to_come_wake_nothing(class_bot: Bot) -> None:
    send_command(class_bot, "hours team-* mon 09:45-12:00 until 2026-11-28 wake")

    assert kept(class_bot) == []
    assert stored(class_bot).schedule is None
