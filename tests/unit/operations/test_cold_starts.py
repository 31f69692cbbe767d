"""The time in which a Space starts, learned from its last starts or by its kind."""

from datetime import timedelta

import pytest

from bot.model import Space
from bot.operations import Step, StepState, Verb, mark_sent
from bot.operations.cold_starts import ColdStart, estimate, learn
from tests.unit.operations.samples import NOW, operation


@pytest.mark.parametrize(
    ("sdk", "hardware", "samples", "seconds"),
    [
        # Without experience, by kind.
        ("static", None, [], 10),
        ("gradio", "cpu-basic", [], 120),
        ("streamlit", "cpu-upgrade", [], 180),
        ("docker", None, [], 240),
        (None, None, [], 240),
        ("gradio", "t4-small", [], 360),
        ("gradio", "zero-a10g", [], 360),
        # With little, the slower of both.
        ("gradio", "cpu-basic", [30.0] * 4, 120),
        ("gradio", "cpu-basic", [30.0, 200.0], 200),
        # With enough, its own, of which one outlier in twenty is left out.
        ("gradio", "cpu-basic", [30.0] * 5, 30),
        ("docker", None, [20.0] * 19 + [900.0], 20),
        ("docker", None, [20.0] * 18 + [900.0] * 2, 900),
        ("docker", None, [9_999.0] * 5, 1_800),
    ],
)
def test_estimate(sdk: str, hardware: str, samples: list[float], seconds: float) -> None:
    space = Space("a/b", "SLEEPING", sdk=sdk, hardware=hardware)

    assert estimate(space, samples) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("verb", "stage_before", "state", "found"),
    [
        (Verb.WAKE, "SLEEPING", StepState.DONE, [ColdStart("a/b", 90.0)]),
        (Verb.RESTART, "PAUSED", StepState.DONE, [ColdStart("a/b", 90.0)]),
        (Verb.RESTART, "RUNNING", StepState.DONE, []),  # no cold start
        (Verb.REBUILD, "SLEEPING", StepState.DONE, []),  # the build takes the time
        (Verb.WAKE, "SLEEPING", StepState.FAILED, []),
    ],
)
def test_a_cold_start_is_learned_from_a_step_that_became_ready(
    verb: Verb, stage_before: str, state: StepState, found: list[ColdStart]
) -> None:
    sent = mark_sent(Step("a/b", stage_before=stage_before), NOW)
    before = operation(verb, sent)
    after = operation(verb, Step("a/b", state, stage_before=stage_before, sent_at=NOW))
    then = NOW + timedelta(seconds=90)

    assert learn(before, after, then) == found
    assert learn(after, after, then) == []
