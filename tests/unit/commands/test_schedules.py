"""The commands about schedules name the change and the number, or say what is missing."""

import pytest

from bot.errors import UsageError
from bot.results import Fetch
from bot.schedules.actions import ChangeSchedule, ScheduleChange, SchedulesQuery
from tests.unit.commands.samples import run


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("schedule 3 off", ChangeSchedule(3, ScheduleChange.OFF)),
        ("schedule #3 On", ChangeSchedule(3, ScheduleChange.ON)),
        ("schedule 3 skip once", ChangeSchedule(3, ScheduleChange.SKIP)),
        ("schedule 3 skip", ChangeSchedule(3, ScheduleChange.SKIP)),
        ("unschedule 3", ChangeSchedule(3, ScheduleChange.REMOVE)),
    ],
)
def test_change_names_its_schedule(text: str, expected: ChangeSchedule) -> None:
    assert run(text) == expected


def test_list_is_a_query() -> None:
    answer = run("schedules")

    assert isinstance(answer, Fetch)
    assert answer.query == SchedulesQuery()


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("schedule", "schedules"),
        ("schedule 3", "schedules"),
        ("schedule 3 sometimes", "schedules"),
        ("schedule team-a off", "schedules"),
        ("unschedule", "schedules"),
        ("schedule wake all at 9", "wake all at 9"),
    ],
)
def test_incomplete_change_offers_what_helps(text: str, suggestion: str) -> None:
    with pytest.raises(UsageError) as raised:
        run(text)

    assert raised.value.suggestion == suggestion
