"""A deadline is met once, whenever the process dies on the way: at every call and commit.

It tries every third of these points, and all of them if the variable DEADLINE_SEEDS is set.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

from bot.service import Bot
from bot.slack.rate_limiter import SlackRateLimiter
from tests.conftest import MakeBot
from tests.database import Database
from tests.fakes import FakeClock, FakeHub, FakeSlack, with_parts
from tests.faults import FaultPoint, Killed, with_faults
from tests.processes import move_bot
from tests.requests import send_command

STEP = 1 if "DEADLINE_SEEDS" in os.environ else 3
T = datetime(2026, 11, 28, 13, tzinfo=UTC)
BEGIN, OWN_TIME, CHECK = (T - timedelta(minutes=minutes) for minutes in (46, 19, 15))


def moments() -> Iterator[datetime]:
    """Yield the moments at which something happens, each with the pass that follows it."""
    for moment in (BEGIN, OWN_TIME, OWN_TIME + timedelta(minutes=2), CHECK, T):
        yield from (moment, moment + timedelta(seconds=3))


def live(bot: Bot, hub: FakeHub, clock: FakeClock, moment: datetime) -> None:
    """Let all jobs run once at *moment*."""
    clock.time = max(clock.time, moment)
    if moment > OWN_TIME + timedelta(minutes=1) and hub.spaces["acme/team-a"].stage == "BUILDING":
        hub.put("acme/team-a", "RUNNING")
    bot.run_schedules()
    bot.advance()
    bot.deliver()


def live_and_die(bot: Bot, hub: FakeHub, clock: FakeClock, at: int) -> bool:
    """Live through the deadline, with a new process once the first one died at that point."""
    fault = FaultPoint(at)
    running = with_faults(bot, fault)
    for moment in moments():
        try:
            live(running, hub, clock, moment)
        except Killed:
            running = bot
            clock.time += timedelta(seconds=70)  # until then its request may be in good hands
            bot.sweep()
            live(bot, hub, clock, clock.time)
    return bool(fault.hit_point)


def test_any_crash_ends_with_one_wake_and_two_reports(
    database: Database, second_database: Database, make_bot: MakeBot, clock: FakeClock
) -> None:
    clock.time = T - timedelta(hours=10)
    template = make_bot()
    template.deps.store.close()  # so that the journal is in the file
    for at in count(step=STEP):
        clock.time = T - timedelta(hours=10)
        hub, slack = FakeHub(team_a="SLEEPING", team_b="RUNNING"), FakeSlack()
        hub.stage_after_restart = "BUILDING"
        moved = move_bot(template, hub, slack, second_database.fill(database.path))
        bot = with_parts(moved, rate_limiter=SlackRateLimiter())
        bot.sweep()
        send_command(bot, "wake all before 13:00")
        has_died = live_and_die(bot, hub, clock, at)
        second_database.clear()

        texts = [message.text for message in slack.messages]
        assert hub.writes == [("restart", "acme/team-a")], f"dead at point {at}"
        assert texts.count("All 2 Spaces ready for 13:00") == 1, f"dead at point {at}: {texts}"
        assert texts.count("All 2 Spaces ready at 13:00") == 1, f"dead at point {at}: {texts}"
        if not has_died:
            break
    assert at > 20, "there are more points than that"
