"""The schedule of sweeps: the present interval, chosen again after each sweep.

It is in memory, because only the leader sweeps. A new leader sweeps at once and then knows the
rate limit from the Hub's answer.
"""

from datetime import datetime

from bot import metrics
from bot.alerts.polling import (
    MAX_SECONDS,
    PollInterval,
    PollReason,
    SweepReport,
    SweepUsage,
    next_interval,
)
from bot.hub_facts import RateBudget


class PollSchedule:
    """The interval between sweeps: *fixed_seconds*, or chosen by the Hub's rate limit."""

    def __init__(self, fixed_seconds: float | None) -> None:
        self._fixed = None if fixed_seconds is None else _fixed_interval(fixed_seconds)
        self._usage = SweepUsage()
        self.interval = self._fixed or PollInterval(MAX_SECONDS, PollReason.UNKNOWN)

    def record(self, report: SweepReport, window: RateBudget | None, now: datetime) -> None:
        """Choose the interval after the sweep of *report*."""
        self._usage = self._usage.add(report.calls, window, now)
        self.interval = self._fixed or next_interval(report, window, self._usage, now)
        metrics.record_poll_interval(self.interval.seconds, self.interval.reason)


def _fixed_interval(seconds: float) -> PollInterval:
    return PollInterval(seconds, PollReason.FIXED)
