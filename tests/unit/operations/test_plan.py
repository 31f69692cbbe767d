"""Plans: which steps an operation has, and which are skipped."""

import pytest

from bot.model import Space
from bot.operations import (
    SkipReason,
    Step,
    StepState,
    Verb,
    busy,
    plan,
)
from tests.unit.operations.samples import FLAVOR, HOUR, fleet, operation


def test_a_plan_skips_what_another_operation_is_doing() -> None:
    running = operation(Verb.WAKE, Step("a/b", StepState.SENT))

    (step,) = plan(Verb.PAUSE, ["a/b"], fleet("SLEEPING"), busy([running]))

    assert (step.state, step.message) == (StepState.SKIPPED, "busy: wake is still running")
    assert step.skip_reason is SkipReason.BUSY


def space(stage: str, hardware: str = "cpu-basic", sdk: str = "docker", sleep: int = 0) -> Space:
    return Space("a/b", stage, hardware=hardware, sdk=sdk, sleep_after=sleep or None)


@pytest.mark.parametrize(
    ("verb", "args", "found", "note"),
    [
        # What is as it is wanted needs nothing.
        (Verb.HARDWARE, FLAVOR, space("RUNNING", "t4-small"), "already on t4-small"),
        (Verb.HARDWARE, FLAVOR, space("RUNNING"), ""),
        (Verb.SLEEP, HOUR, space("RUNNING", "t4-small", sleep=3600), "already set so"),
        (Verb.SLEEP, {"seconds": "never"}, space("RUNNING_BUILDING", "t4-small"), "already set so"),
        # Of what is not up, the Hub need not tell a time that is set.
        (Verb.SLEEP, {"seconds": "never"}, space("PAUSED", "t4-small"), ""),
        (Verb.SLEEP, {"seconds": "never"}, space("SLEEPING", "t4-small"), ""),
        (Verb.SLEEP, {"seconds": "never"}, space("RUNNING", "t4-small"), "already set so"),
        (Verb.SLEEP, HOUR, space("RUNNING", "t4-small"), ""),
        # Free hardware keeps its two days, in the words of huggingface_hub.
        (
            Verb.SLEEP,
            HOUR,
            space("RUNNING"),
            "on cpu-basic, which sleeps after 48 h: “This value is not configurable”",
        ),
        # A static Space runs on nothing and never sleeps; its files can be changed.
        (Verb.HARDWARE, FLAVOR, space("RUNNING", sdk="static"), "static: it runs on no hardware"),
        (Verb.SLEEP, HOUR, space("RUNNING", sdk="static"), "static: it never sleeps"),
        (Verb.UPLOAD, {}, space("RUNNING", sdk="static"), ""),
        # What is there is not made again; but of a class, what it lacks is added.
        (Verb.CREATE, {}, space("RUNNING"), "there already"),
        (Verb.PROVISION, {}, space("RUNNING"), ""),
        (Verb.PROVISION, {}, space("DELETING"), "it is being deleted"),
    ],
)
def test_plan_skips_spaces_that_need_nothing(
    verb: Verb, args: dict[str, str], found: Space, note: str
) -> None:
    (step,) = plan(verb, ["a/b"], {"a/b": found}, {}, args)

    assert (step.state, step.message) == (StepState.SKIPPED if note else StepState.WAITING, note)
