"""If the process dies during a due run, it is made once, or reported to its owner."""

from contextlib import suppress
from datetime import timedelta
from itertools import count

from bot.concurrency import KeyedExecutor
from bot.service import Bot
from bot.slack.rate_limiter import SlackRateLimiter
from tests.conftest import MakeBot
from tests.database import Database
from tests.fakes import FakeClock, FakeHub, FakeSlack, InlineExecutor, with_parts
from tests.faults import FaultPoint, Killed, kill, with_faults
from tests.processes import move_bot
from tests.requests import send_command
from tests.unit.service.schedules.samples import FRIDAY, NINE, run_keys, texts, wakes


def next_process(bot: Bot) -> Bot:
    """Return a process on the same database, which has queued nothing."""
    return with_parts(
        bot,
        schedule_runs=KeyedExecutor(InlineExecutor()),
        step_calls=KeyedExecutor(InlineExecutor()),
    )


def run_jobs(bot: Bot) -> None:
    bot.run_schedules()
    bot.advance()
    bot.deliver()


def test_a_run_is_made_once_for_every_crash_point(
    database: Database, second_database: Database, make_bot: MakeBot, clock: FakeClock
) -> None:
    template = make_bot(SPACEBOT_TIMEZONE="Europe/Berlin")
    endings = set()
    for at in count():
        hub, slack = FakeHub(team_a="SLEEPING"), FakeSlack()
        template.deps.store.close()  # so that the journal is in the file
        bot = move_bot(template, hub, slack, second_database.fill(database.path))
        bot = with_parts(bot, rate_limiter=SlackRateLimiter())
        clock.time = FRIDAY
        send_command(bot, "wake team-a every day at 9")
        bot.deliver()
        fault = FaultPoint(at)
        clock.time = NINE
        with suppress(Killed):
            run_jobs(next_process(with_faults(bot, fault, kill)))

        other = next_process(bot)
        for seconds in (20, 1_000):
            clock.time = NINE + timedelta(seconds=seconds)
            other.sweep()
            run_jobs(other)

        told = " ".join(texts(slack))
        was_told = "didn't run" in told
        endings.add((wakes(hub), was_told))
        assert len(run_keys(other)) == 1, at
        assert wakes(hub) == 1 or was_told, f"at {at}, {fault.hit_point}: no message about it"
        assert wakes(hub) <= 1, f"at {at}, {fault.hit_point}"
        second_database.clear()
        if not fault.hit_point:
            break
    assert (wakes(hub), was_told) == (1, False)
    assert (0, True) in endings, "it was never stopped before it was done"
