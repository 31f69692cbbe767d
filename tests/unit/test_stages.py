"""The stages of a Space: their conditions and their words."""

import pytest

from bot.model import Space
from bot.stages import Condition, condition, describe_stage


@pytest.mark.parametrize(
    ("stage", "expected", "words"),
    [
        ("RUNNING", Condition.RUNNING, "running"),
        # The old version serves while a new one builds.
        ("RUNNING_BUILDING", Condition.RUNNING, "running, building a new version"),
        ("BUILDING", Condition.STARTING, "building"),
        ("STOPPED", Condition.ASLEEP, "stopped"),
        ("NO_APP_FILE", Condition.EMPTY, "empty: no app file"),
        # A stage that the Hub has added is neither fine nor an error.
        ("DREAMING", Condition.UNKNOWN, "in an unknown stage (DREAMING)"),
        ("running", Condition.UNKNOWN, "in an unknown stage (running)"),
    ],
)
def test_a_stage_has_a_condition_and_words(stage: str, expected: Condition, words: str) -> None:
    assert condition(stage) is Space("a/b", stage).condition is expected
    assert describe_stage(stage) == words
