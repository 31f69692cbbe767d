"""Each run is made exactly once, or reported: late, after crashes, by two replicas."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from bot import metrics
from bot.errors import LeaseLost
from bot.service import Bot
from bot.service.schedules import runs
from bot.store import Store, schedules
from bot.store.schema import lease as lease_table
from bot.store.schema import schedule as schedule_table
from tests.conftest import MakeBot, assemble_bot
from tests.fakes import FakeClock, FakeHub, FakeSlack
from tests.requests import send_command, tick
from tests.unit.service.schedules.samples import (
    BERLIN,
    FRIDAY,
    NINE,
    kept,
    run_keys,
    run_until,
    texts,
    wakes,
)


def test_a_run_acts_as_its_owner_where_it_was_asked_for(
    class_bot: Bot, hub: FakeHub, clock: FakeClock, slack: FakeSlack
) -> None:
    send_command(class_bot, "wake all every day at 9", thread="17.0")
    run_until(class_bot, clock, NINE - timedelta(seconds=1))
    assert run_keys(class_bot) == []

    run_until(class_bot, clock, NINE)
    tick(class_bot, clock)

    assert hub.writes == [("restart", "acme/team-a")]
    card = slack.messages[-1]
    assert (card.channel, card.thread) == ("C1", "17.0")
    assert "Scheduled by <@UTA> · schedule 1 (every day at 9) · operation 1" in texts(slack)[-1]


def test_a_run_once_is_over_and_names_no_time(
    class_bot: Bot, hub: FakeHub, clock: FakeClock, slack: FakeSlack
) -> None:
    send_command(class_bot, "wake all at 9")
    for late in range(3):
        run_until(class_bot, clock, NINE + timedelta(seconds=late))
    tick(class_bot, clock)

    assert wakes(hub) == 1
    assert kept(class_bot) == []
    assert "schedule 1 · operation 1" in texts(slack)[-1]


def test_new_spaces_are_part_of_all_at_the_time_of_the_run(
    class_bot: Bot, hub: FakeHub, clock: FakeClock
) -> None:
    send_command(class_bot, "wake all every day at 9")
    hub.set(team_new="SLEEPING")

    run_until(class_bot, clock, NINE)
    tick(class_bot, clock)

    assert ("restart", "acme/team-new") in hub.writes


@pytest.mark.parametrize(
    ("command", "zone", "night", "expected"),
    [
        # The night in which 02:30 doesn't exist, and the one in which it comes twice.
        ("wake all every day at 2:30", "Europe/Berlin", "2027-03-27T12:00Z",
         ["03-28T01:30", "03-29T00:30"]),
        ("wake all every day at 2:30", "Europe/Berlin", "2027-10-30T12:00Z",
         ["10-31T00:30", "11-01T01:30"]),
        ("wake all every day at 2:30", "America/New_York", "2027-03-13T12:00Z",
         ["03-14T07:30", "03-15T06:30"]),
        ("wake all every day at 1:30", "America/New_York", "2027-11-06T12:00Z",
         ["11-07T05:30", "11-08T06:30"]),
        ("wake all every 29 feb at 9", "UTC", "2028-02-28T12:00Z", ["02-29T09:00"]),
        ("wake all every month on the last day at 9", "UTC", "2028-02-28T12:00Z",
         ["02-29T09:00"]),
        ("wake all every day at 23:59", "Europe/Berlin", "2026-12-31T12:00Z",
         ["12-31T22:59", "01-01T22:59"]),
        ("wake all at 2:30", "Europe/Berlin", "2027-03-27T23:00Z", ["03-28T01:30"]),
        ("wake all at 2:30", "Europe/Berlin", "2027-10-30T22:00Z", ["10-31T00:30"]),
    ],
)  # fmt: skip
def test_each_run_is_made_once_on_special_days(
    make_bot: MakeBot,
    clock: FakeClock,
    hub: FakeHub,
    command: str,
    zone: str,
    night: str,
    expected: Sequence[str],
) -> None:
    hub.set(team_a="RUNNING")
    start = clock.time = datetime.fromisoformat(night)
    bot = make_bot(SPACEBOT_TIMEZONE=zone)
    send_command(bot, command)

    for minutes in range(0, 48 * 60, 10):
        clock.time = start + timedelta(minutes=minutes)
        bot.run_schedules()

    made = [datetime.fromtimestamp(int(key.rpartition(":")[2]), UTC) for key in run_keys(bot)]
    assert [f"{run:%m-%dT%H:%M}" for run in made] == expected


@pytest.mark.parametrize("minutes", [1, 15])
def test_a_run_missed_for_a_short_time_is_made_up_for(
    class_bot: Bot, hub: FakeHub, clock: FakeClock, slack: FakeSlack, minutes: int
) -> None:
    send_command(class_bot, "wake all every day at 9")

    run_until(class_bot, clock, NINE + timedelta(minutes=minutes))
    tick(class_bot, clock)

    assert wakes(hub) == 1
    assert texts(slack, "DUTA") == []


@pytest.mark.parametrize(
    ("command", "later"),
    [("wake all every day at 9", "Next run: Sun 29 Nov 09:00"), ("wake all at 9", "missed a run")],
)
def test_a_run_missed_for_longer_is_reported_once(
    class_bot: Bot, hub: FakeHub, clock: FakeClock, slack: FakeSlack, command: str, later: str
) -> None:
    send_command(class_bot, command)

    for minutes in (16, 17, 60):
        run_until(class_bot, clock, NINE + timedelta(minutes=minutes))
    tick(class_bot, clock)

    assert hub.writes == []
    (report,) = texts(slack, "DUTA")
    assert "Schedule 1 (`wake all`" in report
    assert "missed a run, because I was down" in report
    assert later in report
    assert slack.messages[-1].buttons["Run it now"] == "wake all"


def test_many_missed_runs_are_one_report_and_one_run(
    class_bot: Bot, hub: FakeHub, clock: FakeClock, slack: FakeSlack
) -> None:
    send_command(class_bot, "wake all every 30 minutes")

    run_until(class_bot, clock, FRIDAY + timedelta(hours=10, minutes=5))
    tick(class_bot, clock)

    assert wakes(hub) == 1
    (report,) = texts(slack, "DUTA")
    assert "missed 19 runs" in report


def test_two_replicas_make_a_run_once(
    class_bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock, store: Store
) -> None:
    send_command(class_bot, "wake all every day at 9")
    standby = assemble_bot(hub, slack, store, clock)
    clock.time = NINE

    standby.run_schedules()
    assert run_keys(class_bot) == []
    class_bot.run_schedules()
    class_bot.run_schedules()

    assert run_keys(class_bot) == [f"schedule:1:{NINE.timestamp():.0f}"]


def test_a_former_leader_claims_nothing(
    class_bot: Bot, hub: FakeHub, slack: FakeSlack, store: Store, clock: FakeClock
) -> None:
    """Both read the same due run; the second claim finds that it is taken."""
    send_command(class_bot, "wake all every day at 9")
    clock.time = NINE
    with store.transaction() as tx:
        (before,) = schedules.due(tx, NINE, 9)
    class_bot.run_schedules()

    with store.transaction() as tx:
        assert not schedules.claim_due(tx, before, before)


def test_a_run_claimed_by_a_dead_process_is_made_by_the_next_leader(
    class_bot: Bot, make_bot: MakeBot, hub: FakeHub, clock: FakeClock
) -> None:
    send_command(class_bot, "wake all every day at 9")
    clock.time = NINE
    deps = class_bot.deps
    assert len(runs.claim_due(deps.leadership, deps.store, clock())) == 1  # … and it dies

    next_bot = make_bot(**BERLIN)
    run_until(next_bot, clock, NINE + timedelta(seconds=20))
    run_until(next_bot, clock, NINE + timedelta(seconds=21))
    tick(next_bot, clock)

    assert wakes(hub) == 1
    assert len(run_keys(next_bot)) == 1


def test_a_run_that_nobody_began_is_reported_in_the_end(
    class_bot: Bot, slack: FakeSlack, clock: FakeClock, hub: FakeHub
) -> None:
    send_command(class_bot, "wake all every day at 9")
    clock.time = NINE
    runs.claim_due(class_bot.deps.leadership, class_bot.deps.store, clock())

    clock.tick(minutes=16)
    class_bot.sweep()
    class_bot.run_schedules()
    class_bot.deliver()

    assert hub.writes == []
    assert any("Schedule 1 (`wake all`, every day at 9) didn't run" in t for t in texts(slack))


def test_a_scheduled_mute_is_announced(class_bot: Bot, clock: FakeClock, slack: FakeSlack) -> None:
    send_command(class_bot, "mute team-a for 2h every day at 9")

    run_until(class_bot, clock, NINE)

    assert "<@UTA> muted *team-a* until" in texts(slack)[-1]
    assert "Scheduled by <@UTA> · schedule 1 (every day at 9)" in texts(slack)[-1]


def test_the_audit_shows_scheduled_runs(class_bot: Bot, clock: FakeClock, slack: FakeSlack) -> None:
    send_command(class_bot, "wake all every day at 9")
    run_until(class_bot, clock, NINE)

    send_command(class_bot, "audit 24h", "ULEAD")

    shown = str(slack.ephemeral_messages[-1])
    assert "wake all every day at 9" in shown
    assert "added schedule 1" in shown
    assert "schedule" in shown


def test_ten_thousand_schedules_cost_a_pass_nothing(
    class_bot: Bot, store: Store, clock: FakeClock
) -> None:
    send_command(class_bot, "wake all every day at 9")
    (schedule,) = kept(class_bot)
    with store.transaction() as tx:
        rows = [schedules._values(schedule) for _ in range(10_000)]
        tx.execute(schedule_table.insert(), rows)
    clock.time = NINE

    claimed = runs.claim_due(class_bot.deps.leadership, store, clock())

    assert len(claimed) == 50
    assert len(run_keys(class_bot)) == 50


def test_a_lost_lease_rolls_the_claim_back(class_bot: Bot, store: Store, clock: FakeClock) -> None:
    send_command(class_bot, "wake all every day at 9")
    clock.time = NINE
    with store.transaction() as tx:
        tx.execute(lease_table.update().values(epoch=99))  # another replica has taken it

    with pytest.raises(LeaseLost):
        class_bot.run_schedules()

    assert kept(class_bot)[0].next_at == NINE
    assert run_keys(class_bot) == []


def runs_by_result() -> dict[str, float]:
    """Return the counted runs by result, and those that were late by up to five seconds."""
    families = metrics.REGISTRY.collect()
    found = [s for f in families for s in f.samples if s.name == "spacebot_schedule_runs_total"]
    timely = metrics.REGISTRY.get_sample_value(
        "spacebot_schedule_lateness_seconds_bucket", {"le": "5.0"}
    )
    return {s.labels["result"]: s.value for s in found} | {"timely": timely or 0.0}


def test_runs_are_counted_by_result_with_their_lateness(
    class_bot: Bot, hub: FakeHub, clock: FakeClock
) -> None:
    before = runs_by_result()
    send_command(class_bot, "wake all every day at 9")
    run_until(class_bot, clock, NINE + timedelta(seconds=3))
    run_until(class_bot, clock, NINE + timedelta(days=3, minutes=20))
    run_until(class_bot, clock, NINE + timedelta(days=4, minutes=2))
    hub.go_down()
    run_until(class_bot, clock, NINE + timedelta(days=5))

    after = runs_by_result()
    grown = {result: number - before.get(result, 0.0) for result, number in after.items()}
    assert {result: number for result, number in grown.items() if number} == {
        "acted": 1, "answered": 1, "missed": 3, "failed": 1, "timely": 2,
    }  # fmt: skip
