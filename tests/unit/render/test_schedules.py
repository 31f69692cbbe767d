"""The question about a schedule, its card, the list of all, and changes."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.audit import AskState
from bot.cards import Message
from bot.operations.deadline import DEADLINE_LEAD
from bot.render import schedules as render
from bot.schedules import OffReason, Schedule, ScheduleKind, ScheduleState
from bot.schedules.actions import AddSchedule, ScheduleChange, ScheduleEntry
from bot.stages import Condition
from tests.goldens import check_message
from tests.slack_limits import violations

NOW = datetime(2026, 11, 27, 21, tzinfo=UTC)
MONDAY = datetime(2026, 11, 30, 12, 50, tzinfo=UTC)
WEEKDAYS = Schedule(
    "wake all", "every weekday at 13:50", "Europe/Berlin",
    "every weekday at 13:50 in Europe/Berlin", MONDAY, "UTA", "C1", NOW, id=7,
)  # fmt: skip
ONCE = replace(WEEKDAYS, timing="monday at 13:50", recurrence="", id=8)
PAID = replace(WEEKDAYS, state=ScheduleState.PROPOSED, confirmed_dollars=0.4)
HOSTILE = replace(WEEKDAYS, command="wake <!channel> `*x*", timing="every <!here> day at 9", id=9)
ADD = AddSchedule(
    WEEKDAYS,
    tuple(f"acme/team-{n}" for n in range(16)),
    tuple(f"team-{n}" for n in range(16)),
    Counter({Condition.ASLEEP: 14, Condition.RUNNING: 2}),
)
WARNING = ("This starts paid hardware: team-1 (t4-small) for $0.40 an hour.",)
ENTRIES = [
    ScheduleEntry(WEEKDAYS, NOW, AskState.ACTED, "14 of 14 running"),
    ScheduleEntry(ONCE),
    ScheduleEntry(replace(HOSTILE, missed_at=NOW), NOW.replace(hour=1), AskState.FAILED, "<!here>"),
    ScheduleEntry(replace(WEEKDAYS, id=10, state=ScheduleState.OFF, off_reason=OffReason.PERSON)),
    ScheduleEntry(
        replace(WEEKDAYS, id=11, state=ScheduleState.OFF, off_reason=OffReason.PERMISSION)
    ),
]

DEADLINE = replace(
    WEEKDAYS, kind=ScheduleKind.BEFORE, timing="every weekday before 13:50",
    next_at=MONDAY - DEADLINE_LEAD,
)  # fmt: skip

KEEP = replace(
    ONCE, command="keep team-a awake", timing="for 3h", next_at=NOW + timedelta(hours=3),
    kind=ScheduleKind.KEEP,
)  # fmt: skip

CASES: dict[str, Message] = {
    "question": render.confirmation(replace(ADD, schedule=PAID, warning=WARNING), 7),
    "added": render.card(WEEKDAYS, ADD),
    "added_once": render.card(ONCE, ADD),
    "added_hostile": render.card(HOSTILE),
    "off": render.card(replace(WEEKDAYS, state=ScheduleState.OFF)),
    "removed": render.card(replace(WEEKDAYS, state=ScheduleState.REMOVED)),
    "ended": render.card(replace(ONCE, state=ScheduleState.ENDED, next_at=None)),
    "list": render.schedule_list(ENTRIES, "/space"),
    "list_empty": render.schedule_list([], "/space"),
    "switched_off_by_other": render.changed(
        replace(WEEKDAYS, state=ScheduleState.OFF), ScheduleChange.OFF, "ULEAD"
    ),
    "skipped": render.changed(WEEKDAYS, ScheduleChange.SKIP, "UTA"),
    "confirmed": render.confirmed(WEEKDAYS),
    "cancelled": render.cancelled(WEEKDAYS),
    "cancelled_lessons": render.cancelled(replace(ONCE, kind=ScheduleKind.LESSON)),
    "added_deadline": render.card(DEADLINE, replace(ADD, first_start=MONDAY)),
    "added_keep": render.card(replace(KEEP, wakes=3)),
    "question_keep": render.confirmation(
        replace(ADD, schedule=replace(KEEP, confirmed_dollars=0.4), warning=WARNING), 7
    ),
    "ended_keep": render.card(replace(KEEP, state=ScheduleState.ENDED, next_at=None)),
    "list_kept": render.schedule_list(
        [ScheduleEntry(KEEP), ScheduleEntry(replace(ONCE, kind=ScheduleKind.LESSON))], "/space"
    ),
    "added_deadline_once": render.card(replace(DEADLINE, recurrence=""), ADD),
}


def test_the_push_text_of_a_card_is_one_sentence() -> None:
    assert render.card(WEEKDAYS).text == "Scheduled: wake all, every weekday at 13:50"


@pytest.mark.parametrize("name", CASES)
def test_message_matches_its_golden(name: str) -> None:
    check_message(f"schedules/{name}", CASES[name])


def test_two_hundred_schedules_fit_into_a_message() -> None:
    long = replace(WEEKDAYS, command=f"wake {' '.join(f'team-{n}' for n in range(200))}")

    full = render.schedule_list([ScheduleEntry(long)] * 200, "/space")

    assert not violations(full)
    assert sum("accessory" in block for block in full.blocks) == 8
    assert "… and 1" in str(full.blocks)


@pytest.mark.parametrize(
    ("recurrence", "expected"),
    [
        ("every weekday at 13:50 in Europe/Berlin", "Every weekday at 13:50"),
        ("every 2 hours from 00:00 to 23:59 in Europe/Berlin", "Every 2 hours"),
        ("", "Once, Mon 30 Nov 13:50"),
    ],
)
def test_the_timing_is_shown_as_it_was_understood(recurrence: str, expected: str) -> None:
    assert render.describe_timing(replace(WEEKDAYS, recurrence=recurrence)) == expected
