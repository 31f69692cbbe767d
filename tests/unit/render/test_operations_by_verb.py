"""Cards of operations of the verbs that change settings."""

from dataclasses import replace

import pytest

from bot.cards import Message
from bot.operations import SkipReason, Step, StepState, Verb, skip
from bot.render import operation_replies, operations
from tests.goldens import check_message
from tests.unit.render.provisioning_samples import (
    HARDWARE_CHANGE,
    NAMES,
    NOW,
    STEPS_IN_PROGRESS,
    TEAMS,
)

NOT_BUILT = Step(
    TEAMS[0],
    StepState.SENT,
    "Committed. Hugging Face hasn't started building it; the old version is still serving.",
    stage="RUNNING",
)


SLEEP = replace(HARDWARE_CHANGE, verb=Verb.SLEEP, args={"seconds": "3600", "time": "1h"})


CREATE = replace(
    HARDWARE_CHANGE,
    verb=Verb.CREATE,
    steps=HARDWARE_CHANGE.steps[1:],
    args={"sdk": "gradio", "visibility": "public"},
)


VARIABLE = replace(
    HARDWARE_CHANGE, verb=Verb.SET_VARIABLE, args={"key": "MODE", "value": "exam", "back": ""}
)


CASES: dict[str, Message] = {
    "hardware_finished": operations.card(HARDWARE_CHANGE, NAMES, NOW),
    "variable_set": operations.card(VARIABLE, NAMES, NOW),
    "variable_put_back": operations.card(
        replace(VARIABLE, args={**VARIABLE.args, "back": " back", "undone": "12"}), NAMES, NOW
    ),
    "variable_deleted": operations.card(replace(VARIABLE, verb=Verb.DELETE_VARIABLE), NAMES, NOW),
    "sleep_finished": operations.card(SLEEP, NAMES, NOW),
    "sleep_skipped": operation_replies.nothing_to_do(
        replace(
            SLEEP,
            steps=(skip(Step(TEAMS[0]), SkipReason.FREE_HARDWARE),),
        ),
        NAMES,
    ),
    "create_finished": operations.card(CREATE, NAMES, NOW),
    "create_existing": operation_replies.nothing_to_do(
        replace(CREATE, steps=(skip(Step(TEAMS[0]), SkipReason.EXISTS),)), NAMES
    ),
    "upload_not_built": operations.card(
        replace(
            CREATE,
            verb=Verb.UPLOAD,
            steps=(NOT_BUILT,),
            args={"commit": "https://hub.test/c", "files": "1"},
        ),
        NAMES,
        NOW,
    ),
    "upload_in_progress": operations.card(
        replace(
            CREATE,
            verb=Verb.UPLOAD,
            steps=STEPS_IN_PROGRESS[3:4],
            args={"commit": "", "files": "2"},
        ),
        NAMES,
        NOW,
    ),
    "upload_finished": operations.card(
        replace(CREATE, verb=Verb.UPLOAD, args={"files": "3"}), NAMES, NOW
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_message_matches_its_golden(name: str) -> None:
    check_message(f"answers/{name}", CASES[name])
