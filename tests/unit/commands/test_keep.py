"""`keep … awake`: for how long, which Spaces, and what a person confirms."""

from datetime import timedelta

import pytest

from bot.model import Space
from bot.schedules import ScheduleKind, ScheduleState
from bot.schedules.actions import AddSchedule
from tests.unit.commands.samples import rejection, run


def kept(text: str, **values: object) -> AddSchedule:
    answer = run(text, **values)
    assert isinstance(answer, AddSchedule)
    return answer


@pytest.mark.parametrize("text", ["keep team-a awake for 3h", "keep awake team-a for 3 hours"])
def test_spaces_are_kept_awake_until_a_time(text: str) -> None:
    schedule = kept(text).schedule

    assert (schedule.command, schedule.kind) == ("keep team-a awake", ScheduleKind.KEEP)
    assert schedule.next_at == schedule.made_at + timedelta(hours=3)
    assert schedule.state is ScheduleState.ON
    assert kept(text).spaces == ("acme/team-a",)


def test_paid_hardware_is_asked_about_with_its_price() -> None:
    fleet = {"acme/team-p": Space("acme/team-p", "RUNNING", hardware="t4-small")}
    answer = kept("keep team-p awake for 3h", fleet=fleet, prices={"t4-small": 0.4})

    assert (answer.schedule.state, answer.schedule.confirmed_dollars) == (
        ScheduleState.PROPOSED,
        0.4,
    )
    assert "$0.40 an hour" in str(answer.warning)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("keep team-a awake", "Which Spaces, and how long?"),
        ("keep awake for 3h", "Which Spaces, and how long?"),
        ("keep team-a awake for 25h", "24 hours at most"),
        ("keep team-a awake until lunch", "I can't read `lunch`"),
        ("keep team-x awake for 1h", "There's no Space called `team-x`"),
    ],
)
def test_what_cannot_be_kept_is_refused(text: str, reason: str) -> None:
    assert reason in str(rejection(text))
