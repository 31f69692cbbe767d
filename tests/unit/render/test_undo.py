"""The confirmation of an undo, and the reasons against one."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from bot.model import Space
from bot.operations import (
    Operation,
    OperationState,
    Rollout,
    SkipReason,
    Step,
    StepState,
    Verb,
    can_be_undone,
    skip,
)
from bot.render import undo as render
from tests.unit.render.fleet_samples import NAMES, NOW

PRICES = {"t4-small": 0.4, "cpu-basic": 0.0}
FLEET = {
    "acme/if-a": Space("acme/if-a", "RUNNING", "t4-medium", "docker"),
    "acme/if-b": Space("acme/if-b", "PAUSED", "t4-small", "docker"),
}
UNDONE = Operation(Verb.HARDWARE, (), "U1", "C1", NOW, id=12)


def undo(verb: Verb, *args: Mapping[str, str]) -> Operation:
    steps = tuple(Step(id, args=own) for id, own in zip(FLEET, args, strict=False))
    return Operation(verb, steps, "U1", "C1", NOW)


@pytest.mark.parametrize(
    ("operation", "prices", "line", "dollars"),
    [
        (
            undo(Verb.HARDWARE, {"flavor": "cpu-basic"}, {"flavor": "t4-small"}),
            PRICES,
            "Back to cpu-basic (1) and t4-small (1). That costs $0.40 an hour while running.",
            0.4,
        ),
        (undo(Verb.HARDWARE, {"flavor": "cpu-basic"}), PRICES, "Back to cpu-basic (1).", 0.0),
        (
            undo(Verb.HARDWARE, {"flavor": "a100"}),
            PRICES,
            "Back to a100 (1). I don't know the price right now.",
            0.0,
        ),
        (
            undo(Verb.SLEEP, {"seconds": "60"}),
            {},
            "Each gets the sleep time that it had before.",
            0.0,
        ),
        (
            undo(Verb.SET_VARIABLE, {"value": "x"}, {"absent": "yes"}),
            {},
            "Back to the earlier value (1), no value, as before (1).",
            0.0,
        ),
    ],
)
def test_the_question_says_what_comes_back(
    operation: Operation, prices: Mapping[str, float], line: str, dollars: float
) -> None:
    assert render.warning(operation, UNDONE, FLEET, NAMES, prices)[0] == line
    assert render.dollars_per_hour(operation, FLEET, prices) == pytest.approx(dollars)


def test_a_wake_says_that_it_undoes_a_pause_and_what_it_costs() -> None:
    wake = Operation(Verb.WAKE, (Step("acme/if-b"),), "U1", "C1", NOW)

    assert render.warning(wake, UNDONE, FLEET, NAMES, PRICES) == [
        "It was running before the pause. That costs $0.40 an hour while running."
    ]


def test_the_question_says_whom_it_interrupts_and_that_a_held_rollout_ends() -> None:
    failed = Step("a/b", StepState.FAILED, stage_before="RUNNING", attempts=1, accepted=True)
    held = replace(UNDONE, steps=(failed, Step("a/c")), rollout=Rollout((1, 3, 17)))

    lines = render.warning(undo(Verb.HARDWARE, {"flavor": "cpu-basic"}), held, FLEET, NAMES, PRICES)

    assert lines[1:] == [
        "1 of 1 is running and will be briefly unavailable.",
        "Operation 12 ends here; it won't send the rest.",
    ]


CHANGED = skip(Step("acme/if-b", args={"now": "a10g-small"}), SkipReason.CHANGED_SINCE)


def test_the_question_names_what_was_changed_since() -> None:
    some = undo(Verb.HARDWARE, {"flavor": "cpu-basic"})
    some = replace(some, steps=(*some.steps, CHANGED))

    assert render.warning(some, UNDONE, FLEET, NAMES, PRICES)[-1] == (
        "b (now a10g-small) was changed since then and stays so. To overwrite that too: "
        "`undo 12 including changed`."
    )


def test_what_was_all_changed_since_is_overwritten_by_a_button() -> None:
    all_changed = replace(undo(Verb.HARDWARE), steps=(CHANGED,))
    reply = render.changed_since(all_changed, UNDONE, NAMES)

    assert reply.text == ("b (now a10g-small) was changed since operation 12. I left it alone.")
    assert reply.blocks[-1]["elements"][0]["value"] == "undo 12 including changed"


def test_each_verb_that_cannot_be_undone_has_a_reason() -> None:
    for verb in Verb:
        found = replace(UNDONE, verb=verb), OperationState.FINISHED
        assert bool(render.refusal(12, found)) is not can_be_undone(verb)


@pytest.mark.parametrize(
    ("steps", "state", "reason"),
    [
        ((), OperationState.PROPOSED, "Operation 12 hasn't started."),
        ((), OperationState.DROPPED, "Operation 12 was cancelled before it started."),
        (
            (Step("a/b", StepState.SENT),),
            OperationState.RUNNING,
            "Operation 12 is still in progress. Undo it once it has ended. Stop it: `stop 12`.",
        ),
    ],
)
def test_an_operation_that_has_not_ended_is_not_undone(
    steps: tuple[Step, ...], state: OperationState, reason: str
) -> None:
    assert render.refusal(12, (replace(UNDONE, steps=steps), state)).startswith(reason)


def test_a_number_without_an_operation_has_a_reason() -> None:
    assert render.refusal(7, None).startswith("There's no operation 7.")
