"""The schedule of sweeps: what a sweep reports, and where the interval is shown."""

from datetime import timedelta

import pytest

from bot import metrics
from bot.alerts.polling import PollReason, SweepReport
from bot.hub_facts import RateBudget
from bot.service import Bot
from bot.service.alerts import sweep
from bot.service.poll_schedule import PollSchedule
from tests.conftest import MakeBot
from tests.fakes import FakeClock, FakeHub, FakeLeadership, FakeSlack, with_parts
from tests.requests import send_command
from tests.unit.service.samples import last_reply_text


def test_fixed_interval_ignores_the_rate_limit(clock: FakeClock) -> None:
    schedule = PollSchedule(20.0)
    schedule.record(SweepReport(), RateBudget(0, clock() + timedelta(seconds=200)), clock())

    assert (schedule.interval.seconds, schedule.interval.reason) == (20.0, PollReason.FIXED)


# (stages at the second sweep; its calls beyond the list)
@pytest.mark.parametrize(
    ("stages", "unlisted", "extra"),
    [
        pytest.param({}, "", 0, id="nothing changed"),
        pytest.param({"team_a": "RUNTIME_ERROR", "team_b": "SLEEPING"}, "", 2, id="confirmations"),
        pytest.param({}, "acme/team-b", 1, id="a lookup of a missing Space"),
    ],
)
def test_report_counts_every_call_of_a_sweep(
    bot: Bot, hub: FakeHub, stages: dict[str, str], unlisted: str, extra: int
) -> None:
    hub.set(team_a="RUNNING", team_b="RUNNING")
    bot.sweep()
    hub.calls.clear()
    hub.set(**stages)
    hub.unlisted = {unlisted}

    report = sweep.sweep(bot.deps)

    listing = [call for call in hub.calls if not call.startswith("logs")]
    assert (report.pages, report.calls) == (1, 1 + extra)
    assert len(listing) == report.calls


# (the window, the setting; the line of `doctor`)
@pytest.mark.parametrize(
    ("remaining", "setting", "words"),
    [
        (990, "auto", "Sweeps run every 5 s, within a tenth of Hugging Face's rate limit."),
        (220, "auto", "Sweeps run every 10 s, because little of Hugging Face's rate limit is left"),
        (
            0,
            "auto",
            "Sweeps pause until 10:03:20 UTC, because Hugging Face's rate limit is used up.",
        ),
        (None, "auto", "Sweeps run every 60 s, because Hugging Face reports no rate limit."),
        (990, "7.5", "Sweeps run every 7.5 s, as SPACEBOT_POLL_SECONDS says."),
    ],
)
def test_doctor_shows_the_interval_and_its_reason(
    make_bot: MakeBot,
    hub: FakeHub,
    slack: FakeSlack,
    clock: FakeClock,
    remaining: int | None,
    setting: str,
    words: str,
) -> None:
    bot = make_bot(SPACEBOT_POLL_SECONDS=setting)
    if remaining is not None:
        hub.rate_limit_window = RateBudget(remaining, clock() + timedelta(seconds=200), 1000)
    bot.sweep()

    send_command(bot, "doctor", user="ULEAD")

    assert words in last_reply_text(slack)
    seconds = bot.poll_interval().seconds
    labels = {"reason": bot.poll_interval().reason.value}
    value = metrics.REGISTRY.get_sample_value("spacebot_poll_interval_seconds", labels)
    assert value == seconds


def test_replica_that_stands_by_shows_no_interval(bot: Bot, slack: FakeSlack) -> None:
    bot.sweep()
    standby = with_parts(bot, leadership=FakeLeadership(bot.deps.store, None))

    send_command(standby, "doctor", user="ULEAD")

    assert "Sweeps" not in last_reply_text(slack)


def test_interval_of_the_last_sweep_replaces_the_others_in_the_metrics(clock: FakeClock) -> None:
    schedule = PollSchedule(None)
    schedule.record(SweepReport(), RateBudget(999, clock() + timedelta(seconds=300), 1000), clock())
    schedule.record(SweepReport(), None, clock())

    name = "spacebot_poll_interval_seconds"
    assert metrics.REGISTRY.get_sample_value(name, {"reason": "unknown"}) == 60
    assert metrics.REGISTRY.get_sample_value(name, {"reason": "share"}) is None
