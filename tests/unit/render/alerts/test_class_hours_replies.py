"""Replies about class hours, and their form."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from bot.alerts.actions import SetClassHours
from bot.cards import Message
from bot.class_hours import ClassHours, Lesson, WeeklyRule
from bot.operations.deadline import DEADLINE_LEAD
from bot.render.alerts import class_hours_replies as render
from bot.schedules import Schedule, ScheduleKind, ScheduleState
from bot.schedules.actions import ClassHoursEntry
from tests import goldens

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
RULE = WeeklyRule((0, 2), time(9, 45), time(12))
TYPED = ClassHours(("team-*",), "Europe/Berlin", "UANA", (RULE,))
LIMITED = replace(
    RULE,
    days=(0, 1, 2, 3, 4),
    excluded=tuple(date(2026, 12, day) for day in (21, 22, 23, 24, 25)),
    until=date(2027, 1, 31),
)
LESSON = Lesson(datetime(2026, 11, 27, 11, tzinfo=UTC), datetime(2026, 11, 27, 13, tzinfo=UTC))
CALENDAR = ClassHours(("lab-1", "lab-2"), "UTC", "UANA", (), (LESSON,), "term <1>.ics", wakes=True)
OVER = replace(TYPED, targets=("old",), weekly=(replace(RULE, until=date(2026, 11, 1)),))
LESSONS = Schedule(
    "wake team-*", "before each lesson", "Europe/Berlin", "",
    datetime(2026, 11, 30, 8, 45, tzinfo=UTC) - DEADLINE_LEAD, "UBEN", "C1", NOW, id=7,
    kind=ScheduleKind.LESSON,
)  # fmt: skip
SPACES = ("acme/team-1", "acme/team-2")

CARDS: dict[str, Message] = {
    "class_hours_set": render.set_announcement(SetClassHours(TYPED, SPACES), NOW, "/space"),
    "class_hours_from_calendar": render.set_announcement(
        SetClassHours(CALENDAR, SPACES, ("Winter break", "Easter <b>")), NOW, "/space"
    ),
    "class_hours_removed": render.removed_reply(("team-*",), "UANA", TYPED),
    "class_hours_not_found": render.removed_reply(("team-*",), "UANA", None),
    "class_hours_asked": render.set_announcement(
        SetClassHours(CALENDAR, SPACES), NOW, "/space", is_asked=True
    ),
    "class_hours_list": render.hours_list(
        [
            ClassHoursEntry(each)
            for each in (TYPED, CALENDAR, OVER, replace(TYPED, targets=("all",), weekly=(LIMITED,)))
        ],
        NOW,
        "/space",
    ),
    "class_hours_list_waking": render.hours_list(
        [
            ClassHoursEntry(TYPED, LESSONS),
            ClassHoursEntry(CALENDAR, replace(LESSONS, id=8, confirmed_dollars=0.4)),
            ClassHoursEntry(TYPED, replace(LESSONS, state=ScheduleState.PROPOSED)),
            ClassHoursEntry(TYPED, replace(LESSONS, state=ScheduleState.OFF)),
            ClassHoursEntry(OVER, replace(LESSONS, state=ScheduleState.ENDED, next_at=None)),
        ],
        NOW,
        "/space",
    ),
    "class_hours_none": render.hours_list([], NOW, "/space"),
}


@pytest.mark.parametrize("name", CARDS)
def test_message_matches_its_golden(name: str) -> None:
    goldens.check_card(f"alerts/{name}", CARDS[name])
