"""`stop` and `continue`: by number, or with a suggestion."""

from dataclasses import replace

import pytest

from bot.operations import Operation, Rollout, Step, StepState, Verb
from bot.results import Continue, Stop
from tests.unit.alerts.samples import NOW
from tests.unit.commands.samples import rejection, run, running

ONE = running(Verb.WAKE, "team-b", id=12)
STOPPED = running(Verb.WAKE, "team-c", id=13, stopped_at=NOW)


@pytest.mark.parametrize("text", ["stop 12", "stop #12", "stop operation 12"])
def test_a_number_stops_its_operation(text: str) -> None:
    assert run(text) == Stop(12)


@pytest.mark.parametrize(
    ("operations", "suggestion"),
    [
        ((), None),
        ((ONE,), "stop 12"),
        # One that is stopped already isn't meant.
        ((ONE, STOPPED), "stop 12"),
        ((ONE, running(Verb.WAKE, "team-c", id=14)), None),
    ],
)
def test_the_only_running_operation_is_suggested(
    operations: tuple[Operation, ...], suggestion: str | None
) -> None:
    assert rejection("stop", running=operations).suggestion == suggestion


def test_names_of_spaces_suggest_pause() -> None:
    error = rejection("stop team-a team-b", running=(ONE,))

    assert error.suggestion == "pause team-a team-b"


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
