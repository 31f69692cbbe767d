"""Replies to requests for operations."""

from dataclasses import replace

import pytest

from bot.cards import Message
from bot.operations import UNDONE, Operation, Step, Verb
from bot.parsing import NameIndex
from bot.render import (
    operation_replies,
)
from bot.render.operation_replies import button_label
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


@pytest.mark.parametrize(
    ("steps", "verb", "args", "label"),
    [
        (1, Verb.RESTART, {}, "Restart 0"),
        (60, Verb.RESTART, {}, "Restart 60 Spaces"),
        (60, Verb.HARDWARE, {"flavor": "rtx-pro-6000x8"}, "Move"),
        (60, Verb.SET_VARIABLE, {"key": "TEMPERATURE", "value": "", "back": ""}, "Set"),
        (60, Verb.SET_VARIABLE, {"key": "MODE", "back": " back", UNDONE: "1"}, "Put back"),
        (3, Verb.HARDWARE, {"flavor": "their former hardware", UNDONE: "1"}, "Put back"),
    ],
)
def test_the_button_of_a_confirmation_fits_on_a_phone(
    steps: int, verb: Verb, args: dict[str, str], label: str
) -> None:
    spaces = [f"acme/{n}" for n in range(steps)]
    planned = Operation(verb, tuple(map(Step, spaces)), "U1", "C1", NOW, args=args)
    assert button_label(planned, NameIndex.of(spaces)) == label
    assert len(label) <= 30
