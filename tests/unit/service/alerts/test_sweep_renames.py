"""Schedules go on with the new name of a Space, or say which name is unknown now."""

from datetime import timedelta

import pytest

from bot.service import Bot
from tests.conftest import MakeBot
from tests.fakes import FakeClock, FakeHub, FakeSlack
from tests.requests import last_full_reply, send_command, tick
from tests.unit.service.schedules.samples import BERLIN, FRIDAY, NINE, kept, run_until, texts, wakes


@pytest.fixture
def swept_bot(make_bot: MakeBot, hub: FakeHub, clock: FakeClock) -> Bot:
    clock.time = FRIDAY
    hub.set(team_a="SLEEPING", team_b="RUNNING", section="RUNNING")
    bot = make_bot(**BERLIN)
    bot.sweep()
    return bot


def rename(hub: FakeHub, old: str, new: str) -> None:
    """Rename a Space on the Hub, which answers to the old name with the new one."""
    space = hub.spaces.pop(f"acme/{old}")
    hub.renames[f"acme/{old}"] = f"acme/{new}"
    hub.put(f"acme/{new}", space.stage)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("wake team-a every day at 9", "wake alpha"),
        ("wake TEAM-A and team-b every day at 9", "wake alpha team-b"),
        ("wake acme/team-a every day at 9", "wake acme/alpha"),
        ("wake all except team-a every day at 9", "wake all except alpha"),
        ("wake team-* every day at 9", "wake team-*"),
        ("mute team-a for 2h at 9", "mute alpha for 2h"),
        ("keep team-a awake for 3h", "keep alpha awake"),
        ("hours team-a mon 9:45-12:00 wake", "wake alpha"),
    ],
)
def test_a_schedule_goes_on_with_the_new_name(
    swept_bot: Bot, hub: FakeHub, text: str, command: str
) -> None:
    send_command(swept_bot, text)
    rename(hub, "team-a", "alpha")
    swept_bot.sweep()

    assert [schedule.command for schedule in kept(swept_bot)] == [command]


def test_class_hours_that_a_rename_replaces_wake_nothing_any_more(
    swept_bot: Bot, hub: FakeHub
) -> None:
    """The Space of the earlier ones was deleted, and another one has its name now."""
    send_command(swept_bot, "hours team-b mon 9:45-12:00 wake")
    send_command(swept_bot, "hours team-a tue 9:45-12:00 wake")
    del hub.spaces["acme/team-b"]
    swept_bot.sweep()
    rename(hub, "team-a", "team-b")
    swept_bot.sweep()

    assert [(one.id, one.command) for one in kept(swept_bot)] == [(2, "wake team-b")]


def test_a_renamed_space_is_still_kept_awake(
    swept_bot: Bot, hub: FakeHub, clock: FakeClock
) -> None:
    send_command(swept_bot, "keep team-a awake for 3h")
    rename(hub, "team-a", "alpha")
    swept_bot.sweep()
    tick(swept_bot, clock)

    assert hub.writes == [("restart", "acme/alpha")]


def test_the_verb_of_a_schedule_is_no_name(swept_bot: Bot, hub: FakeHub) -> None:
    hub.set(wake="RUNNING")
    swept_bot.sweep()
    send_command(swept_bot, "wake wake every day at 9")
    rename(hub, "wake", "sleepy")
    swept_bot.sweep()

    assert [schedule.command for schedule in kept(swept_bot)] == ["wake sleepy"]


def test_a_renamed_space_is_woken_and_the_card_shows_its_new_name(
    swept_bot: Bot, hub: FakeHub, clock: FakeClock, slack: FakeSlack
) -> None:
    send_command(swept_bot, "wake team-a every day at 9")
    swept_bot.deliver()
    posted = slack.post_count
    rename(hub, "team-a", "alpha")
    swept_bot.sweep()
    tick(swept_bot, clock)
    assert any("*Scheduled: `wake alpha`*" in text for text in texts(slack))
    assert slack.post_count == posted

    run_until(swept_bot, clock, NINE)
    tick(swept_bot, clock)
    assert hub.writes == [("restart", "acme/alpha")]


def test_a_space_renamed_since_the_last_sweep_is_reported_with_a_close_name(
    swept_bot: Bot, hub: FakeHub, clock: FakeClock, slack: FakeSlack
) -> None:
    send_command(swept_bot, "wake section every day at 9")
    swept_bot.deliver()
    rename(hub, "section", "section-1")
    run_until(swept_bot, clock, NINE)

    assert "There's no Space called `section`. Did you mean `section-1`?" in texts(slack)[-1]
    assert "didn't run" in texts(slack)[-1]
    assert slack.messages[-1].buttons == {
        "Wake section-1?": "wake section-1",
        "All schedules": "schedules",
    }

    swept_bot.sweep()
    run_until(swept_bot, clock, NINE + timedelta(days=1))
    tick(swept_bot, clock)
    assert kept(swept_bot)[0].command == "wake section-1"
    assert wakes(hub) == 0  # it runs already
    send_command(swept_bot, "schedules")
    assert "is already running" in last_full_reply(slack)
