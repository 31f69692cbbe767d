"""Class hours that wake their Spaces: each lesson once, listed and ended like a schedule."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.class_hours import ClassHours
from bot.service import Bot
from bot.store import class_hours
from tests.conftest import MakeBot
from tests.fakes import FakeClock, FakeHub, FakeSlack
from tests.requests import (
    buttons,
    filled_form,
    last_full_reply,
    last_reply,
    open_form,
    send_command,
    share,
    tick,
)
from tests.unit.service.schedules.samples import BERLIN, FRIDAY, kept, run_keys, texts, wakes

#: Monday, 09:45 in Berlin.
MONDAY = datetime(2026, 11, 30, 8, 45, tzinfo=UTC)
LEAD = timedelta(minutes=46)
HOURS = "hours team-* mon,wed 09:45-12:00 wake"
CALENDAR = Path(__file__).parents[2] / "class_hours/calendars/google.ics"


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


@pytest.fixture
def paid_bot(class_bot: Bot, hub: FakeHub) -> Bot:
    hub.put("acme/team-p", "RUNNING", hardware="t4-small")
    class_bot.sweep()
    return class_bot


def test_paid_hardware_is_confirmed_once_with_its_monthly_cost(
    paid_bot: Bot, hub: FakeHub, clock: FakeClock, slack: FakeSlack
) -> None:
    send_command(paid_bot, HOURS)
    assert "$0.40 an hour: up to $292 a month" in last_full_reply(slack)
    assert "Before each lesson, next Mon 30 Nov 09:45" in last_full_reply(slack)
    assert (kept(paid_bot), stored(paid_bot).wakes) == ([], True)

    send_command(paid_bot, buttons(slack)["Schedule it"])
    hub.put("acme/team-p", "SLEEPING", hardware="t4-small")
    for minutes in (46, 21, 19):
        run_at(paid_bot, clock, MONDAY - timedelta(minutes=minutes))

    assert ("restart", "acme/team-p") in hub.writes
    assert kept(paid_bot)[0].confirmed_dollars == pytest.approx(0.4)


def test_a_calendar_that_wakes_paid_hardware_is_asked_about(
    paid_bot: Bot, clock: FakeClock, slack: FakeSlack
) -> None:
    clock.time = datetime(2026, 9, 1, tzinfo=UTC)
    files = share(slack, term_ics=CALENDAR.read_bytes())
    form = filled_form(slack, open_form(paid_bot, slack, "hours team-*"), wake="yes")
    paid_bot.ask(replace(form, files=files))

    assert "up to $292 a month" in last_full_reply(slack)
    send_command(paid_bot, buttons(slack)["Schedule it"])
    assert stored(paid_bot).file_name == "term.ics"
    assert kept(paid_bot)[0].confirmed_dollars == pytest.approx(0.4)


def test_without_an_answer_lessons_wake_nothing(
    paid_bot: Bot, hub: FakeHub, clock: FakeClock, slack: FakeSlack
) -> None:
    send_command(paid_bot, HOURS)
    paid_bot.deliver()
    assert "aren't woken for class until someone confirms the cost" in texts(slack)[-1]
    for minutes in (46, 21, 19):
        run_at(paid_bot, clock, MONDAY - timedelta(minutes=minutes))

    assert wakes(hub) == 0
    send_command(paid_bot, "hours")
    assert "aren't woken for class, because the cost isn't confirmed" in last_full_reply(slack)


def test_a_no_keeps_the_class_hours_and_wakes_nothing(paid_bot: Bot, slack: FakeSlack) -> None:
    send_command(paid_bot, HOURS)
    send_command(paid_bot, buttons(slack)["Cancel"])

    assert last_reply(slack) == "Cancelled. The class hours stay, but they don't wake anything."
    assert (stored(paid_bot).wakes, kept(paid_bot)) == (False, [])


def test_a_cost_above_the_confirmed_one_is_asked_about_in_the_channel(
    paid_bot: Bot, hub: FakeHub, clock: FakeClock, slack: FakeSlack
) -> None:
    send_command(paid_bot, HOURS)
    send_command(paid_bot, buttons(slack)["Schedule it"])
    paid_bot.deliver()
    hub.put("acme/team-q", "SLEEPING", hardware="t4-small")
    run_at(paid_bot, clock, MONDAY - LEAD)
    run_at(paid_bot, clock, MONDAY - timedelta(minutes=19))

    assert wakes(hub) == 0
    question = texts(slack)[-1]
    assert "for $0.80 an hour in total" in question
    assert (
        "<@UTA> Schedule 1 (`wake team-*`, before each lesson) is confirmed for $0.40" in question
    )
    assert "set the class hours again" in question


def test_other_times_at_the_confirmed_cost_are_not_asked_about_again(
    paid_bot: Bot, clock: FakeClock, slack: FakeSlack, hub: FakeHub
) -> None:
    send_command(paid_bot, HOURS)
    send_command(paid_bot, buttons(slack)["Schedule it"])
    later = "hours team-* mon,wed 10:00-12:00 wake"
    send_command(paid_bot, later)
    assert [s.confirmed_dollars for s in kept(paid_bot)] == [pytest.approx(0.4)]

    send_command(paid_bot, later, "ULEAD")
    assert kept(paid_bot) == []
    hub.put("acme/team-q", "RUNNING", hardware="t4-small")
    send_command(paid_bot, buttons(slack)["Schedule it"], "ULEAD")
    clock.tick(minutes=1)
    send_command(paid_bot, later, "ULEAD")
    assert "up to $584 a month" in last_full_reply(slack)


def test_a_broken_calendar_leaves_the_old_hours_and_names_its_line(
    class_bot: Bot, slack: FakeSlack
) -> None:
    send_command(class_bot, HOURS)
    before = stored(class_bot), kept(class_bot)
    files = share(slack, term_ics=b"BEGIN:VCALENDAR\nnot a line\nEND:VCALENDAR")
    form = filled_form(slack, open_form(class_bot, slack, "hours team-*"), wake="yes")
    class_bot.ask(replace(form, files=files))

    assert "I can't read line 2 of the calendar: `not a line`" in last_reply(slack)
    assert (stored(class_bot), kept(class_bot)) == before


@pytest.mark.parametrize(
    ("command", "zone", "begin", "expected"),
    [
        # The nights in which 02:30 doesn't exist, and in which 01:30 or 02:30 comes twice.
        ("hours team-* sun 02:30-04:00 wake", "Europe/Berlin", "2027-03-27T22:00Z", "03-28T01:30"),
        ("hours team-* sun 02:30-04:00 wake", "Europe/Berlin", "2027-10-30T22:00Z", "10-31T00:30"),
        ("hours team-* sun 02:30-04:00 wake", "America/New_York", "2027-03-14T04:00Z",
         "03-14T07:30"),
        ("hours team-* sun 01:30-04:00 wake", "America/New_York", "2027-11-07T03:00Z",
         "11-07T05:30"),
        ("wake all every sunday before 02:30", "Europe/Berlin", "2027-03-27T22:00Z",
         "03-28T01:30"),
        ("wake all every sunday before 02:30", "Europe/Berlin", "2027-10-30T22:00Z",
         "10-31T00:30"),
        ("hours team-* fri 00:10-02:00 wake", "Europe/Berlin", "2026-12-31T20:00Z", "12-31T23:10"),
        ("hours team-* tue 09:00-10:00 wake", "UTC", "2028-02-29T06:00Z", "02-29T09:00"),
    ],
)  # fmt: skip
def test_each_deadline_is_met_once_on_special_days(
    make_bot: MakeBot,
    clock: FakeClock,
    hub: FakeHub,
    slack: FakeSlack,
    command: str,
    zone: str,
    begin: str,
    expected: str,
) -> None:
    clock.time = start = datetime.fromisoformat(begin)
    hub.set(team_a="SLEEPING")
    bot = make_bot(SPACEBOT_TIMEZONE=zone)
    bot.sweep()
    send_command(bot, command)
    for minutes in range(0, 8 * 60, 10):
        run_at(bot, clock, start + timedelta(minutes=minutes))

    ready_by = [
        datetime.fromtimestamp(int(k.rpartition(":")[2]), UTC) + LEAD for k in run_keys(bot)
    ]
    assert [f"{time:%m-%dT%H:%M}" for time in ready_by] == [expected]
    local = ready_by[0].astimezone(ZoneInfo(zone))
    assert sum(f"ready at {local:%H:%M}" in text for text in texts(slack)) == 1


def test_class_hours_beyond_fifty_are_refused_and_change_nothing(
    class_bot: Bot, slack: FakeSlack, clock: FakeClock
) -> None:
    send_command(class_bot, HOURS)
    before = stored(class_bot)
    with class_bot.deps.store.transaction() as tx:
        for n in range(49):
            class_hours.save(tx, replace(before, targets=(f"x{n}",), schedule=None), clock())
    send_command(class_bot, "hours guest mon 09:45-12:00 wake")

    assert "There are 50 class hours already, so nothing was changed" in last_reply(slack)
    with class_bot.deps.store.transaction() as tx:
        assert class_hours.count(tx) == 50
    assert [schedule.id for schedule in kept(class_bot)] == [before.schedule]
