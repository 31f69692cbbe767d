"""Polling: the interval between sweeps, and how much of the rate limit they use over hours."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.alerts.polling import (
    PollInterval,
    PollReason,
    SweepReport,
    SweepUsage,
    longest_interval,
    next_interval,
)
from bot.hub_facts import RateBudget, count_pages
from bot.sandbox.hub.budget import RateLimit
from tests.unit.alerts.samples import NOW

COMPLETE = SweepReport()
FREE, PRO = 1_000, 2_500


def window(remaining: int, seconds: float = 300, quota: int = FREE) -> RateBudget:
    return RateBudget(remaining, NOW + timedelta(seconds=seconds), quota)


# (the sweep, the window, calls that sweeps used in it; the interval and its reason)
@pytest.mark.parametrize(
    ("report", "budget", "used", "seconds", "reason"),
    [
        pytest.param(COMPLETE, window(999), 1, 5, "share", id="one page, free plan"),
        pytest.param(SweepReport(pages=2), window(998), 2, 6.135, "share", id="two pages"),
        pytest.param(
            SweepReport(pages=20), window(2480, quota=PRO), 20, 26.087, "share", id="20 pages"
        ),
        pytest.param(SweepReport(pages=80), window(920), 80, 60, "share", id="at most a minute"),
        pytest.param(COMPLETE, window(850, 150), 70, 5, "share", id="confirmations are paid"),
        pytest.param(COMPLETE, window(800, 150), 90, 15, "share", id="much was confirmed"),
        pytest.param(COMPLETE, window(800, 40), 100, 40, "share", id="no call left: next window"),
        pytest.param(COMPLETE, window(800, 0.5), 100, 5, "share", id="the next window is near"),
        pytest.param(COMPLETE, window(220, 200), 10, 10, "low", id="others use the token"),
        pytest.param(COMPLETE, window(21, 200), 10, 60, "low", id="one above the reserve"),
        pytest.param(COMPLETE, window(5, 200), 10, 60, "low", id="the reserve is for sweeps, too"),
        pytest.param(COMPLETE, window(0, 200), 10, 200, "empty", id="empty: until it resets"),
        pytest.param(SweepReport(pages=20), window(19, 200), 10, 200, "empty", id="no whole sweep"),
        pytest.param(COMPLETE, window(0, 3600), 10, 300, "empty", id="a pause has an end"),
        pytest.param(COMPLETE, window(999, -1), 1, 60, "unknown", id="the window is over"),
        pytest.param(COMPLETE, None, 0, 60, "unknown", id="no headers at all"),
        pytest.param(COMPLETE, window(999, quota=0), 1, 5, "share", id="no policy header"),
        pytest.param(SweepReport(is_complete=False), window(999), 1, 30, "failed", id="failed"),
        pytest.param(SweepReport(is_complete=False), None, 0, 30, "failed", id="Hub away"),
        pytest.param(
            SweepReport(is_complete=False, retry_at=NOW + timedelta(seconds=90)),
            None,
            0,
            90,
            "empty",
            id="429 without a window",
        ),
        pytest.param(
            SweepReport(is_complete=False, retry_at=NOW + timedelta(seconds=1)),
            None,
            0,
            30,
            "empty",
            id="429 for a second, each time",
        ),
        pytest.param(COMPLETE, window(0, 1), 10, 5, "empty", id="empty, and soon full again"),
        pytest.param(
            SweepReport(is_complete=False, retry_at=NOW + timedelta(hours=20)),
            window(999),
            1,
            300,
            "empty",
            id="429 for a day",
        ),
    ],
)
def test_interval_follows_the_rate_limit(
    report: SweepReport, budget: RateBudget | None, used: int, seconds: float, reason: str
) -> None:
    interval = next_interval(report, budget, SweepUsage(used), NOW)

    assert interval.reason == reason
    assert interval.seconds == pytest.approx(seconds, abs=0.001)
    is_pause = reason == PollReason.EMPTY
    assert interval.until == (NOW + timedelta(seconds=seconds) if is_pause else None)


@given(
    pages=st.integers(1, 200),
    is_complete=st.booleans(),
    quota=st.integers(0, 10**6),
    remaining=st.integers(0, 10**6),
    seconds=st.floats(-1e6, 1e6),
    used=st.integers(0, 10**6),
    retry=st.none() | st.floats(-1e6, 1e6),
)
def test_next_sweep_is_never_sooner_than_5_seconds_or_later_than_5_minutes(
    *,
    pages: int,
    is_complete: bool,
    quota: int,
    remaining: int,
    seconds: float,
    used: int,
    retry: float | None,
) -> None:
    retry_at = None if retry is None else NOW + timedelta(seconds=retry)
    report = SweepReport(is_complete, pages, pages, retry_at)

    interval = next_interval(report, window(remaining, seconds, quota), SweepUsage(used), NOW)

    assert 5 <= interval.seconds <= (300 if interval.until else 60)


@pytest.mark.parametrize(
    ("before", "after", "calls"),
    [
        pytest.param(SweepUsage(), window(9, 300), 3, id="first sweep"),
        pytest.param(
            SweepUsage(10, NOW + timedelta(seconds=2)), window(9, 2), 13, id="same window"
        ),
        pytest.param(SweepUsage(10, NOW), window(9, 300), 3, id="new window"),
        pytest.param(SweepUsage(10, NOW + timedelta(seconds=2)), None, 0, id="no window"),
    ],
)
def test_usage_is_counted_for_each_window(
    before: SweepUsage, after: RateBudget | None, calls: int
) -> None:
    assert before.add(3, after, NOW).calls == calls


def test_gaps_and_late_sweeps_are_measured_by_the_longest_interval() -> None:
    assert longest_interval(None) == timedelta(seconds=60)
    assert longest_interval(7) == timedelta(seconds=7)


class Simulation:
    """A bot on a virtual clock: sweeps of a fleet, with other users of the same token."""

    def __init__(self, quota: int, spaces: int, confirmations: int = 0) -> None:
        self.limit, self.now = RateLimit(quota), NOW
        self.pages, self.confirmations = count_pages(spaces), confirmations
        self.usage, self.intervals = SweepUsage(), list[PollInterval]()
        self.calls, self.refused = dict[float, int](), 0  # calls of sweeps by end of window

    def run(self, hours: float, others_per_second: float = 0.0) -> None:
        end = self.now + timedelta(hours=hours)
        while self.now < end:
            interval = self._sweep()
            self.intervals.append(interval)
            self.now += timedelta(seconds=interval.seconds)
            for _ in range(round(others_per_second * interval.seconds)):
                self.limit.try_acquire(self.now.timestamp())

    @property
    def shares(self) -> list[float]:
        """Return the share of each window that sweeps used."""
        return [calls / self.limit.quota for calls in self.calls.values()]

    @property
    def median_seconds(self) -> float:
        return sorted(interval.seconds for interval in self.intervals)[len(self.intervals) // 2]

    def _sweep(self) -> PollInterval:
        calls = self.pages + self.confirmations
        at = self.now.timestamp()
        self.refused += sum(not self.limit.try_acquire(at) for _ in range(calls))
        budget = _budget_of(self.limit, self.now)
        window_end = round(budget.resets_at.timestamp())
        self.calls[window_end] = self.calls.get(window_end, 0) + calls
        self.usage = self.usage.add(calls, budget, self.now)
        return next_interval(
            SweepReport(pages=self.pages, calls=calls), budget, self.usage, self.now
        )


def _budget_of(limit: RateLimit, now: datetime) -> RateBudget:
    headers = limit.headers(now.timestamp())["RateLimit"]
    remaining, seconds = (int(part[2:]) for part in headers.split(";")[1:])
    return RateBudget(remaining, now + timedelta(seconds=seconds), limit.quota)


# (calls of the window, Spaces, confirmations of each sweep; the median interval)
@pytest.mark.parametrize(
    ("quota", "spaces", "confirmations", "median"),
    [
        pytest.param(500, 500, 0, 6, id="anonymous"),
        pytest.param(FREE, 500, 0, 5, id="free plan"),
        pytest.param(PRO, 500, 0, 5, id="PRO"),
        pytest.param(FREE, 501, 0, 6, id="two pages"),
        pytest.param(6_000, 10_000, 0, 10, id="Enterprise, 10,000 Spaces"),
        pytest.param(FREE, 500, 1, 5, id="a confirmation in each sweep"),
    ],
)
def test_sweeps_use_at_most_a_tenth_of_each_window(
    quota: int, spaces: int, confirmations: int, median: float
) -> None:
    simulation = Simulation(quota, spaces, confirmations)
    simulation.run(hours=4)

    assert max(simulation.shares) <= 0.1 + simulation.pages / quota
    assert simulation.median_seconds == pytest.approx(median, rel=0.15)
    assert simulation.refused == 0


def test_500_spaces_on_a_free_plan_use_6_percent() -> None:
    simulation = Simulation(FREE, 500)
    simulation.run(hours=4)

    assert max(simulation.shares) <= 0.061


def test_sweeps_give_way_to_others_and_pause_once_a_window() -> None:
    simulation = Simulation(FREE, 500)
    simulation.run(hours=2, others_per_second=5.0)

    assert {interval.reason for interval in simulation.intervals} >= {"share", "low", "empty"}
    assert simulation.refused <= len(simulation.calls), "others emptied it since the last sweep"
    assert max(interval.seconds for interval in simulation.intervals) <= 300
