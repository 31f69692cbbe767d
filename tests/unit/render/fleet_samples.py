"""Helpers of the tests in this folder."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.model import Space
from bot.operations import Operation, SkipReason, Step, StepState, Verb, skip, stop
from bot.parsing import NameIndex

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


SPACES = [
    Space("acme/if-a", "RUNNING", "cpu-basic", "docker", "https://acme-if-a.hf.space"),
    Space("acme/if-b", "SLEEPING", "cpu-basic", "gradio"),
    Space("acme/if-c", "BUILD_ERROR", error="ERROR: No matching distribution for torch==9.9\nmore"),
    Space("acme/if-d", "DREAMING"),
]


NAMES = NameIndex.of([space.id for space in SPACES], "if-")


STEPS = (
    skip(Step("acme/if-a", stage="RUNNING"), SkipReason.ALREADY_UP),
    Step("acme/if-b", StepState.SENT, stage="BUILDING"),
    Step(
        "acme/if-c",
        StepState.FAILED,
        "torch==9.9",
        stage="BUILD_ERROR",
        failed_stage="BUILD_ERROR",
    ),
    Step("acme/if-d", StepState.DONE, stage="RUNNING"),
)


WAKE = Operation(Verb.WAKE, STEPS, "U1", "C1", NOW - timedelta(minutes=4), id=17)
UNKNOWN_STEP = skip(Step("acme/if-d", stage="DREAMING"), SkipReason.UNKNOWN_STAGE)
UNKNOWN = replace(WAKE, steps=(UNKNOWN_STEP, STEPS[0], replace(STEPS[1], state=StepState.DONE)))
BUSY_STEP = skip(STEPS[1], SkipReason.BUSY, Verb.RESTART)
BUSY = replace(WAKE, steps=(BUSY_STEP,), verb=Verb.PAUSE)
WAITING = replace(WAKE, steps=(*STEPS, *(Step(f"acme/if-{n}") for n in range(15))))
STOPPED = stop(WAITING, "U2", NOW)
PAUSE = Operation(Verb.PAUSE, (Step("acme/if-a"),), "U1", "C1", NOW, id=18)
VERBS = ("logs", "wake", "restart", "rebuild", "pause", "url")
