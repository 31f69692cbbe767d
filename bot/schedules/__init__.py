"""Schedules: commands that run later, once or again and again."""

from bot.schedules.schedule import (
    MAX_PER_OWNER,
    MAX_TOTAL,
    OffReason,
    Schedule,
    ScheduleKind,
    ScheduleState,
    is_expired_proposal,
)
from bot.schedules.timing import Timing, parse_timing

__all__ = [
    "MAX_PER_OWNER",
    "MAX_TOTAL",
    "OffReason",
    "Schedule",
    "ScheduleKind",
    "ScheduleState",
    "Timing",
    "is_expired_proposal",
    "parse_timing",
]
