"""`continue`: the number of an operation that a failure has held."""

from dataclasses import replace

import pytest

from bot.operations import Operation, Rollout, Step, StepState, Verb
from bot.results import Continue
from tests.unit.commands.samples import rejection, run, running

FAILED = Step("acme/team-a", StepState.FAILED, stage_before="RUNNING", attempts=1, accepted=True)
HELD = replace(
    running(Verb.RESTART, "team-b", id=13),
    steps=(FAILED, Step("acme/team-b")),
    rollout=Rollout((1, 3, 17)),
)
RUNNING = running(Verb.WAKE, "team-c")


@pytest.mark.parametrize("text", ["continue 12", "continue #12", "continue operation 12"])
def test_a_number_continues_its_operation(text: str) -> None:
    assert run(text) == Continue(12)


@pytest.mark.parametrize(
    ("operations", "suggestion"),
    [((), None), ((RUNNING,), None), ((RUNNING, HELD), "continue 13"), ((HELD, HELD), None)],
)
def test_the_only_held_operation_is_suggested(
    operations: tuple[Operation, ...], suggestion: str | None
) -> None:
    assert rejection("continue", running=operations).suggestion == suggestion
