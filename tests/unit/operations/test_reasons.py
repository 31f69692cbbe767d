"""Reasons: why a verb has nothing to do on a Space."""

import pytest

from bot.model import Space
from bot.operations import SkipReason, StepState, Verb, plan
from tests.unit.operations.samples import FLAVOR, HOUR

NEVER = {"seconds": "never"}


def space(stage: str, hardware: str = "cpu-basic", sdk: str = "docker", sleep: int = 0) -> Space:
    return Space("a/b", stage, hardware=hardware, sdk=sdk, sleep_after=sleep or None)


def locked(error: str) -> Space:
    """Return a Space that the Hub paused with this reason."""
    return Space("a/b", "PAUSED", hardware="cpu-basic", error=error)


@pytest.mark.parametrize(
    ("verb", "args", "found", "reason"),
    [
        # A Space in the wanted state needs nothing.
        (Verb.HARDWARE, FLAVOR, space("RUNNING", "t4-small"), SkipReason.SAME_HARDWARE),
        (Verb.HARDWARE, FLAVOR, space("RUNNING"), None),
        (Verb.SLEEP, HOUR, space("RUNNING", "t4-small", sleep=3600), SkipReason.SAME_SLEEP_TIME),
        (
            Verb.SLEEP,
            {"seconds": "never"},
            space("RUNNING_BUILDING", "t4-small"),
            SkipReason.SAME_SLEEP_TIME,
        ),
        # For a Space that doesn't run, the Hub may omit the sleep time.
        (Verb.SLEEP, NEVER, space("PAUSED", "t4-small"), None),
        (Verb.SLEEP, NEVER, space("SLEEPING", "t4-small"), None),
        (
            Verb.SLEEP,
            {"seconds": "never"},
            space("RUNNING", "t4-small"),
            SkipReason.SAME_SLEEP_TIME,
        ),
        (Verb.SLEEP, HOUR, space("RUNNING", "t4-small"), None),
        # Free hardware keeps its two days, in the words of huggingface_hub.
        (
            Verb.SLEEP,
            HOUR,
            space("RUNNING"),
            SkipReason.FREE_HARDWARE,
        ),
        # A static Space has no hardware and never sleeps; its files can be changed.
        (Verb.HARDWARE, FLAVOR, space("RUNNING", sdk="static"), SkipReason.STATIC_HARDWARE),
        (Verb.SLEEP, HOUR, space("RUNNING", sdk="static"), SkipReason.STATIC_SLEEP),
        (Verb.UPLOAD, {}, space("RUNNING", sdk="static"), None),
        # No restart helps a Space that is locked; only a commit builds a static one again.
        (Verb.WAKE, {}, locked("Flagged as abusive"), SkipReason.LOCKED),
        (Verb.RESTART, {}, locked("Flagged as abusive"), SkipReason.LOCKED),
        (Verb.REBUILD, {}, locked("Access to this resource is disabled."), SkipReason.LOCKED),
        (Verb.WAKE, {}, locked("You've reached your hardware quota limit"), None),
        (Verb.PAUSE, {}, locked("Flagged as abusive"), SkipReason.ALREADY_PAUSED),
        (Verb.REBUILD, {}, space("BUILD_ERROR", sdk="static"), SkipReason.STATIC_FAILED),
        (Verb.WAKE, {}, space("BUILD_ERROR", sdk="static"), SkipReason.STATIC_FAILED),
        (Verb.RESTART, {}, space("RUNNING", sdk="static"), SkipReason.STATIC),
        # ZeroGPU is free like cpu-basic.
        (Verb.SLEEP, HOUR, space("RUNNING", "zero-a10g"), SkipReason.FREE_HARDWARE),
        # An existing Space isn't created again; a class gets what is missing.
        (Verb.CREATE, {}, space("RUNNING"), SkipReason.EXISTS),
        (Verb.PROVISION, {}, space("RUNNING"), None),
        (Verb.PROVISION, {}, space("DELETING"), SkipReason.BEING_DELETED),
    ],
)
def test_plan_skips_spaces_that_need_nothing(
    verb: Verb, args: dict[str, str], found: Space, reason: SkipReason | None
) -> None:
    (step,) = plan(verb, ["a/b"], {"a/b": found}, {}, args)

    state = StepState.SKIPPED if reason else StepState.WAITING
    assert (step.state, step.skip_reason) == (state, reason)
