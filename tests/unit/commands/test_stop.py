"""`stop`: the number of an operation, and what is offered without one."""

import pytest

from bot.operations import Operation, Verb
from bot.results import Stop
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
