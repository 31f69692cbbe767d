"""Class hours: when a class meets, from typed days or from a calendar file."""

from bot.class_hours.lessons import (
    LEAD_TIME,
    ClassHours,
    Lesson,
    WeeklyRule,
    is_class_time,
    next_lesson,
    silent_spaces,
)

__all__ = [
    "LEAD_TIME",
    "ClassHours",
    "Lesson",
    "WeeklyRule",
    "is_class_time",
    "next_lesson",
    "silent_spaces",
]
