from dataclasses import replace
from datetime import timedelta

from bot.schedules import ScheduleState, is_expired_proposal
from tests.unit.schedules.test_due import DUE, HOURLY, ONCE

LATER = DUE + timedelta(minutes=11)


def test_only_an_old_question_has_expired() -> None:
    proposed = replace(HOURLY, state=ScheduleState.PROPOSED)

    assert is_expired_proposal(proposed, LATER)
    assert not is_expired_proposal(proposed, DUE)
    assert not is_expired_proposal(HOURLY, LATER)


def test_only_a_schedule_with_a_recurrence_repeats() -> None:
    assert HOURLY.is_recurring
    assert not ONCE.is_recurring
