"""Polling: the times of sweeps, which use a tenth of the Hub's rate limit."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.hub_facts import RESERVE, RateBudget

#: The part of a rate-limit window that sweeps may use.
SHARE = 0.1
#: Bounds of an interval that the bot chooses itself.
MIN_SECONDS, MAX_SECONDS = 5.0, 60.0
#: After a failed listing. An outage is announced at the second failure in a row, so two failures
#: must be further apart than a hiccup.
RETRY_SECONDS = 30.0
#: Bounds a pause by the length of the Hub's windows, because a header may name any time.
MAX_PAUSE_SECONDS = 300.0


class PollReason(StrEnum):
    """Why sweeps have their present interval."""

    FIXED = "fixed"  # SPACEBOT_POLL_SECONDS is a number
    SHARE = "share"  # it keeps to the share of the rate limit
    LOW = "low"  # other programs use the token, and little of the window is left
    EMPTY = "empty"  # paused, because the window has no calls left
    FAILED = "failed"  # the Hub could not list all Spaces
    UNKNOWN = "unknown"  # the Hub reports no rate limit


@dataclass(frozen=True, slots=True)
class PollInterval:
    """The time between the last sweep and the next one."""

    seconds: float
    reason: PollReason
    until: datetime | None = None  # end of a pause


@dataclass(frozen=True, slots=True)
class SweepReport:
    """What one sweep cost, and whether it could list the Spaces of every owner."""

    is_complete: bool = True
    pages: int = 1  # calls of the listing
    calls: int = 1  # all calls: the listing, confirmations and lookups
    retry_at: datetime | None = None  # from the Hub's 429; None: it didn't limit the sweep


@dataclass(frozen=True, slots=True)
class SweepUsage:
    """The calls that sweeps have used in the rate-limit window that ends at `until`."""

    calls: int = 0
    until: datetime | None = None

    def add(self, calls: int, window: RateBudget | None, now: datetime) -> "SweepUsage":
        """Return the usage after a sweep; a new window starts from zero."""
        if window is None or now >= window.resets_at:
            return SweepUsage()
        is_same_window = self.until is not None and now < self.until
        return SweepUsage(calls + (self.calls if is_same_window else 0), window.resets_at)


def longest_interval(fixed_seconds: float | None) -> timedelta:
    """Return the longest time between two sweeps, pauses aside; None: the bot chooses it."""
    return timedelta(seconds=MAX_SECONDS if fixed_seconds is None else fixed_seconds)


def next_interval(
    report: SweepReport, window: RateBudget | None, usage: SweepUsage, now: datetime
) -> PollInterval:
    """Return when to sweep again after the sweep of *report*, which *usage* includes."""
    is_current = window is not None and now < window.resets_at
    if report.retry_at and now < report.retry_at:
        return _pause(report.retry_at, now, RETRY_SECONDS)
    if window and is_current and window.remaining < report.pages:
        return _pause(window.resets_at, now, MIN_SECONDS)
    if not report.is_complete:
        return PollInterval(RETRY_SECONDS, PollReason.FAILED)
    if window is None or not is_current:
        return PollInterval(MAX_SECONDS, PollReason.UNKNOWN)
    return _spread(report.pages, window, usage, now)


def _pause(until: datetime, now: datetime, min_seconds: float) -> PollInterval:
    seconds = max(min_seconds, min((until - now).total_seconds(), MAX_PAUSE_SECONDS))
    return PollInterval(seconds, PollReason.EMPTY, now + timedelta(seconds=seconds))


def _spread(pages: int, window: RateBudget, usage: SweepUsage, now: datetime) -> PollInterval:
    """Return the interval that spreads the remaining calls over the rest of the window.

    They are what sweeps haven't used of their share, and at most the share of what everyone may
    still use, so that sweeps give way to people and to bulk work.
    """
    seconds_left = (window.resets_at - now).total_seconds()
    own = SHARE * (window.quota or window.remaining) - usage.calls
    common = SHARE * (window.remaining - RESERVE)
    sweeps_left = min(own, common) / pages
    seconds = seconds_left / max(sweeps_left, 1)  # less than one more: the next window has it
    is_low = common < own / 2 and seconds > MIN_SECONDS
    reason = PollReason.LOW if is_low else PollReason.SHARE
    return PollInterval(min(max(seconds, MIN_SECONDS), MAX_SECONDS), reason)
