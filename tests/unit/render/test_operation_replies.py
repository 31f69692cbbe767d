"""Replies to requests for operations."""

from dataclasses import replace

import pytest

from bot.cards import Message
from bot.render import (
    operation_replies,
)
from tests.goldens import check_message
from tests.unit.render.fleet_samples import BUSY, NAMES, NOW, PAUSE, STEPS, STOPPED, UNKNOWN, WAKE

CASES: dict[str, Message] = {
    "operation_unknown_alone": operation_replies.nothing_to_do(
        replace(UNKNOWN, steps=UNKNOWN.steps[:1]), NAMES
    ),
    "operation_stopped_reply": operation_replies.stop_reply(STOPPED),
    "operation_joined": operation_replies.already_running(WAKE, NOW),
    "operation_busy_alone": operation_replies.nothing_to_do(BUSY, NAMES),
    "operation_needless": operation_replies.nothing_to_do(replace(WAKE, steps=STEPS[:1]), NAMES),
    "begun": operation_replies.started(PAUSE, NAMES),
    "begun_too_late": operation_replies.started(BUSY, NAMES),
    "dropped": operation_replies.cancelled(),
}


@pytest.mark.parametrize("name", CASES)
def test_message_matches_its_golden(name: str) -> None:
    check_message(f"answers/{name}", CASES[name])
