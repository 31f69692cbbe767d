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
    "operation_of_one_unknown": operation_replies.nothing_to_do(
        replace(UNKNOWN, steps=UNKNOWN.steps[:1]), NAMES
    ),
    "operation_stopped_reply": operation_replies.stop_reply(STOPPED),
    "operation_joined": operation_replies.already_running(WAKE, NOW),
    "operation_of_one_busy": operation_replies.nothing_to_do(BUSY, NAMES),
    "operation_skipped": operation_replies.nothing_to_do(replace(WAKE, steps=STEPS[:1]), NAMES),
    "operation_started": operation_replies.started(PAUSE, NAMES),
    "operation_started_while_busy": operation_replies.started(BUSY, NAMES),
    "operation_cancelled": operation_replies.cancelled(),
}


@pytest.mark.parametrize("name", CASES)
def test_message_matches_its_golden(name: str) -> None:
    check_message(f"answers/{name}", CASES[name])
