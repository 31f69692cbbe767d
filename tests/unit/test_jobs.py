"""The scheduler: one run at a time, no triggered run is lost, and a hung one is noticed."""

import logging
from collections.abc import Callable
from datetime import timedelta
from threading import Event, Semaphore, Thread

import pytest

from bot.concurrency import DrainingExecutor, KeyedExecutor
from bot.errors import DatabaseUnavailable, HubUnavailable, LeaseLost
from bot.hub_facts import RateBudget
from bot.jobs import CoalescingJob, Scheduler
from bot.service import Bot
from bot.service.dependencies import Job
from tests.conftest import MakeBot
from tests.fakes import FakeClock, FakeHub, with_parts


class Slow:
    """A job that runs until it is released, and counts its runs."""

    def __init__(self) -> None:
        self.began, self.go, self.runs = Event(), Event(), 0

    def __call__(self) -> None:
        self.runs += 1
        self.began.set()
        assert self.go.wait(10)


def failing(error: Exception) -> Callable[[], None]:
    def fail() -> None:
        raise error

    return fail


def test_triggers_during_a_run_cause_one_more_run() -> None:
    verb = Slow()
    turn = CoalescingJob(verb)
    thread = Thread(target=turn)
    thread.start()
    assert verb.began.wait(10)
    for _ in range(5):
        turn()

    verb.go.set()
    thread.join(10)

    assert verb.runs == 2


def test_failed_job_is_logged_and_runs_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    turn = CoalescingJob(failing(ValueError("out of luck")))

    turn()
    turn()

    assert caplog.text.count("ValueError: out of luck") == 2


# The store has already logged that the database is unavailable.
@pytest.mark.parametrize(
    "why", [LeaseLost(), DatabaseUnavailable()], ids=["standby", "no database"]
)
def test_job_without_the_lease_is_skipped_without_a_log_entry(
    caplog: pytest.LogCaptureFixture, why: Exception
) -> None:
    with caplog.at_level(logging.INFO):
        CoalescingJob(failing(why))()

    assert caplog.text == ""


@pytest.mark.parametrize(
    ("seconds", "late"),
    [
        pytest.param(
            60 + 299,
            ["advance", "deliver", "schedules", "probe", "values"],
            id="between two sweeps, the others hang",
        ),
        pytest.param(
            60 + 301, ["sweep", "advance", "deliver", "schedules", "probe", "values"], id="all hang"
        ),
        pytest.param(299, [], id="all is well"),
    ],
)
def test_each_job_has_its_own_time_limit(
    make_bot: MakeBot, seconds: float, late: list[str]
) -> None:
    now = 1000.0
    clock = Scheduler(lambda: now)
    clock.schedule(make_bot(SPACEBOT_POLL_SECONDS="60"), lambda: False)

    now += seconds

    assert clock.overdue(300) == late


def test_job_during_shutdown_ends_without_a_log_entry(
    bot: Bot, hub: FakeHub, caplog: pytest.LogCaptureFixture
) -> None:
    hub.set(team_a="RUNNING")
    bot.sweep()
    hub.set(team_a="SLEEPING")
    closed = DrainingExecutor(1)
    closed.shutdown()

    CoalescingJob(with_parts(bot, hub_pool=closed).sweep)()
    CoalescingJob(with_parts(bot, log_calls=KeyedExecutor(closed)).sweep)()

    assert caplog.text == ""


def test_a_long_poll_is_not_a_hang(make_bot: MakeBot) -> None:
    now = 0.0
    clock = Scheduler(lambda: now)
    clock.schedule(make_bot(SPACEBOT_POLL_SECONDS="3600"), lambda: False)

    now = 3600 + 299.0

    assert Job.SWEEP not in clock.overdue(300)


def test_new_leader_sweeps_at_once(make_bot: MakeBot) -> None:
    swept = Semaphore(0)
    bot = with_parts(
        make_bot(SPACEBOT_POLL_SECONDS="3600"),
        trigger=lambda job: swept.release() if job is Job.DELIVER else None,
    )
    clock = Scheduler()
    terms = iter([True])
    clock.schedule(bot, lambda: next(terms, False))

    clock.start()

    assert swept.acquire(timeout=10), "as every bot does that starts"
    assert swept.acquire(timeout=10), "and once more when it begins to lead"
    clock.stop()


def test_stop_waits_for_a_job_that_its_interval_started(bot: Bot) -> None:
    began, go = Event(), Event()
    ended: list[str] = []

    def work() -> None:
        began.set()
        assert go.wait(10)
        ended.append("work")

    scheduler = Scheduler()
    scheduler.schedule(bot, lambda: False)
    scheduler.every(0.05, work, "slow")
    scheduler.start()
    assert began.wait(10)
    stopping = Thread(target=scheduler.stop)
    stopping.start()
    stopping.join(0.2)
    assert stopping.is_alive(), "the job runs"
    go.set()
    stopping.join(10)

    assert ended
    assert not stopping.is_alive()


def test_each_sweep_chooses_the_time_of_the_next_one(
    bot: Bot, hub: FakeHub, clock: FakeClock
) -> None:
    now = 1000.0
    hub.rate_limit_window = RateBudget(999, clock() + timedelta(seconds=300), 1000)
    scheduler = Scheduler(lambda: now)
    scheduler.schedule(bot, lambda: False)
    scheduler.trigger(Job.SWEEP)
    scheduler._pool.shutdown(wait=True)

    job = scheduler._scheduler.get_job(Job.SWEEP.value)
    assert job.trigger.interval == timedelta(seconds=5)
    now += 306
    assert Job.SWEEP in scheduler.overdue(300), "by its present interval"


@pytest.mark.parametrize(("is_down", "beats"), [(False, 1), (True, 0)])
def test_only_a_complete_sweep_is_followed_by_a_heartbeat(
    bot: Bot, hub: FakeHub, *, is_down: bool, beats: int
) -> None:
    swept, beat = Semaphore(0), Semaphore(0)
    hub.outage = HubUnavailable("The Hub does not answer.") if is_down else None
    clock = Scheduler()
    clock.schedule(
        with_parts(bot, trigger=lambda job: swept.release() if job is Job.DELIVER else None),
        lambda: False,
        beat.release,
    )

    clock.start()
    assert swept.acquire(timeout=10)
    clock.stop()

    assert beat.acquire(blocking=False) == (beats == 1)
