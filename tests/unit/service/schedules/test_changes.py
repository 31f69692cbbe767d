"""A command with a time is kept, listed and changed, or rejected with a reason."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.model import Source
from bot.schedules import MAX_PER_OWNER, MAX_TOTAL, ScheduleState
from bot.service import Bot
from bot.store import Store, schedules
from tests.conftest import MakeBot
from tests.fakes import FakeClock, FakeHub, FakeSlack
from tests.requests import (
    buttons,
    last_full_reply,
    last_reply,
    send_command,
    send_lead_command,
    tick,
)
from tests.unit.service.schedules.samples import BERLIN, FRIDAY, kept, run_until, texts


@pytest.fixture
def class_bot(make_bot: MakeBot, hub: FakeHub, clock: FakeClock) -> Bot:
    clock.time = FRIDAY
    hub.set(team_a="SLEEPING", team_b="SLEEPING", team_c="RUNNING")
    return make_bot(**BERLIN)


def test_a_time_keeps_the_command_and_says_what_it_will_do(
    class_bot: Bot, slack: FakeSlack, hub: FakeHub
) -> None:
    send_command(class_bot, "wake all every weekday at 13:50")
    class_bot.deliver()

    (schedule,) = kept(class_bot)
    assert (schedule.command, schedule.owner, schedule.channel) == ("wake all", "UTA", "C1")
    assert schedule.next_at == datetime(2026, 11, 30, 12, 50, tzinfo=UTC)
    (card,) = texts(slack)
    for part in ("`wake all`", "Every weekday at 13:50, first Mon 30 Nov 13:50 Europe/Berlin",
                 "team-a, team-b and team-c now: 2 asleep · 1 running", "Schedule 1 by <@UTA>",
                 "<!date^1796043000^"):  # fmt: skip
        assert part in card
    assert hub.writes == []


@pytest.mark.parametrize(
    ("text", "command", "next_at"),
    [
        ("wake all at 23:50", "wake all", "27T22:50"),
        ("wake all tomorrow at 9", "wake all", "28T08:00"),
        ("wake all in 20 min", "wake all", "27T21:20"),
        ("wake all at 13:50 tomorrow", "wake all", "28T12:50"),
        ("at 9 wake team-a", "wake team-a", "28T08:00"),
        ("tomorrow at 9 please wake all except team-a", "wake all except team-a", "28T08:00"),
        ("every weekday at 13:50 wake all", "wake all", "30T12:50"),
        ("wake at 9 team-a and team-b", "wake team-a team-b", "28T08:00"),
        ("wake asleep every mon,wed at 08:00 until 2027-01-31", "wake asleep", "30T07:00"),
        ("wake all every day at 7 except 28 nov", "wake all", "29T06:00"),
        ("wake all at 9 in America/New_York", "wake all", "28T14:00"),
        ("wake all at 9 america/new_york", "wake all", "28T14:00"),
        ("wake all every weekday at 9 UTC", "wake all", "30T09:00"),
        ("wake acme/team-a at 9 acme/team-b", "wake acme/team-a acme/team-b", "28T08:00"),
        ("wake all every 30min", "wake all", "27T21:30"),
        ("wake all every 2d at 9", "wake all", "29T08:00"),
        ("mute team-a for 2h at 9", "mute team-a for 2h", "28T08:00"),
        ("mute team-a until 15:00 every day at 9", "mute team-a until 15:00", "28T08:00"),
        ("unmute all tomorrow at 9", "unmute all", "28T08:00"),
        ("wake paused at 9", "wake paused", "28T08:00"),
    ],
)
def test_a_time_is_found_wherever_it_stands(
    class_bot: Bot, text: str, command: str, next_at: str
) -> None:
    send_command(class_bot, text)

    (schedule,) = kept(class_bot)
    assert schedule.command == command
    assert f"{schedule.next_at:%dT%H:%M}" == next_at


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("wake all at 25:00", "I can't read `25:00` as a time of day"),
        ("wake all at 2", "Is `2` in the morning or in the afternoon?"),
        ("wake all every 31 feb at 9", "There's no `31 feb`"),
        ("wake all at 9 in Mars/Base", "I don't know the time zone `Mars/Base`"),
        ("wake all every minute", "more often than every 5 minutes"),
        ("wake all every 4min", "more often than every 5 minutes"),
        ("wake all every day at 9:00 and 9:04", "more often than every 5 minutes"),
        ("wake all every 10 seconds", "The shortest time between two runs is 5 minutes"),
        ("wake all every 5 minutes before 9", "has an interval and a time of day"),
        ("wake all every 31 feb", "There's no `31 feb`"),
        ("wake all every day at 7 except 31 feb", "There's no `31 feb`"),
        ("wake all before 25:00", "I can't read `25:00` as a time of day"),
        ("wake all before 2", "Is `2` in the morning or in the afternoon?"),
        ("wake all at 9 and 17", "`9 17` is more than one time"),
        ("wake all at 9 in CET", "I don't know the time zone `CET`"),
        ("wake all today at 9", "It's already past 09:00 today"),
        ("wake all before 14:00", "It's already past 14:00 today. Try `tomorrow before 14:00`"),
        ("restart all tomorrow before 14:00", "Only `wake` can be ready by a time"),
        ("mute all for 2h every day before 9", "Only `wake` can be ready by a time. To mute at"),
        ("wake team-x at 13:50", "There's no Space called `team-x`"),
        ("wake at 13:50", "Which Spaces should I wake?"),
        ("status all at 13:50", "`status` only reads, so it can't be scheduled"),
        ("logs team-a every day at 9", "`logs` only reads"),
        ("status at team-x", "There's no Space called"),
        ("hardware all at 9", "can't see or change hardware"),
        ("upload team-a tomorrow at 9", "`upload` can't be scheduled"),
        ("tomorrow at 9", "What should I do `tomorrow at 9`?"),
        ("wak all at 13:50", "I don't know `wak`"),
        ("schedule wake all every day at 9", "To schedule a command, send it with its time"),
    ],
)
def test_what_cannot_be_kept_is_refused(
    class_bot: Bot, slack: FakeSlack, text: str, reply: str
) -> None:
    send_command(class_bot, text)

    assert reply in last_reply(slack)
    assert kept(class_bot) == []


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("hours team-a mon,wed 09:45", "until when is class?"),
        ("hours team-a mon 25:00-26:00", "I can't read `25:00` as a time of day"),
        ("hours team-a mon 2-4", "Is `2` in the morning or in the afternoon?"),
        ("hours team-a mon 9-10 except 31 feb", "There's no `31 feb`"),
        ("hours team-a mon 9-10 in Mars/Base wake", "I don't know the time zone `Mars/Base`"),
        ("hours team-a mon 9-10 wake early", "I can't read `10 early` as a time of day"),
        ("keep team-a awake until 25:00", "I can't read `25:00` as a time of day"),
        ("keep team-a awake until 2", "Is `2` in the morning or in the afternoon?"),
        ("keep team-a awake until 18:00 in Mars/Base", "I don't know the time zone `Mars/Base`"),
        ("audit tomorrow", "as a time in the past"),
    ],
)
def test_commands_with_times_of_their_own_explain_them(
    class_bot: Bot, slack: FakeSlack, text: str, reply: str
) -> None:
    send_lead_command(class_bot, text)

    assert "can't be scheduled" not in last_reply(slack)
    assert reply in last_reply(slack)


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("hardware all at 9", "That only reads, so it can't be scheduled"),
        ("create team-x tomorrow at 9", "`create` can't be scheduled"),
        ("delete team-a tomorrow at 9", "`delete` can't be scheduled"),
        ("secret set team-a KEY at 13:50", "`secret set` can't be scheduled"),
        ("pause all at 9 in a moment", "as a time"),
    ],
)
def test_forms_and_reads_of_an_admin_take_no_time(
    class_bot: Bot, slack: FakeSlack, text: str, reply: str
) -> None:
    send_lead_command(class_bot, text)

    assert reply in last_reply(slack)
    assert kept(class_bot) == []


def test_a_corrected_command_keeps_its_time(class_bot: Bot, slack: FakeSlack) -> None:
    send_command(class_bot, "wake team-aa at 13:50")
    assert list(buttons(slack).values()) == ["wake team-a at 13:50"]

    send_command(class_bot, "wak all at 13:50")
    assert list(buttons(slack).values()) == ["wake all at 13:50"]

    send_command(class_bot, "schedule wake all every day at 9")
    assert list(buttons(slack).values()) == ["wake all every day at 9"]


def test_a_viewer_cannot_schedule_what_a_viewer_cannot_do(class_bot: Bot, slack: FakeSlack) -> None:
    send_command(class_bot, "wake all at 13:50", "USTUDENT")

    assert "You can't wake Spaces" in last_reply(slack)
    assert kept(class_bot) == []


def test_a_command_in_backticks_is_not_scheduled(class_bot: Bot, slack: FakeSlack) -> None:
    from bot.model import InertReason

    send_command(class_bot, "wake all at 13:50", inert=InertReason.CODE_SPAN)

    assert "backticks" in last_reply(slack)
    assert list(buttons(slack).values()) == ["wake all at 13:50"]
    assert kept(class_bot) == []


def test_a_condition_may_be_true_only_later(class_bot: Bot, hub: FakeHub) -> None:
    hub.set(team_a="RUNNING", team_b="RUNNING")

    send_command(class_bot, "wake asleep every day at 9")

    assert [s.command for s in kept(class_bot)] == ["wake asleep"]


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("pause running every day at 22:00", "team-c"),
        ("pause paid every day at 22:00", "will stay down until someone wakes it"),
        ("restart team-a every day at 4am", "What is running then will be briefly unavailable"),
        ("restart broken every day at 4am", "What is running then will be briefly unavailable"),
    ],
)
def test_what_interrupts_is_confirmed_before_it_is_kept(
    class_bot: Bot, slack: FakeSlack, text: str, warning: str
) -> None:
    send_command(class_bot, text)

    assert warning in last_full_reply(slack)
    assert kept(class_bot) == []
    assert buttons(slack) == {"Schedule it": "schedule 1 on", "Cancel": "unschedule 1"}

    send_command(class_bot, "schedule 1 on", source=Source.BUTTON)
    assert [s.state for s in kept(class_bot)] == [ScheduleState.ON]
    assert last_reply(slack).startswith("Scheduled: ")


def test_a_cancelled_question_keeps_nothing(class_bot: Bot, slack: FakeSlack) -> None:
    send_command(class_bot, "pause running every day at 22:00")
    send_command(class_bot, "unschedule 1")

    assert last_reply(slack) == "Cancelled."
    assert kept(class_bot) == []
    send_command(class_bot, "schedule 1 on")
    assert "There's no schedule 1" in last_reply(slack)


def test_an_old_question_is_not_answered(
    class_bot: Bot, slack: FakeSlack, clock: FakeClock
) -> None:
    send_command(class_bot, "pause running every day at 22:00")
    clock.tick(minutes=11)
    send_command(class_bot, "schedule 1 on")

    assert "over 10 minutes old" in last_reply(slack)
    assert kept(class_bot) == []


def test_paid_hardware_is_confirmed_with_its_monthly_cost(
    class_bot: Bot, slack: FakeSlack, hub: FakeHub
) -> None:
    hub.put("acme/team-a", "SLEEPING", hardware="t4-small")

    send_command(class_bot, "wake team-a every weekday at 9")

    assert "$0.40 an hour: up to $292 a month" in last_full_reply(slack)
    send_command(class_bot, "schedule 1 on")
    assert kept(class_bot)[0].confirmed_dollars == pytest.approx(0.4)


def test_paid_hardware_that_runs_now_is_confirmed_too(
    class_bot: Bot, slack: FakeSlack, hub: FakeHub
) -> None:
    hub.put("acme/team-a", "SLEEPING", hardware="t4-small")
    hub.put("acme/team-c", "RUNNING", hardware="t4-small")

    send_command(class_bot, "wake all every weekday at 9")

    assert "$0.80 an hour: up to $584 a month" in last_full_reply(slack)
    assert "team-a, team-b and team-c now: 2 asleep · 1 running" in last_full_reply(slack)


def test_the_person_who_confirms_owns_the_schedule(class_bot: Bot) -> None:
    send_command(class_bot, "pause running every day at 22:00")
    send_command(class_bot, "schedule 1 on", "USTUDENT")
    assert kept(class_bot) == []

    send_lead_command(class_bot, "schedule 1 on")

    assert [s.owner for s in kept(class_bot)] == ["ULEAD"]


def test_the_list_names_command_next_run_owner_and_result(
    class_bot: Bot, slack: FakeSlack, clock: FakeClock, hub: FakeHub
) -> None:
    send_command(class_bot, "wake team-a every day at 9")
    send_lead_command(class_bot, "wake team-b tomorrow at 10")
    run_until(class_bot, clock, datetime(2026, 11, 28, 8, tzinfo=UTC))
    class_bot.advance()
    hub.set(team_a="RUNNING")
    tick(class_bot, clock)

    send_command(class_bot, "schedules")

    reply = last_full_reply(slack)
    for part in ("2 schedules", "*2* `wake team-b` · once · next Sat 28 Nov 10:00 Europe/Berlin",
                 "*1* `wake team-a` · Every day at 09:00 · next Sun 29 Nov 09:00 Europe/Berlin",
                 "<@UTA> · last run: 1 of 1 ready", "<@ULEAD> · no run yet",
                 "schedule 1 skip once", "unschedule 2"):  # fmt: skip
        assert part in reply
    assert reply.index("*2*") < reply.index("*1*")  # the next one first


def test_an_empty_list_offers_an_example(class_bot: Bot, slack: FakeSlack) -> None:
    send_command(class_bot, "schedules")

    assert "Nothing is scheduled" in last_full_reply(slack)
    assert "wake all every weekday at 13:50" in last_full_reply(slack)


def test_a_schedule_is_switched_off_and_on(
    class_bot: Bot, slack: FakeSlack, clock: FakeClock, hub: FakeHub
) -> None:
    send_command(class_bot, "wake team-a every day at 9")
    send_lead_command(class_bot, "schedule 1 off")
    class_bot.deliver()
    assert "<@ULEAD> switched off schedule 1" in texts(slack)[-1]
    assert "It belongs to <@UTA>" in texts(slack)[-1]

    run_until(class_bot, clock, datetime(2026, 11, 28, 8, tzinfo=UTC))
    assert hub.writes == []

    send_command(class_bot, "schedule 1 on")
    (schedule,) = kept(class_bot)
    assert schedule.next_at == datetime(2026, 11, 29, 8, tzinfo=UTC)
    run_until(class_bot, clock, datetime(2026, 11, 29, 8, tzinfo=UTC))
    class_bot.advance()
    assert hub.writes == [("restart", "acme/team-a")]


def test_one_run_is_skipped(class_bot: Bot, clock: FakeClock, slack: FakeSlack) -> None:
    send_command(class_bot, "wake team-a every day at 9")
    send_command(class_bot, "schedule 1 skip once")

    assert kept(class_bot)[0].next_at == datetime(2026, 11, 29, 8, tzinfo=UTC)
    class_bot.deliver()
    assert "Next run: Sun 29 Nov 09:00 Europe/Berlin" in texts(slack)[-1]


def test_a_removed_schedule_never_runs(
    class_bot: Bot, clock: FakeClock, hub: FakeHub, slack: FakeSlack
) -> None:
    send_command(class_bot, "wake team-a every day at 9")
    class_bot.deliver()
    send_command(class_bot, "unschedule 1")

    run_until(class_bot, clock, datetime(2026, 11, 28, 8, tzinfo=UTC))

    assert kept(class_bot) == []
    assert hub.writes == []
    card, announcement = slack.messages
    assert (card.text.startswith("Removed: wake team-a"), card.buttons) == (True, {})
    assert "<@UTA> removed schedule 1" in str(announcement.message.blocks)


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("unschedule 7", "There's no schedule 7"),
        ("unschedule", "Which schedule?"),
        ("unschedule all", "Which schedule?"),
        ("schedule 1", "Which schedule, and what?"),
        ("schedule 1 never", "Which schedule, and what?"),
        ("schedule 1 on", "Schedule 1 is already on"),
        ("schedule 2 skip once", "Schedule 2 runs only once"),
    ],
)
def test_impossible_changes_are_refused(
    class_bot: Bot, slack: FakeSlack, text: str, reply: str
) -> None:
    send_command(class_bot, "wake all every day at 9")
    send_command(class_bot, "wake all at 23:00")

    send_command(class_bot, text)

    assert reply in last_reply(slack)


def test_only_who_may_run_the_command_changes_its_schedule(
    class_bot: Bot, slack: FakeSlack
) -> None:
    send_lead_command(class_bot, "sleep all 1h every day at 9")

    send_command(class_bot, "schedule 1 off")

    assert "admins only" in last_reply(slack)
    assert kept(class_bot)[0].state is ScheduleState.ON


def test_a_person_has_a_bounded_number_of_schedules(class_bot: Bot, slack: FakeSlack) -> None:
    for _ in range(MAX_PER_OWNER + 1):
        send_command(class_bot, "wake all every day at 9")

    assert f"You have {MAX_PER_OWNER} schedules, which is the limit" in last_reply(slack)
    assert len(kept(class_bot)) == MAX_PER_OWNER

    send_command(class_bot, "unschedule 1")
    send_command(class_bot, "wake all every day at 9")
    assert len(kept(class_bot)) == MAX_PER_OWNER


def test_ten_thousand_schedules_are_refused(class_bot: Bot, slack: FakeSlack, store: Store) -> None:
    send_command(class_bot, "wake all every day at 9")
    (schedule,) = kept(class_bot)
    with store.transaction() as tx:
        for n in range(MAX_TOTAL - 1):
            schedules.add(tx, replace(schedule, owner=f"U{n}"))

    send_command(class_bot, "wake all every day at 9")

    assert f"There are {MAX_TOTAL} schedules, which is the limit" in last_reply(slack)
    send_command(class_bot, "schedules")
    assert f"{MAX_TOTAL} schedules" in last_full_reply(slack)


def test_a_schedule_that_is_over_is_not_switched_on(
    class_bot: Bot, slack: FakeSlack, clock: FakeClock
) -> None:
    send_command(class_bot, "wake all at 23:00")
    send_command(class_bot, "schedule 1 off")
    clock.time = FRIDAY + timedelta(days=1)

    send_command(class_bot, "schedule 1 on")

    assert "Its time is over" in last_reply(slack)
