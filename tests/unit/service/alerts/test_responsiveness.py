"""The probing of apps: which are probed, and the low cost of a tick without due probes."""

from datetime import time

from bot.alerts.problems import ProblemKind
from bot.class_hours import ClassHours, WeeklyRule
from bot.health.check import HealthCheck, StoredCheck
from bot.health.record import HealthRecord
from bot.health.verdict import ProbeProblem, Verdict
from bot.service import Bot
from bot.service.dependencies import Job
from bot.store import class_hours, health, incidents, spaces
from tests.calls import record_calls
from tests.fakes import FakeClock, FakeHub, FakeProber, RecordingTrigger

A, B = "acme/team-a", "acme/team-b"


def save_down(bot: Bot, space: str) -> None:
    at = bot.deps.now()
    bad = Verdict(ProbeProblem.STATUS, 502)
    with bot.deps.store.transaction() as tx:
        health.save(tx, HealthRecord(space, at, bad, at, 3, is_down=True))


def open_problems(bot: Bot) -> dict[str, ProblemKind]:
    with bot.deps.store.transaction() as tx:
        return incidents.open_problems(tx)


def test_app_that_is_down_opens_an_incident_without_a_call_of_the_hub(
    bot: Bot, hub: FakeHub, triggered: RecordingTrigger
) -> None:
    hub.set(team_a="RUNNING", team_b="RUNNING")
    bot.sweep()
    save_down(bot, A)
    hub.calls.clear()

    bot.probe()
    bot.probe()

    assert open_problems(bot) == {A: ProblemKind.UNRESPONSIVE}
    assert hub.calls == []
    assert Job.DELIVER in triggered.jobs


def test_a_tick_reads_no_space_for_incidents_that_no_probe_is_about(
    bot: Bot, hub: FakeHub, prober: FakeProber, clock: FakeClock
) -> None:
    hub.set(team_a="RUNNING", team_b="RUNNING", team_c="RUNNING")
    bot.sweep()
    hub.set(team_a="RUNTIME_ERROR", team_b="SLEEPING")
    clock.tick(minutes=1)
    bot.sweep()
    clock.tick(minutes=1)
    with record_calls(spaces.tracked_among) as calls:
        bot.probe()
    assert len(open_problems(bot)) == 2
    assert [call["ids"] for call in calls] == [set(), set()]
    assert prober.probes == []


def test_sweep_opens_the_incident_as_well(bot: Bot, hub: FakeHub) -> None:
    hub.set(team_a="RUNNING")
    bot.sweep()
    save_down(bot, A)

    bot.sweep()

    assert open_problems(bot) == {A: ProblemKind.UNRESPONSIVE}


def test_old_record_opens_nothing(bot: Bot, hub: FakeHub, clock: FakeClock) -> None:
    hub.set(team_a="RUNNING")
    save_down(bot, A)
    clock.tick(minutes=1)
    bot.sweep()

    bot.probe()

    assert open_problems(bot) == {}


def test_class_hours_are_reason_enough_to_probe(
    bot: Bot, hub: FakeHub, prober: FakeProber, clock: FakeClock
) -> None:
    hub.set(team_a="RUNNING", team_b="RUNNING")
    bot.sweep()
    with bot.deps.store.transaction() as tx:
        lesson = WeeklyRule(days=(0,), start=time(9), end=time(12))  # the clock's Monday morning
        class_hours.save(tx, ClassHours(("team-a",), "UTC", "ULEAD", (lesson,)), clock())
    for _ in range(60):
        clock.tick(seconds=5)
        bot.probe()

    assert set(prober.probes) == {A}


def test_watched_apps_are_probed_every_five_minutes(
    bot: Bot, hub: FakeHub, prober: FakeProber, clock: FakeClock
) -> None:
    hub.set(team_a="RUNNING", team_b="RUNNING")
    bot.sweep()
    check = HealthCheck("/docs", is_continuous=True)
    with bot.deps.store.transaction() as tx:
        health.set_check(tx, StoredCheck(("team-a",), check, "UTA", clock()))
    for _ in range(180):
        clock.tick(seconds=5)
        bot.probe()

    assert prober.probes in ([A] * 3, [A] * 4)
    assert prober.paths[A] == ("/docs",)
